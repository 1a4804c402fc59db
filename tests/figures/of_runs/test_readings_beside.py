from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.of_runs.readings_beside import NamedReading, readings_beside, readings_beside_info

IMAGE = np.eye(4)


def readings(count: int) -> list[NamedReading]:
    return [NamedReading(f"{n}", np.full((4, 3), n / 10)) for n in range(count)]


def test_info_is_exact() -> None:
    image, first, second = readings_beside_info(IMAGE, readings(2))
    assert (image.kind, first.kind, second.title) == ("ink", "probability", "1")
    assert second.numbers == [[10.0] * 3] * 4


@pytest.mark.parametrize(
    ("count", "narrow", "lines"), [(1, False, 1), (4, False, 1), (6, False, 2), (6, True, 4)]
)
def test_panels_stand_in_lines_that_are_about_equally_long(count: int, narrow: bool, lines: int) -> None:
    figure = go.Figure(readings_beside(IMAGE, readings(count), 2, narrow=narrow).to_dict())
    assert len(figure.data) == count + 1
    assert len({trace.yaxis for trace in figure.data}) == lines
    assert len(figure.layout.shapes) == count + 1  # the cursor frames the row in each


def test_readings_of_other_images_are_refused() -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        readings_beside_info(np.eye(5), readings(1))
    with pytest.raises(InvalidValue, match="readings"):
        readings_beside_info(IMAGE, [])
