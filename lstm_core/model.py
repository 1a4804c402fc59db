"""Hyperparameters → a Keras model.

LSTM → dropout → … → LSTM → dropout → dense logits after every row. Dropout acts on each layer's
outputs with a fresh mask at every row, as TensorFlow 1's ``DropoutWrapper(output_keep_prob=…)`` did
(Zaremba et al., 2014, "Recurrent Neural Network Regularization"); the recurrent connections are left
alone, so the LSTM layers can use cuDNN.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras

from lstm_core.datasets import DatasetInfo
from lstm_core.files import write_whole
from lstm_core.hyperparameters import HyperParameters
from lstm_core.weights import LstmWeights, put_weights


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
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        noise = keras.random.uniform(keras.ops.shape(inputs), seed=self.seed_generator, dtype="float32")
        scale = keras.ops.cast(noise >= self.rate, "float32") / (1.0 - self.rate)
        return inputs * keras.ops.cast(scale, inputs.dtype)


def build(settings: HyperParameters, info: DatasetInfo) -> keras.Model:
    """The untrained model: ``(batch, rows, columns)`` float32 → logits ``(batch, rows, classes)``.

    The forget gate's bias starts at 1 (Jozefowicz et al., 2015), the kernels Glorot uniform and the
    recurrent kernels orthogonal, all drawn from ``settings.seed``.
    """
    keras.utils.set_random_seed(settings.seed)
    keras.config.set_dtype_policy("mixed_float16" if settings.precision == "mixed" else "float32")
    inputs = keras.Input((info.rows, info.columns), name="rows")
    x = inputs
    for index, units in enumerate(settings.units):
        x = keras.layers.LSTM(units, return_sequences=True, name=f"lstm_{index + 1}")(x)
        seed = settings.seed + index + 1
        x = AdjustableDropout(settings.dropout, seed, name=f"dropout_{index + 1}")(x)
    logits = keras.layers.Dense(info.classes, dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits)


def save_for_export(weights: LstmWeights, settings: HyperParameters, path: Path) -> None:
    """Write a ``.keras`` file of stock Keras layers alone, so that plain Keras can load it anywhere.

    Raises:
        StorageError: the file cannot be written.
    """
    keras.config.set_dtype_policy("float32")
    inputs = keras.Input((weights.rows, weights.columns), name="rows")
    x = inputs
    for index, units in enumerate(weights.units):
        x = keras.layers.LSTM(units, return_sequences=True, name=f"lstm_{index + 1}")(x)
        x = keras.layers.Dropout(settings.dropout, name=f"dropout_{index + 1}")(x)
    model = keras.Model(inputs, keras.layers.Dense(weights.classes, name="logits")(x))
    put_weights(weights, model)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        model.save(file)
        with write_whole(path) as target:
            target.write(file.read_bytes())
