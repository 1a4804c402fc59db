"""What an experiment has shown, in sentences that are true of its numbers."""

from __future__ import annotations

from dashboard.parts.experiment import in_words
from tests.summaries import side


def test_every_side_has_its_mean_its_deviation_and_its_parameters() -> None:
    said = in_words([side("one", 0.97, 0.98, 0.99), side("two", 0.97, 0.98, 0.99, units=(28, 28))])
    # 4 · 28 · (28 + 28 + 1) a layer, and 10 · (28 + 1) of the head
    assert said[:2] == [
        "**one**: 98.00 ± 1.00\xa0% over 3 seeds, 6,674 parameters.",
        "**two**: 98.00 ± 1.00\xa0% over 3 seeds, 13,058 parameters.",
    ]
    assert said[2].endswith("contains 0, so these seeds leave it open.")


def test_a_difference_beyond_chance_is_said_with_its_direction() -> None:
    high, low = side("high", 0.98, 0.981, 0.982), side("low", 0.9, 0.901, 0.902)
    assert in_words([high, low])[2] == (
        "The mean of “low” is 8.00 percentage points below that of “high” (95\xa0% interval: −8.23 "
        "to −7.77), "
        "more than chance explains."
    )
    assert "8.00 percentage points above that of “low”" in in_words([low, high])[2]


def test_two_seeds_are_said_to_be_too_few() -> None:
    assert "may be chance" in in_words([side("one", 0.9, 0.91), side("two", 0.8, 0.81)])[2]


def test_of_three_sides_every_pair_is_compared() -> None:
    said = " ".join(in_words([side(name, 0.97, 0.98, 0.99) for name in "abc"]))
    for first, second in (("a", "b"), ("a", "c"), ("b", "c")):
        assert f"The mean of “{second}” is 0.00 percentage points above that of “{first}”" in said


def test_what_was_learnt_by_heart_is_the_gap_to_the_test_images() -> None:
    said = in_words([side("one", 0.9, 0.9, 0.9, training_accuracy=1.0), side("two", 0.95, 0.95, 0.95)])
    assert (
        "“one” reads 100\xa0% of its training images correctly, 10.00 percentage points more than test "
        "images." in said
    )
    assert not [one for one in said if one.startswith("“two” reads")]


def test_half_of_the_rows_is_told_where_it_belongs_to_the_answer() -> None:
    sides = [
        side("last row", 0.98, half_way_accuracy=0.192),
        side("every row", 0.98, half_way_accuracy=0.931),
    ]
    told = "Read correctly after the first half of the rows: “last row” 19.20\xa0%, “every row” 93.10\xa0%."
    assert told in in_words(sides, half_way=True)
    assert told not in in_words(sides)
