"""The convolutional network that huang-2017 compares its LSTM with, for measuring its memory.

It is the one of TensorFlow's old tutorial "Deep MNIST for Experts": 5 × 5 convolutions to 32 and 64
channels, each with ReLU and a 2 × 2 max pool, 1,024 units with ReLU, dropout, and one output a class. What
matters here is the size of its activations, not what it has learnt, so nothing trains it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def build(rows: int = 28, columns: int = 28, classes: int = 10, seed: int = 0) -> keras.Model:
    """The untrained network: ``(batch, rows, columns)`` float32 → logits ``(batch, classes)``.

    Weights start as in the tutorial: truncated normal with deviation 0.1, biases 0.1.
    """
    import keras

    from lstm_core.training.keras_state import layers_with

    layers = keras.layers

    def start() -> dict[str, keras.Initializer]:
        return {
            "kernel_initializer": keras.initializers.TruncatedNormal(stddev=0.1),
            "bias_initializer": keras.initializers.Constant(0.1),
        }

    with layers_with("float32", seed):
        return keras.Sequential(
            [
                keras.Input((rows, columns)),
                layers.Reshape((rows, columns, 1)),
                layers.Conv2D(32, 5, padding="same", activation="relu", **start()),
                layers.MaxPooling2D(2, padding="same"),
                layers.Conv2D(64, 5, padding="same", activation="relu", **start()),
                layers.MaxPooling2D(2, padding="same"),
                layers.Flatten(),
                layers.Dense(1024, activation="relu", **start()),
                layers.Dropout(0.5),
                layers.Dense(classes, **start()),
            ]
        )
