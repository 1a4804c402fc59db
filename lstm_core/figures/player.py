"""A player that steps through a figure's frames inside the browser: play, pause, steps and a slider.

The figure brings the frames, each under a name. Plotly has no button that means "one frame on", so every
frame brings its own buttons, whose arguments name the frames before and after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lstm_core.figures import theme


def row_frames(rows: int) -> list[str]:
    """The names of a frame a row, counted from 1."""
    return [str(row) for row in range(1, rows + 1)]


def go_to(*frames: str, milliseconds: int = 0) -> list[Any]:
    """Arguments of Plotly's ``animate``: one frame after the other, each for so long."""
    return [
        list(frames),
        {
            "mode": "immediate",
            "frame": {"duration": milliseconds, "redraw": True},
            "transition": {"duration": 0},
        },
    ]


def buttons(frames: Sequence[str], at: int, *, top: int, plays: Mapping[str, int]) -> dict[str, Any]:
    """Ways to play, pause and steps, as one of a layout's ``updatemenus``.

    Args:
        frames: the names, in order.
        at: which is shown, from 0; the steps lead to its neighbours, and playing goes on from it, or, from
            the last, starts over.
        top: pixels below the plotting area.
        plays: the milliseconds a frame stays, for each button that plays.

    Every button has the name of what it does: ``play``, ``pause``, ``back`` or ``next``.
    """
    ahead = frames[at + 1 :] or frames
    pause = [[None], {"mode": "immediate", "frame": {"duration": 0, "redraw": False}}]
    choices = [
        *(("play", label, go_to(*ahead, milliseconds=milliseconds)) for label, milliseconds in plays.items()),
        ("pause", "Pause", pause),
        ("back", "‹ Back", go_to(frames[max(at - 1, 0)])),
        ("next", "Next ›", go_to(frames[min(at + 1, len(frames) - 1)])),
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
        "buttons": [
            {"name": name, "label": label, "method": "animate", "args": args} for name, label, args in choices
        ],
    }


def slider(frames: Sequence[str], at: int, *, top: int, around: tuple[str, str] | None) -> dict[str, Any]:
    """A handle for the frame, as one of a layout's ``sliders``.

    Args:
        frames, at: the names, and which is shown, from 0.
        top: pixels below the plotting area.
        around: what stands before and after the frame's name over the handle; None leaves the name out.
    """
    before, after = around or ("", "")
    return {
        "active": at,
        "x": 0,
        "len": 1,
        "y": 0,
        "pad": {"t": top, "l": 6, "r": 6},
        "currentvalue": {
            "visible": around is not None,
            "prefix": before,
            "suffix": after,
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
        "steps": [{"label": frame, "method": "animate", "args": go_to(frame)} for frame in frames],
    }
