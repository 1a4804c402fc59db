"""In how many parts a batch is computed side by side."""

from __future__ import annotations

import pytest

from lstm_core.settings.lanes import is_small, lanes
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

DIGITS, QUICK = preset("digits").settings(), preset("quick").settings()


@pytest.mark.parametrize(("cores", "wanted"), [(1, 1), (2, 2), (4, 4), (16, 4)])
def test_a_large_network_has_a_lane_for_each_core_up_to_four(cores: int, wanted: int):
    assert lanes(QUICK, cores) == wanted


def test_a_small_network_has_one_lane_everywhere():
    assert {lanes(DIGITS, cores) for cores in (1, 2, 16)} == {1}
    assert is_small(DIGITS)
    assert not is_small(QUICK)


def test_what_counts_are_images_rows_units_and_directions():
    # 8 rows × 192 units × 256 images = 393,216 numbers
    assert is_small(with_changes(DIGITS, batch_size=256))
    assert lanes(with_changes(DIGITS, batch_size=512), 16) == 3
    assert lanes(with_changes(DIGITS, batch_size=512, direction="both"), 16) == 4
