"""A player that moves a figure's row cursor inside the browser: play, slow motion, steps and a slider.

The figure brings one frame a row, named by the row's number from 1. Plotly has no button that means "one
frame on", so every frame brings its own buttons, whose arguments name the frames before and after it.
"""

from __future__ import annotations

from typing import Any

from lstm_core.figures import theme

PLAY_MILLISECONDS, SLOW_MILLISECONDS = 250, 1000


def go_to(row: int | None, *, milliseconds: int = 0) -> list[Any]:
    """Arguments of Plotly's ``animate``: one row at once, or, with None, all rows from the current one."""
    return [
        None if row is None else [str(row)],
        {
            "mode": "immediate",
            "fromcurrent": True,
            "frame": {"duration": milliseconds, "redraw": True},
            "transition": {"duration": 0},
        },
    ]


def buttons(rows: int, row: int, *, top: int) -> dict[str, Any]:
    """Play, slow motion, pause and steps, as one of a layout's ``updatemenus``.

    Args:
        rows: how many there are.
        row: the current one, from 1; the steps lead to its neighbours.
        top: pixels below the plotting area.
    """
    pause = [[None], {"mode": "immediate", "frame": {"duration": 0, "redraw": False}}]
    choices = [
        ("▶ Play", go_to(None, milliseconds=PLAY_MILLISECONDS)),
        ("Slow", go_to(None, milliseconds=SLOW_MILLISECONDS)),
        ("Pause", pause),
        ("‹ Back", go_to(max(row - 1, 1))),
        ("Next ›", go_to(min(row + 1, rows))),
    ]
    return {
        "type": "buttons",
        "direction": "right",
        "showactive": False,
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": top},
        **theme.BUTTON,
        "buttons": [{"label": label, "method": "animate", "args": args} for label, args in choices],
    }


def slider(rows: int, row: int, *, top: int, current: bool = True) -> dict[str, Any]:
    """A handle for the row, as one of a layout's ``sliders``.

    Args:
        rows, row: how many there are and the current one, from 1.
        top: pixels below the plotting area.
        current: whether the row's number stands over the handle.
    """
    return {
        "active": row - 1,
        "x": 0,
        "len": 1,
        "y": 0,
        "pad": {"t": top, "l": 6, "r": 6},
        "currentvalue": {
            "visible": current,
            "prefix": "row ",
            "xanchor": "right",
            "offset": 24,
            "font": {"size": 14},
        },
        "bgcolor": theme.QUIET,
        "activebgcolor": theme.ACCENT,
        "bordercolor": theme.QUIET,
        "tickcolor": theme.QUIET,
        "ticklen": 5,
        "minorticklen": 3,
        "steps": [{"label": str(n), "method": "animate", "args": go_to(n)} for n in range(1, rows + 1)],
    }
