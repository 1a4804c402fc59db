"""What all figures share: colours, the plain layout, and how the browser is asked to show them.

Backgrounds are transparent and text colours are left to the page's theme, so the same figure serves a
light and a dark page. Marks have a contrast of at least 3 : 1 against both (WCAG 2.2, 1.4.11), and differ
in lightness as well as in hue.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from textwrap import wrap
from typing import Any

CONFIG: dict[str, Any] = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
"""The ``config`` to pass to ``st.plotly_chart`` with every figure."""

ACCENT = "#E8590C"
"""The class that wins, the row cursor, whatever the eye should find first."""
QUIET = "#7C8594"
"""The other classes, and frames and marks that should stay behind."""
TRAINING = "#3182CE"
VALIDATION = ACCENT

INK = [[0.0, "#101010"], [1.0, "#FFFFFF"]]
"""Grey scale of an image as the network sees it: paper 0 is black, ink 1 is white."""
PROBABILITY = "Viridis"
"""Even steps of probability look even, also to the colour-blind and in grey."""
ERRORS = [[0.0, "#20252E"], [1.0, "#F76707"]]
"""Opaque, so that numbers written on it are as readable on a light page as on a dark one."""
RIGHT = "#333A45"
"""Cells of right answers, which should not call for attention."""
FAINT = "rgba(124, 133, 148, 0.35)"
"""Grid lines and outlines."""
BUTTON: dict[str, Any] = {
    "bgcolor": "#E9ECEF",
    "bordercolor": "#ADB5BD",
    "font": {"color": "#1A1D21", "size": 13},
}
"""Light in both themes, because Plotly lights up a button under the pointer whatever the theme."""
VEIL = "rgba(110, 116, 126, 0.72)"
"""Lies over rows that have not been read yet."""

ROWS_LEFT, ROWS_LEFT_NARROW = 48, 44
"""Pixels left of a plotting area over rows, for the axis's title beside numbers of two digits."""


def stops(scale: str) -> list[list[Any]]:
    """One of Plotly's colour scales as shares, 0 to 1, and colours.

    >>> stops(PROBABILITY)[0]
    [0.0, '#440154']
    """
    return [[share, colour] for share, colour in _colour_scale(scale)]


@cache
def _colour_scale(scale: str) -> tuple[tuple[float, str], ...]:
    """Asked for with every stroke, and slow to be found."""
    from plotly.colors import get_colorscale

    return tuple((share, colour) for share, colour in get_colorscale(scale))


def layout(
    height: int, *, left: int = ROWS_LEFT, right: int = 12, top: int = 12, bottom: int = 44
) -> dict[str, Any]:
    """A layout without legend, title or dragging; sizes in pixels.

    Dragging is off because on a phone it would take the page's own scrolling.
    """
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "template": {"layout": {"colorway": [TRAINING, ACCENT, QUIET]}},
    }


def axis(title: str = "", **settings: Any) -> dict[str, Any]:
    """An axis that cannot be dragged, with faint grid lines; ``settings`` are Plotly's."""
    return {
        "title": {"text": title, "standoff": 8},
        "ticklabelstandoff": 4,
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
        "gridcolor": FAINT,
        "automargin": False,
        **settings,
    }


def in_lines(text: str, letters: int) -> str:
    """A text without markup in lines of at most ``letters``, broken between words only.

    >>> in_lines("what it adds to z of i (rounded)", 20)
    'what it adds to z of<br>i (rounded)'
    """
    return "<br>".join(wrap(text, letters, break_long_words=False))


def framed(title: str = "", **settings: Any) -> dict[str, Any]:
    """An `axis` with a faint line on both sides, so that a dark panel has an edge on a dark page."""
    return axis(title, showline=True, mirror=True, linecolor=FAINT, linewidth=1, ticks="", **settings)


def every_row(rows: int) -> dict[str, Any]:
    """Tick settings of an axis over rows 1 … ``rows``: each of few, every fifth of many."""
    return {"tickvals": list(range(1, rows + 1)) if rows <= 10 else [1, *range(5, rows + 1, 5)]}


MOST_SHOWN = 10
"""Characters of a class's name that stand at an axis."""


def harmless(name: str) -> str:
    """A text from a file as Plotly shows it letter by letter, though it knows some HTML."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def class_ticks(names: Sequence[str], every: int = 1) -> dict[str, Any]:
    """Tick settings of an axis over classes: each label, or the names of every few, cut where they are long.

    Args:
        names: what the classes are called, by label; those of digits are the labels themselves.
        every: how many classes apart the ticks are.
    """
    if list(names) == [str(label) for label in range(len(names))]:
        return {"dtick": every}
    shown = [name if len(name) <= MOST_SHOWN else f"{name[: MOST_SHOWN - 1]}…" for name in names]
    at = range(0, len(names), every)
    return {"tickvals": list(at), "ticktext": [harmless(shown[label]) for label in at], "tickangle": 0}


def settled_line(row: int | None, yaxis: str = "y") -> list[dict[str, Any]]:
    """The line over the row at which a verdict settled, through all panels; no shape where it did not.

    Args:
        row: from 1, or None.
        yaxis: whose values are rows.
    """
    if row is None:
        return []
    line = {"color": ACCENT, "width": 2, "dash": "dash"}
    across = {"type": "line", "xref": "paper", "yref": yaxis, "x0": 0, "x1": 1}
    return [{**across, "y0": row - 0.5, "y1": row - 0.5, "line": line}]


def caption(text: str, x: float, y: float, **settings: Any) -> dict[str, Any]:
    """A text without an arrow, placed in fractions of the plotting area unless ``settings`` say otherwise."""
    return {"text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False, **settings}
