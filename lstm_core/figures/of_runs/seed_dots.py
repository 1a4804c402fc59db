"""Accuracy of every seed as a dot, group by group, beside the mean and what was published."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

LEAST_SPAN = 0.4
"""Percent points that the axis shows at least, so that a hair's breadth does not look like a gulf."""

_APART, _ROOM = 0.18, 0.6
"""By how much of a line's height dots of one value stand apart, and over how much of it all of them may."""

LEFT = 112
"""Pixels for the names of the groups."""

MARKS = {
    "one seed": ("●", theme.TRAINING),
    "mean": ("<b>|</b>", theme.QUIET),
    "published": ("<b>|</b>", theme.ACCENT),
}


@dataclass(frozen=True)
class SeedGroup:
    """The same settings over several seeds.

    Attributes:
        name: at the axis.
        seeds: in order.
        accuracies: in [0, 1], one a seed.
        published: in [0, 1], where something is published.
        colour: of its dots, where other figures show it in one of its own.
    """

    name: str
    seeds: Sequence[int]
    accuracies: Sequence[float]
    published: float | None = None
    colour: str = MARKS["one seed"][1]


@dataclass(frozen=True)
class SeedDotsInfo:
    """Per group, top to bottom, in percent rounded to 0.001; ``span`` is what the axis shows.

    Attributes:
        names: of the groups.
        dots: triples (group, seed, percent).
        lifts: of each dot, by how much of a line's height it stands below the line, so that dots of a group
            with the same value do not hide each other; 0 where there is one.
        means: one a group.
        published: pairs (group, percent), only where something is published.
    """

    names: list[str]
    dots: list[tuple[str, int, float]]
    means: list[float]
    published: list[tuple[str, float]]
    span: tuple[float, float]

    @property
    def lifts(self) -> list[float]:
        return [_lift(self.dots, at) for at in range(len(self.dots))]


def seed_dots_info(groups: Sequence[SeedGroup]) -> SeedDotsInfo:
    """The data half of `seed_dots`.

    Raises:
        InvalidValue: there is no group, one has no accuracy, or not as many as seeds.
    """
    if not groups:
        raise InvalidValue("groups", "at least one", 0)
    for group in groups:
        if not group.accuracies or len(group.accuracies) != len(group.seeds):
            raise InvalidValue(group.name, "one accuracy for each of its seeds", len(group.accuracies))
    dots = [
        (group.name, seed, _percent(accuracy))
        for group in groups
        for seed, accuracy in zip(group.seeds, group.accuracies, strict=True)
    ]
    published = [(group.name, _percent(group.published)) for group in groups if group.published is not None]
    shown = [dot[2] for dot in dots] + [percent for _, percent in published]
    return SeedDotsInfo(
        names=[group.name for group in groups],
        dots=dots,
        means=[_percent(statistics.fmean(group.accuracies)) for group in groups],
        published=published,
        span=_span(min(shown), max(shown)),
    )


def seed_dots(groups: Sequence[SeedGroup]) -> Figure:
    """One line a group, the first at the top: a dot a seed, a tick at the mean, a bar at what is published.

    Seeds of the same accuracy stand above each other.

    Raises:
        InvalidValue: see `seed_dots_info`.
    """
    info = seed_dots_info(groups)
    colours = [group.colour for group in groups for _ in group.seeds]
    of_a_dot = colours[0] if len(set(colours)) == 1 else theme.QUIET
    line = {name: at for at, name in enumerate(info.names)}
    data = [
        {
            **_marks("one seed", [x for *_, x in info.dots], [name for name, *_ in info.dots]),
            "y": [line[name] + lift for (name, *_), lift in zip(info.dots, info.lifts, strict=True)],
            "marker": {"symbol": "circle", "size": 12, "color": colours, "opacity": 0.75},
            "customdata": [seed for _, seed, _ in info.dots],
            "hovertemplate": "%{text} · seed %{customdata} · %{x:.2f} %<extra></extra>",
        },
        {
            **_marks("mean", info.means, info.names),
            "y": list(line.values()),
            "marker": _upright(18, 2, MARKS["mean"][1]),
            "hovertemplate": "%{text} · mean %{x:.2f} %<extra></extra>",
        },
    ]
    if info.published:
        data.append(
            {
                **_marks("published", [x for _, x in info.published], [name for name, _ in info.published]),
                "y": [line[name] for name, _ in info.published],
                "marker": _upright(30, 3, MARKS["published"][1]),
                "hovertemplate": "%{text} · published %{x:.2f} %<extra></extra>",
            }
        )
    return Figure(
        {
            "data": data,
            "layout": {
                **theme.layout(102 + 44 * len(info.names), left=LEFT, right=20, top=40, bottom=50),
                "annotations": [_key([trace["name"] for trace in data], of_a_dot)],
                "xaxis": theme.axis(
                    "test accuracy (%)", range=list(info.span), showgrid=True, ticks="", nticks=6
                ),
                "yaxis": theme.axis(
                    tickvals=list(line.values()),
                    ticktext=info.names,
                    range=[len(info.names) - 0.5, -0.5],
                    showgrid=True,
                    ticks="",
                ),
            },
        }
    )


def _key(names: list[str], of_a_dot: str) -> dict[str, Any]:
    """What the marks mean, on one line; Plotly's own legend stacks them on a phone.

    Args:
        names: of the marks.
        of_a_dot: its colour here; that of all dots, or grey where it says which group a dot is of.
    """
    marks = MARKS | {"one seed": (MARKS["one seed"][0], of_a_dot)}
    shown = [f'<span style="color:{marks[name][1]}">{marks[name][0]}</span> {name}' for name in names]
    text = "&nbsp;&nbsp;&nbsp;".join(shown)
    return theme.caption(text, 0, 1, xanchor="left", yanchor="bottom", xshift=8 - LEFT, yshift=12)


def _lift(dots: list[tuple[str, int, float]], at: int) -> float:
    """How far dot ``at`` stands from its line, about which those of its group and value are spread evenly."""
    name, _, percent = dots[at]
    same = [other for other, dot in enumerate(dots) if (dot[0], dot[2]) == (name, percent)]
    step = min(_APART, _ROOM / max(1, len(same) - 1))
    return round((same.index(at) - (len(same) - 1) / 2) * step, 3)


def _percent(accuracy: float) -> float:
    return round(100 * accuracy, 3)


def _span(lowest: float, highest: float) -> tuple[float, float]:
    """Both with room to the left and right, within what an accuracy can be."""
    room = max(0.08 * (highest - lowest), (LEAST_SPAN - (highest - lowest)) / 2, 0.05)
    return round(max(0.0, lowest - room), 3), round(min(100.0 + room, highest + room), 3)


def _marks(name: str, percents: list[float], groups: list[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": percents,
        "text": groups,
        "cliponaxis": False,
    }


def _upright(size: int, width: int, colour: str) -> dict[str, Any]:
    return {"symbol": "line-ns", "size": size, "line": {"color": colour, "width": width}, "color": colour}
