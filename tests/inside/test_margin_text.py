"""Sentences about margins worked out by hand, and that their numbers are those of the margin."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.inside.margin import Margin
from lstm_core.inside.margin_text import margin_in_words, signed, stroke_in_words


def by_hand(
    *after: float, start: float = 0.0, first_ink: int | None = 1, blank: frozenset[int] = frozenset()
) -> Margin:
    return Margin(3, 2, start, np.array(after), first_ink, blank=blank)


def test_rows_that_spoke_against_and_rows_that_turned_it() -> None:
    assert margin_in_words(by_hand(0.5, -1, -2, -3, 1, 3, 5, first_ink=2)) == (
        "Settled against 2 at row 6: from there to the last row, 3 stays at least 10 times as probable as 2. "
        "Rows 2–4 spoke for 2 (together −3.5). Rows 5–6 turned it (together +6.0; row 5 most of all, +4.0). "
        "After the last row the margin is +5.0."
    )


def test_rows_that_spoke_for_the_winner_before_it_fell_behind_are_told_of_their_own() -> None:
    assert margin_in_words(by_hand(0.3, 0.5, -1, -3, 1, 3)) == (
        "Settled against 2 only at the last row, 6. Rows 1–2 spoke for 3 (together +0.5). Rows 3–4 spoke for "
        "2 (together −3.5). Rows 5–6 turned it (together +6.0; row 5 most of all, +4.0). After the last row "
        "the margin is +3.0."
    )


def test_a_class_that_was_never_behind() -> None:
    assert margin_in_words(by_hand(1, 2, 4)) == (
        "Settled against 2 only at the last row, 3. Rows 1–3 spoke for 3 (together +4.0; row 3 most of "
        "all, +2.0). After the last row the margin is +4.0."
    )


def test_settled_with_the_first_ink() -> None:
    assert margin_in_words(by_hand(0, 3, 4, first_ink=2)) == (
        "Settled against 2 at row 2, the first with ink: from there to the last row, 3 stays at least 10 "
        "times as probable as 2. After the last row the margin is +4.0."
    )


def test_what_is_not_settled_says_by_how_little() -> None:
    assert margin_in_words(by_hand(-1, 0.7)) == (
        "Not settled: at the end 3 is only 2 times as probable as 2. Row 1 spoke for 2 (−1.0). Row 2 turned "
        "it (+1.7). After the last row the margin is +0.7."
    )
    assert "only 9.9 times" in margin_in_words(by_hand(1, 2.3))
    assert "at the end 3 and 2 are equally probable" in margin_in_words(by_hand(1, 0))


def test_whoever_ends_ahead_is_told_of() -> None:
    assert margin_in_words(by_hand(1, -3, -4)).startswith("Settled against 3 at row 2")


def test_rows_without_ink_are_called_blank() -> None:
    assert margin_in_words(by_hand(0.5, -1, -2, -1, 1, 3, first_ink=2, blank=frozenset({1, 4, 5, 6}))) == (
        "Settled against 2 only at the last row, 6. Rows 2–3 spoke for 2 (together −2.5). Blank rows 4–6 "
        "turned it (together +5.0; blank row 5 most of all, +2.0). After the last row the margin is +3.0."
    )
    late = margin_in_words(by_hand(1, 3, 8, blank=frozenset({3})))
    assert "The largest share of all is that of blank row 3, +5.0, when it was settled already." in late
    assert "blank row 3" in margin_in_words(by_hand(-1, -3, -8, blank=frozenset({3}))), (
        "also from the other side"
    )


def test_a_blank_page_speaks_for_nobody() -> None:
    assert "no ink" in margin_in_words(by_hand(3, 3, first_ink=None))


@given(
    st.lists(st.floats(-9, 9).map(lambda value: round(value, 1)), min_size=2, max_size=12),
    st.integers(1, 12),
)
def test_spans_hold_what_is_said_of_them(after: list[float], ink: int) -> None:
    found = by_hand(*after, first_ink=min(ink, len(after)))
    said = margin_in_words(found)
    led = found if found.after[-1] >= 0 else found.reversed()
    spans = re.findall(
        r"Rows? (\d+)(?:–(\d+))? (spoke for (\d)|turned it) \((?:together )?([+−][\d.]+)", said
    )
    for first, last, what, whom, moved in spans:
        total = led.shares[int(first) - 1 : int(last or first)].sum()
        assert signed(float(total)) == moved
        if whom:
            assert (total >= -1e-9) if int(whom) == led.label else (total < 0)
        else:
            assert what == "turned it"
            assert led.after[int(first) - 2] < 0 if int(first) > 1 else led.start < 0
            assert led.after[int(last or first) - 1] >= 0
    for row, share in re.findall(r"row (\d+) most of all, ([+−][\d.]+)", said):
        assert signed(float(led.shares[int(row) - 1])) == share


@pytest.mark.parametrize(
    ("value", "said"), [(1.25, "+1.2"), (-3.0, "−3.0"), (0.04, "+0.04"), (-0.0001, "+0.0"), (12.36, "+12.4")]
)
def test_numbers_have_signs_and_few_digits(value: float, said: str) -> None:
    assert signed(value) == said


def test_a_row_that_spoke_the_other_way_is_named() -> None:
    said = margin_in_words(by_hand(0, -2, -1, 1, 0.5, 4, 5, first_ink=2))
    assert "Row 2 spoke for 2 (−2.0)." in said
    assert (
        "Rows 3–6 turned it (together +6.0; row 6 most of all, +3.5; row 5 alone spoke for 2, −0.5)." in said
    )
    assert "Rows 1–3 spoke for 2 (together −3.0; row 2 alone spoke for 3, +1.0)." in margin_in_words(
        by_hand(-2, -1, -3, 3)
    )


def test_the_largest_share_is_named_also_when_it_came_after_the_settled_row() -> None:
    said = margin_in_words(by_hand(1, 3, 8, 4))
    assert "The largest share of all is that of row 3, +5.0, when it was settled already." in said
    assert "The largest share" not in margin_in_words(by_hand(1, 3, 4))


def test_the_row_that_did_most_is_told_by_its_ink() -> None:
    image = np.zeros((4, 9), np.float32)
    image[1, 6:8] = 1.0
    image[2, [0, 1, 4, 6, 7]] = 0.8
    image[2, 8] = 0.1  # a soft edge
    found = by_hand(0, -1, 3, 9, first_ink=2)
    assert stroke_in_words(found, image) == (
        "Row 3, which did most for 3 until that was settled, has ink in columns 1–2, 5 and 7–8; "
        "the row above it in columns 7–8."
    ), "row 4 did more, when it was settled already"
    assert stroke_in_words(found.reversed(), image) == stroke_in_words(found, image)
    assert stroke_in_words(by_hand(0, 4, 4.5, 5, first_ink=2), image) == (
        "Row 2, which did most for 3, has ink in columns 7–8; above it there is none."
    )
    image[2] = image[1]
    assert stroke_in_words(found, image).endswith("has ink in columns 7–8, as the row above it.")
    image[1:3] = np.eye(9)[4]  # one pixel
    assert "has ink in column 5, as" in stroke_in_words(found, image)


def test_of_a_row_without_ink_nothing_is_told() -> None:
    assert not stroke_in_words(by_hand(0, 3, 4, first_ink=1), np.zeros((3, 5), np.float32))
