from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.verdict_bars import VerdictBars, verdict_bars

LAST_ROW = np.array([0.004, 0.12345, 0.87255], np.float32)


def test_info_is_exact() -> None:
    assert verdict_bars(LAST_ROW) == VerdictBars(
        percents=[0.4, 12.35, 87.26], labels=["0.4\xa0%", "12.3\xa0%", "87.3\xa0%"], winner=2
    )


@pytest.mark.parametrize("shape", [(0,), (2, 3)])
def test_other_shapes_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        verdict_bars(np.zeros(shape, np.float32))
