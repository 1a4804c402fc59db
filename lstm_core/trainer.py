"""One step of training at a time. Knows no files, no processes and no clock."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from lstm_core import backend
from lstm_core.datasets import Dataset, Split
from lstm_core.devices import Device
from lstm_core.errors import InvalidValue, TrainingDiverged, WeightsError
from lstm_core.evaluation import TestResult, evaluate
from lstm_core.hyperparameters import HyperParameters
from lstm_core.model import AdjustableDropout, build
from lstm_core.trace import softmax
from lstm_core.weights import FloatArray, LstmWeights, weights_from_model

WARM_UP = 0.2
"""Share of the steps over which the one-cycle schedule rises to its peak."""


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

    Raises:
        InvalidValue: mixed precision on a CPU.
    """

    def __init__(self, settings: HyperParameters, dataset: Dataset, device: Device) -> None:
        if settings.precision == "mixed" and not device.is_gpu:
            raise InvalidValue("precision", "float32 on a CPU", settings.precision)
        self.settings = settings
        self.device = device
        self.step = 0
        self.images_seen = 0
        self.forget_means()
        with backend.on(device):
            self.model = build(settings, dataset.info)
            self.model.compile(
                optimizer=_optimizer(settings),
                loss=_last_row_loss if settings.supervised_rows == "last" else _all_rows_loss,
                metrics=[_last_row_accuracy],
            )
            self.model.optimizer.build(self.model.trainable_variables)

    def adjust(self, settings: HyperParameters) -> None:
        """Go on with another learning rate, dropout rate, batch size or number of steps."""
        self.settings = settings
        for layer in self.model.layers:
            if isinstance(layer, AdjustableDropout):
                layer.rate.assign(settings.dropout)

    @property
    def learning_rate(self) -> float:
        """Of the next step."""
        return self.settings.learning_rate * schedule_factor(self.settings, self.step)

    def advance(self, images: FloatArray, labels: NDArray[np.int64]) -> tuple[float, float]:
        """Take one step on ``(batch, rows, columns)`` images in [0, 1] and ``(batch,)`` labels.

        Returns:
            Mean loss and accuracy over the images since the last `forget_means`.

        Raises:
            TrainingDiverged: the loss is no longer a finite number.
        """
        with backend.on(self.device):
            self.model.optimizer.learning_rate = self.learning_rate
            # Some versions of Keras mean the metrics over steps and others do not, so the means are ours.
            self.model.reset_metrics()
            logs = self.model.train_on_batch(images, labels, return_dict=True)
        self.step += 1
        self.images_seen += len(images)
        if not math.isfinite(logs["loss"]):
            raise self._diverged(f"The loss became {float(logs['loss'])}")
        self._sums += len(images) * np.array([logs["loss"], logs["accuracy"], 1.0])
        loss, accuracy, images_summed = self._sums
        return float(loss / images_summed), float(accuracy / images_summed)

    def forget_means(self) -> None:
        """Start the means of loss and accuracy anew."""
        self._sums = np.zeros(3)

    def evaluate(self, split: Split) -> TestResult:
        """Read a split with the weights of this moment, dropout off."""
        with backend.on(self.device):
            return evaluate(self._probabilities, split, self.settings.evaluation_batch_size)

    def _probabilities(self, images: FloatArray) -> FloatArray:
        return softmax(np.asarray(self.model.predict_on_batch(images)))

    def weights(self) -> LstmWeights:
        """A copy of the weights. Raises `TrainingDiverged` when they are no longer finite."""
        try:
            return weights_from_model(self.model)
        except WeightsError as error:
            raise self._diverged("The weights are no longer finite numbers") from error

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on from here, as arrays.

        Raises:
            TrainingDiverged: a number is no longer finite, so there is no way on from here.
        """
        arrays = {f"variable{i:04d}": keras.ops.convert_to_numpy(v) for i, v in enumerate(self._variables())}
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise self._diverged("The weights or the optimiser's means are no longer finite numbers")
        return {**arrays, "step": np.int64(self.step), "images_seen": np.int64(self.images_seen)}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Go back to a `state` of a trainer with the same settings.

        Raises:
            WeightsError: the state is of another network or optimiser; nothing is changed.
        """
        named = {f"variable{i:04d}": variable for i, variable in enumerate(self._variables())}
        fits = {name: tuple(variable.shape) for name, variable in named.items()}
        found = {name: array.shape for name, array in state.items() if name.startswith("variable")}
        if found != fits or not {"step", "images_seen"} <= state.keys():
            raise WeightsError(
                f"The checkpoint holds arrays of shapes {sorted(found.values())}; "
                f"the network and its optimiser need {sorted(fits.values())}."
            )
        with backend.on(self.device):
            for name, variable in named.items():
                variable.assign(state[name])
        self.step = int(state["step"])
        self.images_seen = int(state["images_seen"])

    def _diverged(self, what: str) -> TrainingDiverged:
        return TrainingDiverged(
            f"{what} at step {self.step}. "
            f"Try a smaller learning rate than {self.settings.learning_rate:g}, or clip the gradients."
        )

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.model.optimizer.variables]


def _optimizer(settings: HyperParameters) -> keras.optimizers.Optimizer:
    common: dict[str, Any] = {
        "learning_rate": settings.learning_rate,
        "global_clipnorm": settings.clip_norm or None,
    }
    if settings.optimizer == "adam":
        return keras.optimizers.Adam(**common)
    if settings.optimizer == "rmsprop":
        return keras.optimizers.RMSprop(**common)
    return keras.optimizers.SGD(momentum=settings.momentum, **common)


def _last_row_loss(labels: Any, logits: Any) -> Any:
    return keras.losses.sparse_categorical_crossentropy(labels, logits[:, -1], from_logits=True)


def _all_rows_loss(labels: Any, logits: Any) -> Any:
    every_row = keras.ops.repeat(keras.ops.expand_dims(labels, 1), logits.shape[1], axis=1)
    losses = keras.losses.sparse_categorical_crossentropy(every_row, logits, from_logits=True)
    return keras.ops.mean(losses, axis=1)


def _last_row_accuracy(labels: Any, logits: Any) -> Any:
    return keras.metrics.sparse_categorical_accuracy(labels, logits[:, -1])


_last_row_accuracy.__name__ = "accuracy"
