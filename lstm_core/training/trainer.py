"""One step of training at a time. Knows no files, no processes and no clock."""

from __future__ import annotations

import contextlib
import math
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.info import Dataset, Split
from lstm_core.errors import TrainingDiverged, WeightsError
from lstm_core.reading.evaluation import TestResult, evaluate
from lstm_core.reading.trace import softmax
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings import library
from lstm_core.settings.computation import choose_computation, choose_precision, resolve
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import check_device
from lstm_core.training import backend, checkpoint
from lstm_core.training.model import AdjustableDropout, build, last_row_model
from lstm_core.training.model_weights import model_variables, put_weights, weights_from_model

WARM_UP = 0.2
"""Share of the steps over which the one-cycle schedule rises to its peak."""

UNDER_WAY_ON_A_GPU = 16
"""Steps that may be asked for before one waits for the loss of the first of them."""


def schedule_factor(settings: HyperParameters, step: int) -> float:
    """What the learning rate is multiplied with at ``step`` (0-based), in (0, 1].

    One cycle: a cosine from 1/25 up to 1 and another down to nearly 0 (Smith & Topin, 2018,
    "Super-Convergence", with the cosine annealing of Loshchilov & Hutter, 2017).
    """
    if settings.schedule == "constant":
        return 1.0
    peak = max(1.0, WARM_UP * settings.steps)
    if step < peak:
        return 0.04 + 0.96 * 0.5 * (1 - math.cos(math.pi * step / peak))
    progress = min(1.0, (step - peak) / max(1.0, settings.steps - peak))
    return max(1e-4, 0.5 * (1 + math.cos(math.pi * progress)))


