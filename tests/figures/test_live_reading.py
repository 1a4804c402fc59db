from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.live_reading import LiveReadingInfo, live_reading, live_reading_info

Sent = Callable[[Figure], bytes]


def test_info_is_exact() -> None:
    rows = np.array([[0.5, 0.5], [0.38, 0.62]], np.float32)
    assert live_reading_info(rows, 400) == LiveReadingInfo(
        [[50.0, 50.0], [38.0, 62.0]], "step 400: reads as 1 (62 %)"
    )


@pytest.mark.parametrize(("rows", "classes"), [(28, 10), (8, 10), (3, 1)])
def test_scale_and_view_stay_the_same(
    probabilities: Callable[..., NDArray[np.float32]], sent: Sent, rows: int, classes: int
) -> None:
    figure = live_reading(probabilities(rows, classes), 7)
    assert len(sent(figure)) < 6_000
    heatmap = figure["data"][0]
    assert (heatmap["zmin"], heatmap["zmax"]) == (0, 100)
    assert figure["layout"]["uirevision"] == "watched"
    assert figure["layout"]["yaxis"]["range"] == [rows + 0.5, 0.5]


@pytest.mark.parametrize("shape", [(4,), (0, 3), (3, 0)])
def test_other_shapes_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        live_reading_info(np.zeros(shape, np.float32), 1)
