"""Hyperparameters → a Keras model.

    rows → (projection) → cell → dropout → … → cell → dropout → dense logits after every row

Dropout acts on each layer's outputs, and on its inputs if asked for, with a fresh mask at every row, as
TensorFlow 1's ``DropoutWrapper(input_keep_prob=…, output_keep_prob=…)`` did (Zaremba et al., 2014,
"Recurrent Neural Network Regularization"); the recurrent connections are left alone, so that cuDNN can be
used. How a cell is computed is `training.cells`' concern, its first weights `training.initializers`'.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from lstm_core.arrays import FloatArray
from lstm_core.data.info import DatasetInfo
from lstm_core.files import write_whole
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings.computation import POLICIES, is_time_major
from lstm_core.settings.hyperparameters import MAX_LAYERS, HyperParameters
from lstm_core.settings.validation import with_changes
from lstm_core.training import initializers
from lstm_core.training.cells import keras_initializer, recurrent_layer
from lstm_core.training.keras_state import layers_with
from lstm_core.training.model_weights import cells, put_weights


class AdjustableDropout(keras.layers.Layer):
    """Dropout whose rate is a variable, so that it can change between two steps without recompiling.

    Args:
        rate: share of the inputs set to zero while training, in [0, 1); the rest is scaled by
            ``1 / (1 - rate)``.
        seed: of the masks.
    """

    def __init__(self, rate: float, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.rate = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(rate),
            trainable=False,
            name="rate",
            dtype="float32",
            autocast=False,  # in mixed precision a rate of 16 bits would be compared with noise of 32
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        if keras.backend.backend() == "tensorflow":  # JAX cannot move the generator on in one case only
            return ops.cond(self.rate > 0, lambda: self._dropped(inputs), lambda: inputs)
        return self._dropped(inputs)

    def _dropped(self, inputs: Any) -> Any:
        noise = keras.random.uniform(ops.shape(inputs), seed=self.seed_generator, dtype="float32")
        scale = ops.cast(noise >= self.rate, "float32") / (1.0 - self.rate)
        return inputs * ops.cast(scale, inputs.dtype)


def build(
    settings: HyperParameters, info: DatasetInfo, initial_kernel: FloatArray | None = None
) -> keras.Model:
    """The untrained model: ``(batch, rows, columns)`` float32 → logits ``(batch, rows, classes)``.

    The first weights follow from ``settings.seed``, in the same way whatever the computation. What Keras and
    Python keep for the whole process, types and seeds, is as it was before.

    Args:
        settings: of the model.
        info: sizes of the images and number of classes.
        initial_kernel: with the initialiser `csv`, the first layer's weights on [row; hidden],
            ``(features + units, 4 * units)`` in Keras' order of the gates.

    Raises:
        InvalidValue: ``initial_kernel`` is missing or of another shape; both shapes are named.
    """
    if settings.initializer == "csv":
        initial_kernel = initializers.fitting_kernel(settings, initial_kernel)
    with layers_with(POLICIES[settings.precision], settings.seed):
        model = _network(settings, info.rows, info.columns, info.classes, AdjustableDropout)
    for index, units in enumerate(settings.units):
        for cell in cells(model, settings, index + 1) if settings.cell == "lstm" else []:
            bias = ops.convert_to_numpy(cell.bias).copy()
            bias[units : 2 * units] = settings.forget_bias
            cell.bias.assign(bias)
    if settings.initializer == "csv" and initial_kernel is not None:
        (first,) = cells(model, settings, 1)
        row, hidden = np.split(initial_kernel, [first.kernel.shape[0]])
        first.kernel.assign(row)
        first.recurrent_kernel.assign(hidden)
    return model


def last_row_model(model: keras.Model, settings: HyperParameters) -> keras.Model:
    """Rows → logits of the last row alone, ``(batch, 1, classes)``, with the layers of a model from `build`.

    Nothing is dropped or weighed at rows that nobody asks for.
    """
    outputs = model.get_layer("logits").input
    dropout = model.get_layer(f"dropout_{len(settings.units)}")
    from_state = settings.returned == "state"  # which dropout does not meet
    if not from_state:
        outputs = dropout.input
    time_major, row = is_time_major(settings), model.output_shape[1] - 1
    with layers_with(POLICIES[settings.precision]):
        last = outputs[row:, :] if time_major else outputs[:, row:]
        logits = model.get_layer("logits")(last if from_state else dropout(last))
        return keras.Model(model.inputs, ops.transpose(logits, (1, 0, 2)) if time_major else logits)


def save_for_export(weights: LstmWeights, settings: HyperParameters, path: Path) -> None:
    """Write a ``.keras`` file of stock Keras layers alone, so that plain Keras can load it anywhere.

    Raises:
        StorageError: the file cannot be written.
    """
    stock = with_changes(
        settings,
        computation="keras",
        layout="batch-major",
        returned="outputs",
        initializer="keras",
        initial_kernel="",
    )
    with layers_with("float32", stock.seed):
        model = _network(stock, weights.rows, weights.columns, weights.classes, keras.layers.Dropout)
        put_weights(weights, model, stock)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        model.save(file)
        with write_whole(path) as target:
            target.write(file.read_bytes())


def _network(
    settings: HyperParameters, rows: int, columns: int, classes: int, dropout: type[keras.layers.Layer]
) -> keras.Model:
    """The layers of `build`, connected; ``dropout`` takes a rate, a seed and a name."""
    time_major = is_time_major(settings)
    inputs = keras.Input((rows, columns), name="rows")
    x = ops.transpose(inputs, (1, 0, 2)) if time_major else inputs
    if settings.input_projection:
        x = _dense(settings, settings.input_projection, name="projection")(x)
    previous = x[0] if time_major else x[:, 0]
    for number, units in enumerate(settings.units, start=1):
        if number == 1 or settings.layer_weights == "separate":
            layer = recurrent_layer(settings, number, x.shape[-1])
        state = None
        if settings.initial_state == "trainable":
            state = _initial_state(settings, number, previous, units)
            previous = state[0]
        if settings.input_dropout:
            seed = settings.seed + MAX_LAYERS + number
            x = dropout(settings.input_dropout, seed=seed, name=f"input_dropout_{number}")(x)
        x = layer(x, initial_state=state) if state else layer(x)
        if settings.returned == "state":
            x, final = x[:2]
        x = dropout(settings.dropout, seed=settings.seed + number, name=f"dropout_{number}")(x)
    if settings.returned == "state":
        x = _ending(x, final, time_major)
    logits = _dense(settings, classes, dtype="float32", name="logits")(x)
    return keras.Model(inputs, ops.transpose(logits, (1, 0, 2)) if time_major else logits)


def _dense(settings: HyperParameters, units: int, **named: Any) -> keras.layers.Layer:
    """A fully connected layer without activation, with the first weights that were chosen."""
    if drawn := initializers.dense_distribution(settings):
        named["kernel_initializer"] = keras_initializer(drawn)
    named["bias_initializer"] = keras.initializers.Constant(settings.dense_bias)
    return keras.layers.Dense(units, **named)


def _initial_state(settings: HyperParameters, number: int, previous: Any, units: int) -> list[Any]:
    """h₀ = tanh(previous · H) and c₀ = tanh(previous · C) of one layer, each ``(batch, units)``."""
    states = []
    for name in ("initial_hidden", "initial_cell"):
        named: dict[str, Any] = {"name": f"{name}_{number}"}
        if drawn := initializers.initial_state_distribution(settings, previous.shape[-1], units):
            named["kernel_initializer"] = keras_initializer(drawn)
        states.append(keras.layers.Dense(units, activation="tanh", use_bias=False, **named)(previous))
    return states


def _ending(outputs: Any, final: Any, time_major: bool) -> Any:
    """The outputs with the final hidden state, ``(batch, units)``, in place of the last row's.

    Dropout has met the outputs but not the state, as in TensorFlow 1, whose ``DropoutWrapper`` drops a
    cell's output and leaves ``state[-1][1]`` alone; so the two are equal in reading, not in training.
    """
    axis = 0 if time_major else 1
    earlier = outputs[:-1, :] if time_major else outputs[:, :-1]
    return ops.concatenate([earlier, ops.expand_dims(final, axis)], axis=axis)