class Trainer:
    """A network, its optimiser, and how far they have come.

    Attributes:
        settings: the hyperparameters in force; `adjust` changes them.
        step: optimiser steps taken.
        images_seen: training images consumed.
        most_under_way: how many steps may be without a look at their loss.
        computation, precision: those taken, and why.
        obstacle: why the fused way does without its compiled operations, see `backend.obstacle`.

    Args:
        settings: what to train, and how.
        dataset: with images of the shape the settings name.
        device: where.
        initial_kernel: the first layer's weights, with the initialiser `csv`; see `build`.

    Raises:
        InvalidValue: the device cannot do what is asked, such as mixed precision or cuDNN on a CPU; or the
            initial kernel is missing or does not fit.
    """

    def __init__(
        self,
        settings: HyperParameters,
        dataset: Dataset,
        device: Device,
        initial_kernel: FloatArray | None = None,
    ) -> None:
        check_device(settings, device)
        self.settings = settings
        self.device = device
        self.step = 0
        self.images_seen = 0
        self.most_under_way = UNDER_WAY_ON_A_GPU if device.is_gpu else 0
        self._pull = 0.0
        self._anchors: list[tuple[Any, Any]] = []
        self._under_way: deque[tuple[int, int, tuple[Any, Any]]] = deque()
        self.reset_means()
        self.obstacle = backend.obstacle(settings, device)
        self.computation = choose_computation(settings, device, self.obstacle)
        self.precision = choose_precision(settings, device, self.obstacle)
        chosen = resolve(settings, device, self.obstacle)
        with backend.device_scope(device):
            self.model = build(chosen, dataset.info, initial_kernel)
            every_row = settings.supervised_rows == "all"
            learner = self.model if every_row else last_row_model(self.model, chosen)
            loss = _loss(settings, dataset.info.classes)
            learner.compile(_optimizer(settings))
            self.optimizer = learner.optimizer  # which scales the loss in 16 bits
            self.optimizer.build(learner.trainable_variables)
            if library.name() == "tensorflow":
                from lstm_core.training import tensorflow_step

                self._step = tensorflow_step.training_step(
                    learner, loss, _last_row_accuracy, backend.lanes(settings, device)
                )
                self._read = tensorflow_step.reader(self.model, backend.lanes(settings, device))
            else:
                from lstm_core.training import jax_step

                self._step = jax_step.training_step(learner, loss, _last_row_accuracy)
                self._read = lambda images: softmax(np.asarray(self.model.predict_on_batch(images)))

    def adjust(self, settings: HyperParameters) -> None:
        """Go on with another learning rate, dropout rate, batch size or number of steps."""
        self.settings = settings
        for layer in self.model.layers:
            if isinstance(layer, AdjustableDropout) and layer.name.startswith("dropout"):
                layer.rate.assign(settings.dropout)

    @property
    def learning_rate(self) -> float:
        """Of the next step."""
        return self.settings.learning_rate * schedule_factor(self.settings, self.step)

    def advance(self, images: FloatArray, labels: NDArray[np.int64]) -> None:
        """Take one step on ``(batch, rows, columns)`` images in [0, 1] and ``(batch,)`` labels.

        Raises:
            TrainingDiverged: the loss is no longer a finite number; with `most_under_way` steps, that is
                noticed so many later.
        """
        with backend.device_scope(self.device):
            pull = self._pull * schedule_factor(self.settings, self.step)
            found = self._step(images, labels, self.learning_rate)
            if pull:
                for variable, anchor in self._anchors:
                    variable.assign(variable + pull * (anchor - variable))
        self.step += 1
        self.images_seen += len(images)
        self._under_way.append((self.step, len(images), found))
        self._look_at_losses(self.most_under_way)

    def means(self) -> tuple[float, float]:
        """Mean loss and accuracy over the images since the last `reset_means`, after one step at least.

        Raises:
            TrainingDiverged: the loss is no longer a finite number.
        """
        self._look_at_losses()
        losses, right, images = self._sums
        return float(losses / images), float(right / images)

    def reset_means(self) -> None:
        """Start the means of loss and accuracy anew."""
        self._look_at_losses()
        self._sums = np.zeros(3)

    def _look_at_losses(self, but: int = 0) -> None:
        """Of all steps ``but`` the latest."""
        while len(self._under_way) > but:
            step, images, found = self._under_way.popleft()
            loss, accuracy = (float(mean) for mean in found)
            if not math.isfinite(loss):
                raise self._diverged(f"The loss became {loss}", step)
            self._sums += images * np.array([loss, accuracy, 1.0])

    def evaluate(self, split: Split, progress: Callable[[int], object] | None = None) -> TestResult:
        """Read a split with the weights of this moment, dropout off; ``progress`` gets images done."""
        with backend.device_scope(self.device):
            return evaluate(self._probabilities, split, self.settings.evaluation_batch_size, progress)

    def _probabilities(self, images: FloatArray) -> FloatArray:
        return np.asarray(self._read(images))

    def weights(self) -> LstmWeights:
        """A copy of the weights. Raises `TrainingDiverged` when they are no longer finite."""
        try:
            return weights_from_model(self.model, self.settings)
        except WeightsError as error:
            raise self._diverged("The weights are no longer finite numbers") from error

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on from here, as arrays.

        Raises:
            TrainingDiverged: a number is no longer finite, so there is no way on from here.
        """
        named = checkpoint.named_variables(self.model, self.optimizer, self.settings)
        arrays = {name: keras.ops.convert_to_numpy(variable) for name, variable in named.items()}
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise self._diverged("The weights or the optimiser's means are no longer finite numbers")
        return {**arrays, "step": np.int64(self.step), "images_seen": np.int64(self.images_seen)}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Go back to a `state` of a trainer with the same settings.

        Raises:
            WeightsError: the state is of another network or optimiser; nothing is changed.
        """
        with backend.device_scope(self.device):
            checkpoint.put(state, self.model, self.optimizer, self.settings)
        self.step = int(state["step"])
        self.images_seen = int(state["images_seen"])

    def start_from(self, weights: LstmWeights, step: int, images_seen: int) -> None:
        """Go on with ``weights`` that were learnt in ``step`` steps; the optimiser remembers nothing of them.

        Raises:
            WeightsError: they are of another network; nothing is changed.
        """
        with backend.device_scope(self.device):
            put_weights(weights, self.model, self.settings)
        self.step, self.images_seen = step, images_seen

    def hold_near(self, weights: LstmWeights, pull: float) -> None:
        """After every step go the share ``pull`` of the way back to ``weights``; 0 leaves the steps alone.

        The share follows the schedule of the learning rate. It is the decoupled decay of Loshchilov & Hutter
        (2019), "Decoupled Weight Decay Regularization", towards a starting point instead of zero, as Li,
        Grandvalet & Davoine (2018), "Explicit Inductive Bias for Transfer Learning", propose.
        """
        arrays = weights.arrays()
        with backend.device_scope(self.device):
            pairs = {
                id(variable): (variable, keras.ops.convert_to_tensor(arrays[name]))
                for name, variable in model_variables(self.model, self.settings).items()
            }
        self._pull, self._anchors = pull, list(pairs.values())

    @contextlib.contextmanager
    def reading_with(self, weights: LstmWeights | None) -> Iterator[None]:
        """Inside, images are read with ``weights`` of the same network; None are its own.

        Raises:
            WeightsError: they are of another network.
        """
        if weights is None:
            yield
            return
        own = self.state()
        try:
            self.start_from(weights, self.step, self.images_seen)
            yield
        finally:
            self.restore(own)

    def _diverged(self, what: str, step: int | None = None) -> TrainingDiverged:
        return TrainingDiverged(
            f"{what} at step {self.step if step is None else step}. "
            f"Try a smaller learning rate than {self.settings.learning_rate:g}, or clip the gradients."
        )


