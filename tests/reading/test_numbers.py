"""Pictures are read digit by digit, or as one where the classes are no characters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lstm_core.drawing.png import png
from lstm_core.reading.numbers import read_picture
from tests.networks import random_weights


def equals_sign() -> bytes:
    """Two short bars, one far to the right of the other."""
    ink = np.zeros((200, 280), np.float32)
    ink[60:140, 60:80] = ink[60:140, 200:220] = 1
    return png(1 - ink)


@pytest.mark.parametrize(
    ("names", "parts"), [((), 2), (("A", "B", "C"), 2), (("pause", "play", "stop"), 1), (("‖", "=", "+"), 1)]
)
def test_only_what_reads_digits_or_letters_reads_parts_that_stand_apart_one_by_one(
    names: tuple[str, ...], parts: int
) -> None:
    weights = replace(random_weights((8,), columns=28, rows=28, classes=3), class_names=names)
    readings = read_picture(weights, equals_sign())
    assert len(readings) == parts
    assert not any(each.touching for each in readings)
    lefts = [each.box[0] for each in readings]
    assert lefts == pytest.approx([60, 200][:parts], abs=3)
    assert readings[-1].box[2] == pytest.approx(220, abs=3)
