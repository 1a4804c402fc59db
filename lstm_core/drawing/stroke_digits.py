"""The ten digits drawn by strokes, for when nobody has drawn yet and no images are on this machine."""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.strokes import ink_from_strokes
from lstm_core.errors import InvalidValue

_SHEET = (280, 280)
_PEN = 22

_Stroke = tuple[tuple[int, int], ...]
_STROKES: tuple[tuple[_Stroke, ...], ...] = (
    (((150, 45), (110, 60), (88, 110), (86, 165), (104, 215), (142, 235), (176, 214), (192, 160), (188, 100),
      (170, 58), (146, 45)),),
    (((118, 80), (148, 45), (142, 140), (136, 235)),),
    (((88, 85), (110, 52), (150, 45), (180, 66), (182, 100), (160, 140), (122, 184), (88, 226), (120, 222),
      (158, 228), (196, 222)),),
    (((85, 75), (105, 52), (140, 45), (172, 58), (182, 85), (168, 112), (138, 128), (172, 142), (190, 170),
      (184, 205), (155, 230), (115, 232), (82, 212)),),
    (((112, 48), (96, 100), (88, 140), (130, 142), (190, 136)),
     ((176, 50), (168, 120), (160, 180), (156, 238))),
    (((184, 50), (140, 50), (104, 54), (98, 96), (92, 128), (130, 116), (168, 128), (186, 162), (178, 204),
      (146, 230), (108, 232), (82, 214)),),
    (((166, 45), (130, 76), (104, 124), (92, 176), (104, 218), (140, 234), (174, 216), (182, 182), (164, 156),
      (132, 152), (104, 172)),),
    (((84, 62), (130, 60), (188, 58), (166, 116), (142, 172), (124, 236)),),
    (((172, 66), (140, 46), (106, 62), (102, 96), (132, 126), (168, 154), (182, 194), (158, 230), (118, 230),
      (96, 198), (112, 158), (146, 128), (172, 98), (172, 66)),),
    (((176, 84), (150, 52), (114, 62), (98, 98), (112, 132), (148, 134), (174, 110), (178, 84), (174, 150),
      (164, 236)),),
)  # fmt: skip
"""Of each digit, on a sheet of 280 × 280: (x, y) in pixels, y down."""


def stroke_digit(label: int, rows: int, columns: int) -> FloatArray:
    """A digit as the networks see it: ``(rows, columns)`` float32 in [0, 1].

    Raises:
        InvalidValue: ``label`` is no digit.
    """
    if label not in range(10):
        raise InvalidValue("label", "a digit from 0 to 9", label)
    strokes = [np.array(stroke, np.float64) for stroke in _STROKES[label]]
    return normalise(ink_from_strokes(strokes, _PEN, _SHEET), rows, columns)
