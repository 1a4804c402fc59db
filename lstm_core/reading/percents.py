"""Shares in percent, as sentences about a reading write them."""

from __future__ import annotations

_MOST_DIGITS = 4


def percent(share: float) -> str:
    """A share in [0, 1] with one digit after the point; what is not quite nothing or everything is said so.

    >>> percent(0.975), percent(0.0), percent(0.0002), percent(0.9998)
    ('97.5 %', '0 %', 'less than 0.1 %', 'more than 99.9 %')
    """
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    if share < 0.001:
        return "less than 0.1 %"
    if share > 0.999:
        return "more than 99.9 %"
    return f"{100 * share:.1f} %"


def told_apart(first: float, second: float) -> tuple[str, str]:
    """Two shares in [0, 1] as percent, with as many digits after the point as tell them apart, at least one.

    What is not quite all or not quite nothing is never written as 100 % or 0 %.

    >>> told_apart(0.975, 0.991), told_apart(0.99951, 0.99958), told_apart(0.5, 0.5)
    (('97.5 %', '99.1 %'), ('99.95 %', '99.96 %'), ('50.0 %', '50.0 %'))
    >>> told_apart(0.998, 0.99999)
    ('99.8 %', '> 99.9 %')
    """
    pairs = [(_written(first, digits), _written(second, digits)) for digits in range(1, _MOST_DIGITS + 1)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def _written(share: float, digits: int) -> str:
    least = 10.0**-digits
    text = f"{100 * share:.{digits}f}"
    if share < 1 and float(text) == 100:
        return f"> {100 - least:.{digits}f} %"
    if share > 0 and float(text) == 0:
        return f"< {least:.{digits}f} %"
    return f"{text} %"
