r"""Shares in percent, as every page, sentence and figure writes them: the number, a no-break space, the sign.

Accuracies have two digits after the point, all other shares one. What is not quite nothing or everything is
never written as 0 % or 100 %: tables, bars and brackets have a sign for it, sentences have words.
"""

from __future__ import annotations

import math

PERCENT = "\N{NO-BREAK SPACE}%"
"""Follows a number, so that a line never breaks before the sign."""

_MOST_DIGITS = 4
_SIGNS = "<\N{NO-BREAK SPACE}", ">\N{NO-BREAK SPACE}"
_WORDS = "less than ", "more than "


def percent(share: float, digits: int = 1) -> str:
    r"""A share in [0, 1], for tables, bars and brackets.

    >>> percent(0.975), percent(0.0), percent(1.0), percent(0.9962, 2)
    ('97.5\xa0%', '0\xa0%', '100\xa0%', '99.62\xa0%')
    >>> percent(0.0002), percent(0.99999)
    ('<\xa00.1\xa0%', '>\xa099.9\xa0%')
    """
    return _written(share, digits, _SIGNS)


def accuracy(share: float) -> str:
    r"""A share of images that were read correctly: two digits after the point, which 10,000 test images fill.

    >>> accuracy(0.9962), accuracy(0.985)
    ('99.62\xa0%', '98.50\xa0%')
    """
    return percent(share, 2)


def in_words(share: float) -> str:
    r"""A share in [0, 1] as a sentence says it.

    >>> in_words(0.975), in_words(0.0002), in_words(0.9998)
    ('97.5\xa0%', 'less than 0.1\xa0%', 'more than 99.9\xa0%')
    """
    return _written(share, 1, _WORDS)


def at_least(share: float) -> str:
    r"""A lower bound in [0, 1], rounded down, to follow "at least".

    >>> at_least(0.9598), at_least(0.96), at_least(0.99999)
    ('95.9\xa0%', '96.0\xa0%', '99.9\xa0%')
    """
    return f"{math.floor(round(1000 * share, 3)) / 10:.1f}{PERCENT}"


def at_most(share: float) -> str:
    r"""An upper bound in [0, 1], rounded up, to follow "at most".

    >>> at_most(0.0402), at_most(0.04), at_most(0.00001)
    ('4.1\xa0%', '4.0\xa0%', '0.1\xa0%')
    """
    return f"{math.ceil(round(1000 * share, 3)) / 10:.1f}{PERCENT}"


def points(difference: float) -> str:
    """A difference of two shares in percentage points, with its sign and a real minus.

    >>> points(0.0327), points(-0.0023)
    ('+3.27', '−0.23')
    """
    return f"{100 * difference:+.2f}".replace("-", "−")


def told_apart(first: float, second: float) -> tuple[str, str]:
    r"""Two shares in [0, 1] as a sentence says them, with as many digits as tell them apart, at least one.

    >>> told_apart(0.975, 0.991), told_apart(0.5, 0.5)
    (('97.5\xa0%', '99.1\xa0%'), ('50.0\xa0%', '50.0\xa0%'))
    >>> told_apart(0.99951, 0.99958), told_apart(0.998, 0.99999)
    (('99.95\xa0%', '99.96\xa0%'), ('99.8\xa0%', 'more than 99.9\xa0%'))
    """
    pairs = [
        (_written(first, digits, _WORDS), _written(second, digits, _WORDS))
        for digits in range(1, _MOST_DIGITS + 1)
    ]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def _written(share: float, digits: int, outside: tuple[str, str]) -> str:
    """``outside`` stands before the number where the share rounds to nothing or everything and is neither."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f}{PERCENT}"
    below, above = outside
    least = 10.0**-digits
    text = f"{100 * share:.{digits}f}"
    if float(text) == 0:
        return f"{below}{least:.{digits}f}{PERCENT}"
    if float(text) == 100:
        return f"{above}{100 - least:.{digits}f}{PERCENT}"
    return f"{text}{PERCENT}"
