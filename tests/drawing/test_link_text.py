"""Drawings as texts for an address: what comes back is what was drawn, and no text does harm."""

from __future__ import annotations

import base64
import contextlib
import itertools
import string
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_core.drawing.link_text import (
    MOST_BYTES,
    MOST_CHARACTERS,
    STEPS,
    drawing_of_text,
    text_of_image,
    text_of_strokes,
)
from lstm_core.drawing.strokes import ink_from_fabric, strokes_from_fabric
from lstm_core.errors import ImageRejected, InvalidValue

SHEET = (280, 280)
places = st.tuples(st.floats(0, 280), st.floats(0, 280))


def pencil(points: list[tuple[float, float]], pen: float = 20) -> dict[str, Any]:
    """A stroke as Fabric's pencil makes it: each curve ends half-way to the next place."""
    (x, y), *rest = points
    path: list[list[Any]] = [["M", x - 0.02, y]]
    for here, there in itertools.pairwise(rest):
        path.append(["Q", *here, (here[0] + there[0]) / 2, (here[1] + there[1]) / 2])
    last = rest[-1] if rest else (x, y)
    path.append(["L", last[0] + 0.02, last[1]])
    line = strokes_from_fabric({"objects": [{"path": path, "strokeWidth": pen}]})[0][0]
    left, top = (line.min(axis=0) + line.max(axis=0)) / 2
    centre = {"originX": "center", "originY": "center", "left": float(left), "top": float(top)}
    return {"type": "Path", "path": path, "strokeWidth": pen, **centre}


def again(drawing: dict[str, Any]) -> dict[str, Any]:
    back = drawing_of_text(text_of_strokes(drawing))
    assert isinstance(back, dict)
    return back


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(places, min_size=1, max_size=30), min_size=1, max_size=4))
def test_strokes_come_back_within_a_step(strokes: list[list[tuple[float, float]]]) -> None:
    drawing = {"objects": [pencil(points) for points in strokes]}
    before, after = strokes_from_fabric(drawing), strokes_from_fabric(again(drawing))
    assert len(before) == len(after)
    for (line, pen), (back, same_pen) in zip(before, after, strict=True):
        assert pen == same_pen
        assert np.abs(line[[0, -1]] - back[[0, -1]]).max() <= 2 / STEPS


def test_a_text_that_came_back_stays_the_same() -> None:
    drawing = {
        "objects": [pencil([(60, 50.21875), (200, 50), (110, 120), (200, 190), (60, 230)]), pencil([(9, 9)])]
    }
    text = text_of_strokes(drawing)
    assert text_of_strokes(again(drawing)) == text
    assert len(text) < 80
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")


def test_a_stroke_that_was_moved_and_turned_comes_where_it_was_shown() -> None:
    turned = {**pencil([(60, 50), (200, 50), (110, 120)]), "left": 100, "top": 90, "angle": 30, "scaleX": 1.5}
    drawing = {"objects": [turned]}
    (before, pen), *_ = strokes_from_fabric(drawing)
    (after, same_pen), *_ = strokes_from_fabric(again(drawing))
    np.testing.assert_allclose(after, before, atol=1 / STEPS)
    assert same_pen == pytest.approx(pen, abs=0.1)


@pytest.mark.parametrize("seed", range(3))
def test_the_ink_is_the_same(seed: int) -> None:
    walk = np.random.default_rng(seed).normal(0, 12, (40, 2)).cumsum(axis=0) + 140
    drawing = {"objects": [pencil([(x, y) for x, y in walk.tolist()])]}
    different = np.abs(ink_from_fabric(drawing, SHEET) - ink_from_fabric(again(drawing), SHEET))
    assert different.mean() < 1e-3


def test_no_stroke_is_a_drawing_too() -> None:
    assert again({"objects": []}) == {"objects": []}


def test_an_image_comes_back_in_256_shades() -> None:
    image = np.random.default_rng(1).random((28, 20), np.float32)
    back = drawing_of_text(text_of_image(image))
    assert isinstance(back, np.ndarray)
    assert (back.shape, back.dtype) == (image.shape, image.dtype)
    np.testing.assert_allclose(back, image, atol=0.5 / 255 + 1e-6)
    np.testing.assert_array_equal(drawing_of_text(text_of_image(back)), back)


def test_too_much_for_a_link_is_said() -> None:
    noise = np.random.default_rng(2).normal(0, 2, (4000, 2)).cumsum(axis=0).tolist()
    with pytest.raises(ImageRejected, match="too large for a link"):
        text_of_strokes({"objects": [pencil([(x, y) for x, y in noise], pen=1)]})


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60) | st.text(string.ascii_letters + "-_", max_size=200))
def test_no_text_does_harm(text: str) -> None:
    for kind in ("", "s", "i"):
        with contextlib.suppress(InvalidValue):
            drawing_of_text(kind + text)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=80), st.sampled_from("si"))
def test_no_packed_bytes_do_harm(packed: bytes, kind: str) -> None:
    try:
        found = drawing_of_text(kind + base64.urlsafe_b64encode(zlib.compress(packed)).decode().rstrip("="))
    except InvalidValue:
        return
    if isinstance(found, dict):
        assert len(strokes_from_fabric(found)) <= len(packed)


@pytest.mark.parametrize("kind", ["s", "i"])
def test_what_would_unpack_to_much_is_refused(kind: str) -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(100 * MOST_BYTES), 9)).decode().rstrip("=")
    with pytest.raises(InvalidValue):
        drawing_of_text(kind + bomb[: MOST_CHARACTERS + 10])
    with pytest.raises(InvalidValue):
        drawing_of_text(kind + "A" * (MOST_CHARACTERS + 1))


def test_what_was_erased_stays_erased() -> None:
    drawn = pencil([(40, 40), (120, 60), (200, 200)])
    rubbed = pencil([(120, 60), (150, 100)], pen=40) | {"stroke": "#101010"}
    drawing = {"objects": [drawn, rubbed]}
    text = text_of_strokes(drawing)
    assert text.startswith("e")
    back = drawing_of_text(text)
    assert isinstance(back, dict)
    before, after = ink_from_fabric(drawing, SHEET), ink_from_fabric(back, SHEET)
    assert np.abs(before - after).mean() < 0.002
    assert before.sum() < 0.8 * ink_from_fabric({"objects": [drawn]}, SHEET).sum()
    assert text_of_strokes({"objects": [drawn]}).startswith("s"), "older links stay as they are"
