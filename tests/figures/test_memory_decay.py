from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.memory_decay import Memory, memory_decay, memory_decay_info


def test_info_is_exact_and_cut_at_the_ends() -> None:
    info = memory_decay_info(
        [Memory("a", np.array([1e-12, -0.01, 1.0])), Memory("b", np.array([0, 1e30, 1.0]))]
    )
    assert info.names == ["a", "b"]
    assert info.exponents == [[-9.0, -2.0, 0.0], [-9.0, 9.0, 0.0]]
    assert info.rows == 3


def test_curves_are_named_and_end_at_the_last_row(sent: Callable[[Figure], bytes]) -> None:
    figure = memory_decay([Memory("|U| alone", 0.5 ** np.arange(27, -1, -1)), Memory("LSTM", np.ones(28))])
    sent(figure)
    assert [curve["name"] for curve in figure["data"]] == ["|U| alone", "LSTM"]
    assert figure["data"][0]["x"][-1] == 28
    assert figure["data"][0]["y"][-1] == 0.0
    assert figure["layout"]["yaxis"]["ticktext"][3] == "1"


def test_other_numbers_of_rows_are_named() -> None:
    with pytest.raises(InvalidValue, match="second"):
        memory_decay_info([Memory("first", np.ones(3)), Memory("second", np.ones(2))])


@pytest.mark.parametrize("count", [0, 4])
def test_none_or_too_many_curves_are_refused(count: int) -> None:
    with pytest.raises(InvalidValue, match="memories"):
        memory_decay_info([Memory("a", np.ones(2))] * count)
