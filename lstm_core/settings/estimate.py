"""How long a training will take, before it starts.

A simple model of the machine gives the time of a step and of reading the validation and test images. If runs
were trained on the same device before, the model is scaled by the median of what they took beyond it, which
cancels most of what it does not know. `Estimate.basis` says which of the two it was, and `Estimate.low` and
`Estimate.high` how far apart the measured runs are, or how far from what is to be trained.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from lstm_core.settings.computation import choose_precision
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.shapes import image_flops, step_flops


@dataclass(frozen=True)
class Machine:
    """A model of a processor: matrix products at ``flops`` operations a second, and what comes on top.

    Attributes:
        flops: floating-point operations a second.
        step_overhead: seconds of every step, whatever its size.
        row_overhead: seconds of every row in every layer and direction of a step.
    """

    flops: float
    step_overhead: float
    row_overhead: float

    def step_seconds(self, settings: HyperParameters) -> float:
        """Time of one training step."""
        directions = 2 if settings.direction == "both" else 1
        rows = settings.info.rows * len(settings.units) * directions
        return self.step_overhead + self.row_overhead * rows + step_flops(settings) / self.flops

    def reading_seconds(self, settings: HyperParameters) -> float:
        """Time of all validations and of the test at the end."""
        info = settings.info
        validations = math.ceil(settings.steps / settings.evaluate_every)
        images = validations * info.validation + info.test
        # Reading takes the forward third of what training on an image does.
        return image_flops(settings) * images / self.flops

    def validation_seconds(self, settings: HyperParameters) -> float:
        """Time of one validation."""
        return image_flops(settings) * settings.info.validation / self.flops

    def seconds(self, settings: HyperParameters) -> float:
        """Time of the whole training with its validations and the test at its end, once it has started."""
        return settings.steps * self.step_seconds(settings) + self.reading_seconds(settings)


CPU = Machine(flops=340e9, step_overhead=2e-3, row_overhead=0.1e-3)
"""Two cores of a 2024 server: 59 ms for 2 × 256 units, batch 128, 28 rows, computed by the fused way."""

CPU_IN_16_BITS = Machine(flops=850e9, step_overhead=2e-3, row_overhead=0.1e-3)
"""The same in bfloat16: 28 ms."""

GPU = Machine(flops=5e12, step_overhead=3e-3, row_overhead=0.02e-3)
"""A rough middle of current GPUs with cuDNN: small networks are bound by the row after row, not by size."""


START_SECONDS = 5.0
"""To build a network and compile its first step, where none was measured."""

_TYPICAL = 0.5, 3.0
"""How much less and more than a typical machine's the time on an unknown one may well be."""

_SAME_SIZE = math.log(2)
"""Runs whose steps differ this much more in size than the nearest one's count as much as it does."""


@dataclass(frozen=True)
class Measurement:
    """How fast a run was, and what it was.

    Attributes:
        name: of the run.
        settings: it was trained with.
        steps_per_second: of its steps alone.
        start_seconds: to build the network and compile the first step; None if that is not known.
        reading_seconds: of one of its validations, on average; None if that is not known.
        beside: how many other runs were trained at the same time, on average.
    """

    name: str
    settings: HyperParameters
    steps_per_second: float
    start_seconds: float | None = None
    reading_seconds: float | None = None
    beside: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """How long a training will take.

    Attributes:
        seconds: from the start to the end of the test, compiling and validations included.
        low, high: what it may well be, ``low <= seconds <= high``.
        steps_per_second: of its steps alone.
        basis: in words what this is based on.
    """

    seconds: float
    low: float
    high: float
    steps_per_second: float
    basis: str


