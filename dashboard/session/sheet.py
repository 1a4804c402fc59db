"""A sheet of paper to draw on: what was drawn, undone and cleared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import streamlit as st

SIZE = 280
"""Width and height of the sheet in CSS pixels; it fits a phone 320 wide."""

PAPER = "#101010"
"""Its colour. The eraser has it, too; `lstm_core.drawing.strokes.ERASER` is the same."""

_SHEET = "sheet"


@dataclass
class Sheet:
    """A sheet of paper.

    Attributes:
        strokes: the drawing as Fabric.js objects, oldest first, as the canvas last sent them.
        laid_out: what the canvas on the screen was given to start from. It must not change while that
            canvas lives, or the canvas would start over from it.
        cleared: what was on the sheet when it was cleared, for undo; empty once there are new strokes.
        edition: raised to put a fresh canvas in the place of the one on the screen.
        name: begins the keys of its canvases; each sheet of a session has another.
    """

    strokes: list[dict[str, Any]] = field(default_factory=list)
    laid_out: list[dict[str, Any]] = field(default_factory=list)
    cleared: list[dict[str, Any]] = field(default_factory=list)
    edition: int = 0
    name: str = "canvas"

    @property
    def can_undo(self) -> bool:
        return bool(self.strokes or self.cleared)

    def undo(self) -> None:
        """Take the last stroke off, or bring back what was cleared."""
        self._replace(self.strokes[:-1] if self.strokes else self.cleared)

    def clear(self) -> None:
        """Take every stroke off."""
        cleared = self.strokes
        self._replace([])
        self.cleared = cleared

    def lay_out(self, strokes: list[dict[str, Any]]) -> None:
        """Put another drawing on it; what was there cannot be undone."""
        self._replace(strokes)

    def _replace(self, strokes: list[dict[str, Any]]) -> None:
        """Put a fresh canvas with ``strokes`` on the screen."""
        self.strokes, self.cleared = strokes, []
        self.edition += 1

    def drawn(self, strokes: list[dict[str, Any]]) -> None:
        """Take over what the canvas on the screen shows."""
        self.strokes = strokes
        if strokes:
            self.cleared = []


def current_sheet() -> Sheet:
    """The session's sheet of paper on the Draw page; blank at first."""
    return cast(Sheet, st.session_state.setdefault(_SHEET, Sheet()))
