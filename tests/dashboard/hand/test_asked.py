"""What a person is asked to write next."""

from __future__ import annotations

from dashboard.hand.asked import PER_CLASS, asked_next

NAMES = ("A", "B", "C")


def test_every_class_comes_once_before_any_comes_twice() -> None:
    written: list[str] = []
    for _ in range(2 * len(NAMES)):
        written.append(asked_next(NAMES, written).name)
    assert written == [*NAMES, *NAMES]


def test_drawings_from_elsewhere_count_but_not_beyond_what_is_asked() -> None:
    asked = asked_next(NAMES, ["A"] * 20 + ["B", "Z"])
    assert (asked.done, asked.of, asked.name, asked.nth) == (PER_CLASS + 1, 3 * PER_CLASS, "C", 1)
    assert not asked.complete


def test_what_was_skipped_comes_after_the_others_even_when_it_has_fewest() -> None:
    assert asked_next(NAMES, ["B", "C"], skipped=("A",)).name == "B"
    assert asked_next(NAMES, ["B", "C"], skipped=NAMES).name == "A"


def test_when_all_is_written_the_class_with_fewest_is_asked_for_all_the_same() -> None:
    asked = asked_next(NAMES, ["A"] * 6 + ["B"] * 5 + ["C"] * 7)
    assert asked.complete
    assert (asked.name, asked.nth) == ("B", 6)
