from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.reliability import ReliabilityInfo, reliability_diagram, reliability_info
from lstm_core.inside.calibration import Reliability, reliability

Sent = Callable[[Figure], bytes]
FOUND = reliability(np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]]), np.array([0, 1, 1]), bins=4)


def test_info_is_exact_and_leaves_out_empty_bins() -> None:
    assert reliability_info(FOUND) == ReliabilityInfo([62.5, 87.5], 25.0, [100.0, 50.0], [60.0, 90.0], [1, 2])


def test_bars_are_before_and_points_after(sent: Sent) -> None:
    after = reliability(np.array([[0.7, 0.3]] * 2), np.array([0, 1]), bins=4)
    figure = reliability_diagram(FOUND, after)
    sent(figure)
    bars, points = figure["data"]
    assert (bars["x"], bars["y"]) == ([62.5, 87.5], [100.0, 50.0])
    assert (points["x"], points["y"]) == ([70.0], [50.0])


def test_a_bar_of_few_readings_says_how_many() -> None:
    counts = np.array([0, 99, 100, 5000])
    found = Reliability(counts, np.full(4, 0.5), np.full(4, 0.5), 0.0)
    bars = reliability_diagram(found, found)["data"][0]
    assert bars["text"] == ["99", "", ""]
    assert [count for _, count in bars["customdata"]] == [99, 100, 5000], "the rest say it when pointed at"


def test_the_key_is_narrow_enough_for_a_phone() -> None:
    (key,) = reliability_diagram(FOUND, FOUND)["layout"]["annotations"]
    lines = [re.sub("<.*?>", "", line) for line in key["text"].split("<br>")]
    assert len(lines) == 2 and max(map(len, lines)) <= 50


def test_nothing_read_is_named() -> None:
    nothing = Reliability(np.zeros(3, np.int64), np.full(3, np.nan), np.full(3, np.nan), 0.0)
    with pytest.raises(InvalidValue, match="found"):
        reliability_info(nothing)
