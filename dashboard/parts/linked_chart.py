"""A figure over the rows of an image and the page's row cursor: whoever moves one moves the other.

Plotly's heatmaps tell Streamlit nothing, and a figure that Streamlit gets again is made anew in the browser.
So `linked_chart.js` listens to the figure itself, plays it, and moves it by the frames that it has for its
player; it is drawn anew only when something else than the row has changed. All that is particular about the
figure inside Streamlit's page is met there and here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.parts.chart import chart
from dashboard.parts.component import component, counted
from lstm_core.figures.figure import Figure
from lstm_core.settings.hyperparameters import MAX_UNITS

Touch = Callable[[int, int | None], None]
"""Takes the row, and the unit if one was hit, both counted from 1. Runs before the page does."""

Marks = Callable[[Figure], list[dict[str, Any]]]
"""Makes a layout's ``images``."""


@dataclass(frozen=True)
class _Drawn:
    """What a figure is of besides the row, the row at which it rests, the run that drew it, and its marks."""

    depends_on: object | None
    row: int
    run: int
    images: list[dict[str, Any]] = field(default_factory=list)


def linked_chart(
    draw: Callable[[int], Figure],
    *,
    depends_on: object,
    row: int,
    rows: int,
    alt: str,
    key: str,
    on_touch: Touch,
    marks: Marks | None = None,
) -> None:
    """Show a figure that moves with a row cursor, and tell what a person does inside it.

    Args:
        draw: makes the figure, at a row. A trace whose columns are units has ``"meta": "units"`` and begins
            each column's name with the unit, counted from 1.
        depends_on: all that the figure depends on but the row; None for one without frames, which is always
            drawn anew.
        row: of the cursor, 1 … rows.
        alt: what the figure shows, for people who do not see it.
        key: of the figure.
        on_touch: is called when the figure's player has come to rest at another row than the cursor's, or
            a cell was clicked.
        marks: makes of the figure what is marked in it for now; it may change without ``depends_on``.
    """
    events = f"{key}-events"
    follows = _follows(events)
    run, drawn = _count(key, depends_on if follows else None, row)
    figure = draw(drawn.row)
    images = marks(figure) if marks else []
    if drawn.run == run:
        drawn.images[:] = images
    layout = {**figure["layout"], "meta": drawn.run, "images": list(drawn.images)}
    shown = {**figure.to_dict(), "layout": layout}
    with st.container(gap=None):
        chart(Figure(_played_by_the_page(shown) if follows else shown), alt=alt, key=key)
        component(__file__, "linked_chart")(
            data={
                "chart": key,
                "framed": "frames" in figure,
                "drawn": {"row": drawn.row, "run": drawn.run, "images": drawn.images},
                "images": images,
                "row": row,
                "run": run,
                "follows": follows,
            },
            default={"follows": True},
            on_follows_change=lambda: None,
            on_touched_change=lambda: report_touch(events, rows, on_touch),
            key=events,
            height=0,
        )


def _follows(events: str) -> bool:
    """Whether the browser can move the figure; so until it says otherwise."""
    return bool(st.session_state.get(events, {}).get("follows", True))


def _played_by_the_page(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure with buttons and a slider of which Plotly only says that they were used."""
    layout = dict(figure["layout"])
    for controls, parts in (("updatemenus", "buttons"), ("sliders", "steps")):
        if controls in layout:
            layout[controls] = [
                {**control, parts: [{**part, "method": "skip"} for part in control[parts]]}
                for control in layout[controls]
            ]
    changed: dict[str, Any] = {"layout": layout}
    if "frames" in figure:
        changed["frames"] = [
            {**frame, "layout": {"shapes": frame["layout"]["shapes"]}} for frame in figure["frames"]
        ]
    return {**figure, **changed}


def _count(key: str, depends_on: object | None, row: int) -> tuple[int, _Drawn]:
    """The number of this run, and when the figure as it is now was drawn first: in this run if it is new."""
    run, before = st.session_state.get(f"{key}-drawn", (0, None))
    run += 1
    same = before and depends_on is not None and before.depends_on == depends_on
    drawn = before if same else _Drawn(depends_on, row, run)
    st.session_state[f"{key}-drawn"] = run, drawn
    return run, drawn


def report_touch(events: str, rows: int, on_touch: Touch) -> None:
    """Call ``on_touch`` with what the browser sent, as far as it can be right."""
    touched: Any = st.session_state[events].get("touched")
    sent = touched if isinstance(touched, dict) else {}
    if (row := counted(sent.get("row"), rows)) is not None:
        on_touch(row, counted(sent.get("unit"), MAX_UNITS))