def _optimizer(settings: HyperParameters) -> keras.optimizers.Optimizer:
    common: dict[str, Any] = {
        "learning_rate": settings.learning_rate,
        "global_clipnorm": settings.clip_norm or None,
    }
    if settings.optimizer == "adam" and library.name() == "tensorflow":
        from lstm_core.training import tensorflow_adam

        return tensorflow_adam.Adam(**common)
    if settings.optimizer == "adam":
        return keras.optimizers.Adam(**common)
    if settings.optimizer == "rmsprop":
        return keras.optimizers.RMSprop(**common)
    return keras.optimizers.SGD(momentum=settings.momentum, **common)


def loss_scale(settings: HyperParameters, classes: int) -> float:
    """What the mean cross-entropy is multiplied with to be the chosen loss.

    `class-mean` is the mean of −y·log p over images **and** classes, with y the one-hot truth, as Huang
    (2017) wrote it; all but one of the classes add nothing, so it is the cross-entropy divided by them.
    """
    return 1 / classes if settings.loss == "class-mean" else 1.0


def _loss(settings: HyperParameters, classes: int) -> Callable[[Any, Any], Any]:
    of_rows = _last_row_loss if settings.supervised_rows == "last" else _all_rows_loss
    if settings.loss == "cross-entropy":
        return of_rows
    return lambda labels, logits: loss_scale(settings, classes) * of_rows(labels, logits)


def _last_row_loss(labels: Any, logits: Any) -> Any:
    return keras.losses.sparse_categorical_crossentropy(labels, logits[:, -1], from_logits=True)


def _all_rows_loss(labels: Any, logits: Any) -> Any:
    every_row = keras.ops.repeat(keras.ops.expand_dims(labels, 1), logits.shape[1], axis=1)
    losses = keras.losses.sparse_categorical_crossentropy(every_row, logits, from_logits=True)
    return keras.ops.mean(losses, axis=1)


def _last_row_accuracy(labels: Any, logits: Any) -> Any:
    return keras.metrics.sparse_categorical_accuracy(labels, logits[:, -1])
