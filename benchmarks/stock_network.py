"""The network as the tutorials build it: stock Keras layers alone."""

from __future__ import annotations

from typing import Any

from lstm_core.settings.hyperparameters import HyperParameters


def stock_network(settings: HyperParameters, rows: int = 28, dropout: float = 0.0) -> Any:
    """Compiled with Adam; logits after the last row. Without dropout there is no layer for it."""
    import keras

    info = settings.info
    model = keras.Sequential([keras.Input((rows, info.columns))])
    for number, units in enumerate(settings.units, start=1):
        model.add(keras.layers.LSTM(units, return_sequences=number < len(settings.units)))
        if dropout:
            model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(info.classes, dtype="float32"))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(settings.learning_rate), loss)
    return model
