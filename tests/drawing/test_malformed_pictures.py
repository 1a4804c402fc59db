"""Files that claim to be pictures and are none give ink, digits or a rejection in words, and nothing else."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from benchmarks.malformed import pictures
from lstm_core.drawing.found_ink import find_ink
from lstm_core.drawing.photograph import pixels_from_file
from lstm_core.drawing.picture_file import decoded
from lstm_core.errors import ImageRejected

FILES = list(islice(pictures(19), 240))


@pytest.mark.parametrize("part", range(8))
def test_no_malformed_picture_raises_anything_but_a_rejection(part: int) -> None:
    read, refused = 0, []
    for kind, content in FILES[part::8]:
        try:
            found = find_ink(decoded(content))
            digits = found.digits()
        except ImageRejected as error:
            refused.append(str(error))
            continue
        read += 1
        assert np.isfinite(found.ink).all(), kind
        assert found.ink.min() >= 0 and found.ink.max() <= 1, kind
        assert all(digit.ink.any() for digit in digits), kind
    assert len(refused) > read
    assert all(sentence.endswith(".") for sentence in refused)


def test_pixels_of_malformed_pictures_are_finite_or_refused() -> None:
    for kind, content in FILES[::3]:
        try:
            pixels = pixels_from_file(content)
        except ImageRejected:
            continue
        assert np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= 1, kind
