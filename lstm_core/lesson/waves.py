"""Many-to-many regression: a sine goes in, a cosine comes out, one number per time step.

The task is that of Morvan Zhou's tutorial "RNN LSTM (regression)": one long wave is cut into windows of 20
time steps, 1 / (10π) radians apart. A batch is 50 windows, each of which begins where the one before it ends,
and the next batch begins one window later. So the states that a window ends with are those the same window
of the next batch begins with, and they are handed on, while gradients end at the window (truncated
backpropagation through time). Without them the task could not be learnt: one value of a sine does not tell
whether it rises or falls.

The network is a stack of LSTM layers and, on each time step's top hidden state, one linear output; there is
nothing to choose between, so no softmax. It learns with the mean squared error and `lesson.adam`. The
tutorial puts a fully connected layer before its one cell, and its loss is the sum over the window instead of
the mean, a constant factor that Adam divides out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.inside.backpropagation import backpropagate
from lstm_core.lesson.adam import Adam
from lstm_core.reading.gates import gate_columns
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.layers import Array, InitialStates
from lstm_core.reading.trace import read_stack

BATCH = 50
"""Windows that one training step reads side by side."""

RADIANS_PER_STEP = 1 / (10 * np.pi)
"""How far the trained wave goes in one time step; its period is 20π² ≈ 197 steps."""

MAX_LAYERS = 4
MAX_UNITS = 128
MAX_STEPS_IN_TIME = 60
MAX_FREQUENCY = 10.0


@dataclass(frozen=True)
class Wave:
    """What the network made of a wave; each array is ``(length,)`` float32.

    Attributes:
        time: time steps, 0 at the first one shown.
        input: the sine that was read.
        truth: the cosine that was to come out.
        prediction: what came out.
    """

    time: FloatArray
    input: FloatArray
    truth: FloatArray
    prediction: FloatArray

    @property
    def error(self) -> float:
        """Mean squared error; 0.5 is what a network that always says zero has over whole periods."""
        return float(np.mean((self.prediction - self.truth) ** 2))


@dataclass(frozen=True)
class WaveNetwork:
    """What a training learnt up to some step; it stays as it is while the training goes on.

    Attributes:
        step: training steps taken.
        layers: bottom to top.
        head_kernel: ``(units of the top layer, 1)`` float32.
        head_bias: ``(1,)`` float32.
    """

    step: int
    layers: tuple[LayerWeights, ...]
    head_kernel: FloatArray
    head_bias: FloatArray

    @property
    def units(self) -> tuple[int, ...]:
        """Of each layer, bottom to top."""
        return tuple(layer.units for layer in self.layers)

    @property
    def parameters(self) -> int:
        """Numbers that are learnt."""
        layers = sum(a.size for one in self.layers for a in (one.kernel, one.recurrent_kernel, one.bias))
        return layers + self.head_kernel.size + self.head_bias.size

    def predict(
        self, *, frequency: float = 1.0, phase: float = 0.0, length: int = 200, lead_in: int = 200
    ) -> Wave:
        """Read a wave in one go, and give what comes out.

        Args:
            frequency: how many times as fast as the trained wave, above 0 and at most 10.
            phase: where on the wave the result begins, in radians.
            length: time steps of the result, at least 1.
            lead_in: time steps of the same wave that are read before them, at least 0. States begin at zero,
                from which the network does not know where on the wave it is; in training they are handed on.

        Raises:
            InvalidValue: a value breaks its rule.
        """
        if not 0 < frequency <= MAX_FREQUENCY:
            raise InvalidValue("frequency", f"above 0 and at most {MAX_FREQUENCY:g}", frequency)
        if not np.isfinite(phase):
            raise InvalidValue("phase", "a finite number", phase)
        if length < 1:
            raise InvalidValue("length", "at least 1", length)
        if lead_in < 0:
            raise InvalidValue("lead_in", "at least 0", lead_in)
        time = np.arange(-lead_in, length)
        angle = phase + frequency * RADIANS_PER_STEP * time
        sine, cosine = np.sin(angle).astype(np.float32), np.cos(angle).astype(np.float32)
        traces = read_stack(self.layers, sine[:, None, None], _zero_states(self.units, 1))
        prediction = (traces[-1].hidden @ self.head_kernel + self.head_bias)[:, 0, 0]
        return Wave(time[lead_in:].astype(np.float32), sine[lead_in:], cosine[lead_in:], prediction[lead_in:])


class WaveTraining:
    """A network that learns to turn a sine into a cosine, as far as it was asked to.

    The same arguments and the same number of steps give the same network, whatever slices they came in.

    Args:
        units: of each layer, bottom to top: 1 to 4 layers of 1 to 128 units.
        steps_in_time: time steps of a window, 2 to 60.
        learning_rate: of Adam, above 0 and at most 1.
        seed: of the first weights and of where on the wave the training begins, at least 0.

    Attributes:
        losses: the mean squared error of every batch so far, measured before its step.

    Raises:
        InvalidValue: a value breaks its rule.
    """

    def __init__(
        self,
        units: Sequence[int] = (20, 30),
        steps_in_time: int = 20,
        learning_rate: float = 0.006,
        seed: int = 0,
    ) -> None:
        _check(units, steps_in_time, learning_rate, seed)
        self.units = tuple(units)
        self.steps_in_time = steps_in_time
        self.learning_rate = learning_rate
        self.seed = seed
        self.losses: list[float] = []
        rng = np.random.default_rng(seed)
        self._layers = [
            _first_weights(rng, features, n) for features, n in zip((1, *units[:-1]), units, strict=True)
        ]
        self._head_kernel = _glorot(rng, units[-1], 1)
        self._head_bias = np.zeros(1, np.float32)
        arrays: list[Array] = [self._head_kernel, self._head_bias]
        for layer in self._layers:
            arrays += [layer.kernel, layer.recurrent_kernel, layer.bias]
        self._adam = Adam(arrays, learning_rate)
        self._start = rng.uniform(0, 2 * np.pi)
        self._states = _zero_states(self.units, BATCH)

    @property
    def steps(self) -> int:
        """Training steps taken."""
        return len(self.losses)

    def advance(self, steps: int) -> list[float]:
        """Take ``steps`` training steps, at least 0, and give their losses.

        A step of two small layers takes some milliseconds.

        Raises:
            InvalidValue: ``steps`` is below 0.
        """
        if steps < 0:
            raise InvalidValue("steps", "at least 0", steps)
        losses = [self._step() for _ in range(steps)]
        self.losses += losses
        return losses

    def network(self) -> WaveNetwork:
        """What was learnt so far, a copy."""
        layers = (
            LayerWeights(a.kernel.copy(), a.recurrent_kernel.copy(), a.bias.copy()) for a in self._layers
        )
        return WaveNetwork(self.steps, tuple(layers), self._head_kernel.copy(), self._head_bias.copy())

    def _step(self) -> float:
        x, truth = self._batch()
        started = self._states
        traces = read_stack(self._layers, x, started)
        top = traces[-1].hidden
        wrong = top @ self._head_kernel + self._head_bias - truth
        loss = float(np.mean(wrong**2))
        gradient = wrong * np.float32(2 / wrong.size)
        found = backpropagate(self._layers, x, traces, gradient @ self._head_kernel.T, started)
        gradients: list[Array] = [
            top.reshape(-1, self.units[-1]).T @ gradient.reshape(-1, 1),
            gradient.sum(axis=(0, 1)),
        ]
        for layer in found.layers:
            gradients += [layer.kernel, layer.recurrent_kernel, layer.bias]
        self._adam.step(gradients)
        self._states = [(trace.hidden[-1], trace.cell[-1]) for trace in traces]
        return loss

    def _batch(self) -> tuple[FloatArray, FloatArray]:
        """The next windows' sine and cosine, each ``(steps in time, BATCH, 1)`` float32."""
        window = self.steps_in_time
        first = self._adam.steps * window
        steps = first + np.arange(BATCH * window).reshape(BATCH, window).T[..., None]
        angle = self._start + RADIANS_PER_STEP * steps
        return np.sin(angle).astype(np.float32), np.cos(angle).astype(np.float32)


