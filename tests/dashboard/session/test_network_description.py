"""A network in words."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.session.network_description import caution, shape_in_words
from lstm_core.settings.validation import hyperparameters

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, f"LSTM 2{NBSP}×{NBSP}256"),
        ({"units": (128,), "cell": "gru"}, "GRU 128"),
        ({"units": (64, 32), "cell": "rnn", "direction": "both"}, "Simple RNN 64 → 32, both directions"),
        (
            {"units": (64, 64), "layer_weights": "shared", "input_projection": 64},
            f"LSTM 2{NBSP}×{NBSP}64, rows projected to 64, shared weights",
        ),
        ({"units": (28,), "initial_state": "trainable"}, "LSTM 28, learnt initial state"),
    ],
)
def test_the_shape_names_what_is_unusual(values: dict[str, Any], words: str):
    assert shape_in_words(hyperparameters(values)) == words


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"supervised_rows": "last"}, "only on its verdict after row 28"),
        ({"supervised_rows": "all", "direction": "both"}, "knows the rows below"),
    ],
)
def test_early_rows_are_cautioned_about(values: dict[str, Any], part: str):
    assert part in caution(hyperparameters(values), 28)


def test_a_network_taught_at_every_row_needs_no_caution():
    assert caution(hyperparameters({"supervised_rows": "all"}), 28) == ""
