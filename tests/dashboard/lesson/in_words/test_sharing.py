"""What sharing costs, in one sentence that is true of the measurements."""

from __future__ import annotations

import re

from dashboard.lesson.in_words.sharing import sharing_in_words
from dashboard.lesson.shared_weights import EXPERIMENTS
from lstm_core.evidence.summaries import Summary, comparison, mean_difference
from tests.summaries import side

HIGH, LOW = side("separate", 0.98, 0.981, 0.982), side("shared", 0.9, 0.901, 0.902)
SPREAD = side("shared", 0.97, 0.98, 0.99)


def test_a_difference_beyond_chance_is_called_clear_with_its_direction_and_interval() -> None:
    assert sharing_in_words({"with small layers": (HIGH, LOW)}) == (
        "**In short:** with small layers sharing weights clearly lowers test accuracy, by 8.00 percentage "
        "points (95\xa0% interval: −8.23 to −7.77)."
    )
    assert "clearly raises test accuracy, by 8.00" in sharing_in_words({"with small layers": (LOW, HIGH)})


def test_an_interval_with_0_in_it_is_never_called_clear() -> None:
    said = sharing_in_words({"with small layers": (HIGH, SPREAD)})
    assert "clearly" not in said
    assert "leave open whether sharing weights changes test accuracy" in said
    assert "contains 0" in said


def test_too_few_trainings_are_called_that_and_none_leave_nothing_to_say() -> None:
    two = side("shared", 0.5, 0.5)
    assert "too few to tell" in sharing_in_words({"with small layers": (HIGH, two)})
    assert sharing_in_words({"with small layers": ()}) == ""


def test_what_is_clear_comes_first() -> None:
    said = sharing_in_words({"with large layers": (HIGH, SPREAD), "with small layers": (HIGH, LOW)})
    assert said.index("small") < said.index("large")


def test_what_the_lesson_says_is_what_was_measured() -> None:
    measured = {where: comparison(name) for name, where in EXPERIMENTS.items()}
    said = sharing_in_words(measured)
    for where, (separate, shared, *_) in measured.items():
        assert layers(separate) in where
        (part,) = [part for part in re.split("; (?=with )", said) if where in part]
        difference = mean_difference(separate, shared)
        assert difference is not None
        assert ("clearly" in part) == (difference.low > 0 or difference.high < 0)
        ends = [f"{100 * end:+.2f}".replace("-", "−") for end in (difference.low, difference.high)]
        assert " to ".join(ends) in part


def layers(of: Summary) -> str:
    units = {str(unit) for unit in of.trainings[0].varied["units"]}
    (size,) = units
    return f"layers of {size} units"
