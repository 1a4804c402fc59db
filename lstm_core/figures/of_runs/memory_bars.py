"""Memory that networks need for the same images, as bars: what was published beside what is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

COLOURS = (theme.QUIET, theme.ACCENT, theme.TRAINING)


@dataclass(frozen=True)
class MemoryBar:
    """One measurement: who measured, of which network, in MiB."""

    series: str
    network: str
    mebibytes: float


@dataclass(frozen=True)
class MemoryBarsInfo:
    """Networks top to bottom; per series the MiB of each network, ``None`` where it was not measured."""

    networks: list[str]
    series: list[tuple[str, list[float | None]]]
    labels: list[list[str]]
    longest: float


def memory_bars_info(bars: Sequence[MemoryBar]) -> MemoryBarsInfo:
    """The data half of `memory_bars`; networks and series in the order of their first bar.

    Raises:
        InvalidValue: there is no bar, there are more than three series, or two bars for the same.
    """
    networks = list(dict.fromkeys(bar.network for bar in bars))
    names = list(dict.fromkeys(bar.series for bar in bars))
    if not 1 <= len(names) <= len(COLOURS):
        raise InvalidValue("bars", f"of one to {len(COLOURS)} series", len(names))
    measured = {(bar.series, bar.network): bar.mebibytes for bar in bars}
    if len(measured) < len(bars):
        raise InvalidValue("bars", "one for each network of a series", len(bars))
    rows = [(name, [measured.get((name, network)) for network in networks]) for name in names]
    return MemoryBarsInfo(
        networks=networks,
        series=rows,
        labels=[["" if value is None else f"{value:,.0f} MiB" for value in values] for _, values in rows],
        longest=max(measured.values()),
    )


def memory_bars(bars: Sequence[MemoryBar]) -> Figure:
    """A group of bars for each network, one bar a series, from zero.

    Raises:
        InvalidValue: see `memory_bars_info`.
    """
    info = memory_bars_info(bars)
    return Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "name": name,
                    "x": values,
                    "y": info.networks,
                    "text": labels,
                    "textposition": "outside",
                    "cliponaxis": False,
                    "marker": {"color": colour},
                    "hovertemplate": f"%{{y}} · {name} · %{{x:,.0f}} MiB<extra></extra>",
                }
                for (name, values), labels, colour in zip(info.series, info.labels, COLOURS, strict=False)
            ],
            "layout": {
                **theme.layout(
                    100 + 34 * len(info.networks) * len(info.series), left=64, right=16, top=20, bottom=84
                ),
                "barmode": "group",
                "bargap": 0.35,
                "showlegend": True,
                "legend": {
                    "orientation": "h",
                    "x": 0,
                    "yref": "container",
                    "y": 0,
                    "yanchor": "bottom",
                    "traceorder": "normal",
                    "itemclick": False,
                },
                "xaxis": theme.axis(
                    "MiB", range=[0, 1.25 * info.longest], showgrid=True, ticks="", nticks=5, tickformat=","
                ),
                "yaxis": theme.axis(autorange="reversed", ticks=""),
            },
        }
    )
