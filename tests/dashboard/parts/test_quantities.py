"""Quantities as people say them."""

from __future__ import annotations

import re

import pytest

from dashboard.parts import quantities


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "less than a second"), (59.4, "59 s"), (200, "3 min 20 s"), (1234, "20 min"), (7500, "2 h 5 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert quantities.duration(seconds) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (38, 41, "about 40 s"),
        (21, 64, "20 s to 1 min"),
        (97, 342, "1 min 40 s to 6 min"),
        (3, 5, "3 s to 5 s"),
        (0.2, 0.9, "less than a second"),
    ],
)
def test_two_durations_are_a_range_of_round_numbers_unless_nearly_equal(
    low: float, high: float, said: str
) -> None:
    assert quantities.span(low, high) == said


def test_percents_have_a_space_and_one_digit_unless_asked() -> None:
    assert quantities.percent(0.9746) == "97.5\xa0%"
    assert quantities.accuracy(0.99326) == "99.33\xa0%"


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


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e30, -1e30, 1e308])
def test_no_number_can_make_its_words_fail(number: float) -> None:
    assert quantities.date(number) == "unknown"
    assert quantities.duration(number)
    assert quantities.speed(number)


def test_a_name_is_shown_letter_by_letter() -> None:
    assert quantities.plain("*a* [b](c)") == r"\*a\* \[b\]\(c\)"


@pytest.mark.parametrize(
    "looked_for",
    [
        *(r"https?://[-.\w]+", r"www\.[-.\w]+", r"[-.\w+]+@[-\w]+\.[-\w]+", r":material[/_]\w+:"),
        *(r":[\w+-]+:", r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)"),
    ],
)
def test_what_streamlit_looks_for_in_the_text_that_is_left_is_not_in_it(looked_for: str) -> None:
    """Addresses are found too, but only at the start or after a space or punctuation."""
    nasty = "http://a.b https://www.a.b WWW.a.b a@b.com :material/home: :smile: :+1: <-> -> <- -- >= <= ~="
    assert re.search(looked_for, nasty, re.IGNORECASE)
    left = re.sub(r"\\(?=[!-/:-@[-`{-~])", "", quantities.plain(nasty))
    found = re.finditer(looked_for, left, re.IGNORECASE)
    assert all(left[match.start() - 1 : match.start()] == "\u2060" for match in found)
    assert left.replace("\u2060", "") == nasty
