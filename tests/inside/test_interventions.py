"""Interventions as values: what they do to an image, and which values they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.interventions import (
    BlankRows,
    ClampGate,
    Force,
    Noise,
    RepeatRow,
    Shuffle,
    Start,
    Stop,
)


def test_noise_stays_ink_and_has_its_size():
    grey = np.full((200, 8), 0.5, np.float32)
    noisy = Noise(0.05, 7).change(grey)
    assert noisy.dtype == np.float32
    assert noisy.std() == pytest.approx(0.05, rel=0.1)
    loud = Noise(1.0).change(grey)
    assert (loud.min(), loud.max()) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: ClampGate(-1, "forget_gate", 0.5), "layer"),
        (lambda: ClampGate(1, "gate", 0.5), "gate"),  # type: ignore[arg-type]
        (lambda: ClampGate(1, "forget_gate", -0.1), "value"),
        (lambda: ClampGate(1, "candidate", -1.1), "value"),
        (lambda: ClampGate(1, "input_gate", float("nan")), "value"),
        (lambda: ClampGate(1, "input_gate", 0.5, (0,)), "units"),
        (lambda: Force(1, 2.0), "value"),
        (lambda: Start(1, 0.0, 1e9), "cell"),
        (lambda: Start(1, -3.0, 0.0), "hidden"),
        (lambda: BlankRows(5, 4), "last"),
        (lambda: RepeatRow(1, -1), "times"),
        (lambda: Shuffle(-1), "seed"),
        (lambda: Stop(0), "row"),
        (lambda: Noise(1.5), "stddev"),
    ],
)
def test_values_that_break_a_rule_are_named(make: Any, named: str):
    with pytest.raises(InvalidValue) as caught:
        make()
    assert caught.value.field == named