def estimate(
    settings: HyperParameters,
    device: Device,
    earlier: Sequence[Measurement] = (),
    obstacle: str = "",
    beside: int = 0,
) -> Estimate:
    """How long ``settings`` will train on ``device``.

    Args:
        settings: what is to be trained.
        device: where; `lstm_core.settings.devices.choose` gives it.
        earlier: runs on that device, newest first; those most like ``settings`` are used.
        obstacle: as in `lstm_core.settings.computation.choose_computation`.
        beside: how many others will train at the same time; `lstm_core.runs.speeds.beside_now` counts them.
    """
    machine = _machine(settings, device, obstacle)
    if not earlier:
        seconds = START_SECONDS + machine.seconds(settings)
        less, more = _TYPICAL
        basis = f"a typical {'GPU' if device.is_gpu else 'CPU of two cores'}; no run was measured here yet"
        return Estimate(seconds, less * seconds, more * seconds, 1 / machine.step_seconds(settings), basis)
    alike, apart = _most_alike(settings, earlier)
    alike, shared = _in_company(alike, beside)
    models = [_machine(one.settings, device, obstacle) for one in alike]
    slower = [
        1 / one.steps_per_second / model.step_seconds(one.settings)
        for one, model in zip(alike, models, strict=True)
    ]
    starts = [one.start_seconds for one in alike if one.start_seconds is not None]
    middle = statistics.median(slower)
    stepping = middle * settings.steps * machine.step_seconds(settings)
    start = statistics.median(starts) if starts else START_SECONDS
    # Every validation also writes weights and a checkpoint, which takes as long for a small network.
    around = [
        max(0.0, one.reading_seconds - much * model.validation_seconds(one.settings))
        for one, model, much in zip(alike, models, slower, strict=True)
        if one.reading_seconds is not None
    ]
    readings = math.ceil(settings.steps / settings.evaluate_every) + 1
    reading = middle * machine.reading_seconds(settings)
    reading += readings * statistics.median(around) if around else 0.0
    # A step twice or half as large as any that was measured is known to about a quarter.
    unsure = 1 + apart / math.log(2) / 4
    rest = start + reading
    # Of runs with more or less company it is known only that a share is between all and an equal one.
    between = math.sqrt(shared)
    return Estimate(
        seconds=between * (rest + stepping),
        low=min(1.0, shared) * (rest + stepping * min(slower) / middle / unsure),
        high=max(1.0, shared) * (rest + stepping * max(slower) / middle * unsure),
        steps_per_second=1 / (between * middle * machine.step_seconds(settings)),
        basis=_basis(alike) + ("" if shared == 1 else ", corrected for what trains beside"),
    )


def _most_alike(settings: HyperParameters, earlier: Sequence[Measurement]) -> tuple[list[Measurement], float]:
    """The runs to go by, the nearest in size first, and how far its step is from that of ``settings``.

    The distance is the logarithm of how many times as many operations one has as the other.
    """

    def unlike(other: Measurement) -> int:
        alike = ("augmentation", "computation", "precision", "cell")
        return sum(getattr(other.settings, name) != getattr(settings, name) for name in alike)

    def apart(other: Measurement) -> float:
        return abs(math.log(step_flops(other.settings) / step_flops(settings)))

    fewest = min(map(unlike, earlier))
    kin = sorted((one for one in earlier if unlike(one) == fewest), key=apart)
    nearest = apart(kin[0])
    return [one for one in kin if apart(one) <= nearest + _SAME_SIZE], nearest


def _in_company(alike: Sequence[Measurement], beside: int) -> tuple[list[Measurement], float]:
    """Those trained beside as many others, or nearly, and how many times as many processes share the machine
    now as then."""

    def away(one: Measurement) -> int:
        return abs(round(one.beside) - beside)

    nearest = min(map(away, alike))
    chosen = [one for one in alike if away(one) == nearest]
    then = round(statistics.median(one.beside for one in chosen))
    return chosen, (1 + beside) / (1 + then) if nearest else 1.0


def _basis(alike: Sequence[Measurement]) -> str:
    if len(alike) == 1:
        return f"the speed of the run “{alike[0].name}” on this device"
    return f"the speeds of {len(alike)} runs on this device, the nearest of them “{alike[0].name}”"


def _machine(settings: HyperParameters, device: Device, obstacle: str) -> Machine:
    if device.is_gpu:
        return GPU
    return CPU_IN_16_BITS if choose_precision(settings, device, obstacle).name == "bfloat16" else CPU
