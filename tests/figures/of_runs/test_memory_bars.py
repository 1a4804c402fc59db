from __future__ import annotations

import plotly.graph_objects as go
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.of_runs.memory_bars import MemoryBar, MemoryBarsInfo, memory_bars, memory_bars_info

PUBLISHED = [MemoryBar("published", "LSTM", 725.0), MemoryBar("published", "CNN", 8721.0)]
HERE = [MemoryBar("here", "CNN", 1836.4)]


def test_info_is_exact() -> None:
    assert memory_bars_info([*PUBLISHED, *HERE]) == MemoryBarsInfo(
        networks=["LSTM", "CNN"],
        series=[("published", [725.0, 8721.0]), ("here", [None, 1836.4])],
        labels=[["725 MiB", "8,721 MiB"], ["", "1,836 MiB"]],
        longest=8721.0,
    )


def test_bars_start_at_zero_and_leave_room_for_their_labels() -> None:
    figure = go.Figure(memory_bars([*PUBLISHED, *HERE]).to_dict())
    assert [list(trace.x) for trace in figure.data] == [[725.0, 8721.0], [None, 1836.4]]
    low, high = figure.layout.xaxis.range
    assert low == 0
    assert high > 8721


@pytest.mark.parametrize(
    "bars", [[], [*PUBLISHED, *PUBLISHED], [MemoryBar(str(number), "LSTM", 1.0) for number in range(4)]]
)
def test_what_cannot_be_drawn_is_named(bars: list[MemoryBar]) -> None:
    with pytest.raises(InvalidValue, match="bars"):
        memory_bars(bars)
