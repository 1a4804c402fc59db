"""Quantities as people say them."""

from __future__ import annotations

import pytest

from dashboard.parts import quantities


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "less than a second"), (59.4, "59 s"), (200, "3 min 20 s"), (1234, "20 min"), (7500, "2 h 5 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert quantities.duration(seconds) == said


def test_sizes_and_speeds_are_short() -> None:
    assert [quantities.size(n) for n in (12, 1500, 640_000, 1_250_000_000)] == [
        "12 B",
        "1.5 kB",
        "640 kB",
        "1.2 GB",
    ]
    assert [quantities.speed(s) for s in (0.25, 11.62, 528.3)] == [
        "4.0 s/step",
        "11.6 steps/s",
        "528 steps/s",
    ]


def test_a_name_is_shown_letter_by_letter() -> None:
    assert quantities.plain("*a* [b](c)") == r"\*a\* \[b\]\(c\)"