def _zero_states(units: Sequence[int], batch: int) -> list[InitialStates]:
    return [(np.zeros((batch, n), np.float32), np.zeros((batch, n), np.float32)) for n in units]


def _first_weights(rng: np.random.Generator, features: int, units: int) -> LayerWeights:
    """As Keras starts: Glorot uniform, orthogonal, zero, and a forget gate that is open (bias 1)."""
    orthogonal, triangle = np.linalg.qr(rng.standard_normal((4 * units, units)))
    orthogonal *= np.sign(np.diag(triangle))  # or it would not be uniform among the orthogonal ones
    bias = np.zeros(4 * units, np.float32)
    bias[gate_columns("forget_gate", units)] = 1
    return LayerWeights(
        _glorot(rng, features, 4 * units), np.ascontiguousarray(orthogonal.T, dtype=np.float32), bias
    )


def _glorot(rng: np.random.Generator, inputs: int, outputs: int) -> FloatArray:
    limit = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)


def _check(units: Sequence[int], steps_in_time: int, learning_rate: float, seed: int) -> None:
    if not 1 <= len(units) <= MAX_LAYERS or not all(_whole(n, 1, MAX_UNITS) for n in units):
        raise InvalidValue("units", f"1 to {MAX_LAYERS} whole numbers from 1 to {MAX_UNITS}", units)
    if not _whole(steps_in_time, 2, MAX_STEPS_IN_TIME):
        raise InvalidValue("steps_in_time", f"a whole number from 2 to {MAX_STEPS_IN_TIME}", steps_in_time)
    if not 0 < learning_rate <= 1:
        raise InvalidValue("learning_rate", "above 0 and at most 1", learning_rate)
    if not _whole(seed, 0, 2**31 - 1):
        raise InvalidValue("seed", f"a whole number from 0 to {2**31 - 1}", seed)


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and least <= int(value) <= most
