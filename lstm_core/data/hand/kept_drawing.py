"""One drawing of a person's collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lstm_core.drawing.pen_drawing import PenDrawing

Origin = Literal["corrected", "confirmed", "written", "imported"]
"""Why it was kept: a verdict was wrong or right, it was written when asked for, or it came with a file."""


@dataclass(frozen=True, eq=False)
class KeptDrawing:
    """A drawing and what it shows.

    Attributes:
        id: 12 hexadecimal digits, of this drawing alone.
        label: name of the class, as the person says.
        drawing: the strokes.
        origin: why it was kept.
        read_as: name of the class that a network read when it was kept; or nothing.
        classes: names of that network's classes, by label; empty where it is not known.
        kept_at: seconds since the epoch.
    """

    id: str
    label: str
    drawing: PenDrawing
    origin: Origin
    read_as: str
    classes: tuple[str, ...]
    kept_at: float
