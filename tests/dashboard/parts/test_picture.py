"""Pictures that the page carries in its own HTML."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from plotly.colors import sample_colorscale

from dashboard.parts.picture import coloured, data_uri
from lstm_core.figures import theme


def decoded(address: str) -> np.ndarray:
    """The pixels of a picture that is its own address."""
    start = "data:image/png;base64,"
    assert address.startswith(start)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.removeprefix(start)))))


@pytest.mark.parametrize("scale", [theme.INK, theme.stops(theme.PROBABILITY)])
def test_a_coloured_picture_has_the_colours_of_plotly(scale: list[list[object]]) -> None:
    shares = np.random.default_rng(3).random((7, 5), dtype=np.float32)
    shares[0, :2] = 0, 1
    wanted = [re.findall(r"[\d.]+", colour) for colour in sample_colorscale(scale, shares.ravel())]
    shown = decoded(data_uri(coloured(shares, scale)))
    assert shown.shape == (7, 5, 3)
    np.testing.assert_allclose(shown.reshape(-1, 3), np.array(wanted, float), atol=0.51)


def test_a_grey_picture_has_the_ink_of_its_pixels() -> None:
    ink = np.array([[0, 0.5, 1], [0.2, 0.4, 0.6]], np.float32)
    np.testing.assert_array_equal(decoded(data_uri(ink)), [[0, 128, 255], [51, 102, 153]])
