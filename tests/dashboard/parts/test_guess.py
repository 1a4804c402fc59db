"""What a page says to a guess."""

from __future__ import annotations

import pytest

from dashboard.parts.guess import option_in_words, row_in_words


@pytest.mark.parametrize(
    ("said", "right", "words"),
    [
        (12, 12, "You guessed row 12: exactly."),
        (11, 12, "You guessed row 11: close, only 1 row too early."),
        (14, 12, "You guessed row 14: close, only 2 rows too late."),
        (4, 12, "You guessed row 4: 8 rows too early."),
    ],
)
def test_how_close_a_row_was(said: int, right: int, words: str) -> None:
    assert row_in_words(said, right) == words


def test_an_option_that_was_right_and_one_that_was_not() -> None:
    assert option_in_words("It stays", "It stays") == "You guessed “It stays”, and so it is."
    assert option_in_words("It stays", "It goes").endswith("another answer: “It goes”.")
