from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.verdict_bars import VerdictBarsInfo, verdict_bars, verdict_bars_info

LAST_ROW = np.array([0.004, 0.12345, 0.87255], np.float32)


def test_info_is_exact() -> None:
    assert verdict_bars_info(LAST_ROW) == VerdictBarsInfo(
        percents=[0.4, 12.35, 87.26], labels=["< 1 %", "12 %", "87 %"], winner=2
    )


def test_winner_alone_has_the_accent(sent: Callable[[Figure], bytes]) -> None:
    figure = verdict_bars(LAST_ROW)
    sent(figure)
    assert figure["data"][0]["marker"]["color"] == [theme.QUIET, theme.QUIET, theme.ACCENT]
    assert figure["layout"]["xaxis"]["range"] == [0, 100]


def test_one_class(sent: Callable[[Figure], bytes]) -> None:
    sent(verdict_bars(np.ones(1, np.float32)))


@pytest.mark.parametrize("shape", [(0,), (2, 3)])
def test_other_shapes_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        verdict_bars_info(np.zeros(shape, np.float32))
