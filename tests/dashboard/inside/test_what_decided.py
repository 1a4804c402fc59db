"""Which row the words of "what decided" name."""

from __future__ import annotations

import numpy as np

from dashboard.inside.what_decided import greatest_bar


def test_a_row_with_ink_is_named_and_a_blank_one_beside_it_only_if_it_changes_more() -> None:
    bars = np.array([0.5, -2.0, 1.0, 0.0])
    assert greatest_bar(bars, frozenset({1, 4})) == (1, None)
    assert greatest_bar(bars, frozenset({2})) == (2, 1)
    assert greatest_bar(bars, frozenset()) == (1, None)


def test_before_the_first_ink_a_blank_row_is_all_there_is() -> None:
    assert greatest_bar(np.array([0.1, -0.3]), frozenset({1, 2})) == (1, None)
