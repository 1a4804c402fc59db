"""Durations, sizes, dates and names as the page writes them; shares as `lstm_core.reading.percents` does."""

from __future__ import annotations

import math
import re
import time

from lstm_core.reading.percents import accuracy as accuracy
from lstm_core.reading.percents import percent as percent

UNKNOWN = "unknown"
"""Stands for what is no number."""


def duration(seconds: float) -> str:
    """Such as ``less than a second``, ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if not math.isfinite(seconds):
        return UNKNOWN
    if seconds < 1:
        return "less than a second"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, rest = divmod(whole, 3600)
    return f"{hours:,} h {rest // 60} min" if rest >= 60 else f"{hours:,} h"


def span(low: float, high: float) -> str:
    """Two durations as a range, such as ``40 s to 2 min``; nearly equal ones as ``about 1 min 20 s``."""
    middle = (low + high) / 2
    if high <= _NEARLY_EQUAL * low:
        return f"about {duration(_rounded(middle))}"
    first, last = duration(_rounded(low)), duration(_rounded(high))
    return first if first == last else f"{first} to {last}"


def _rounded(seconds: float) -> float:
    """To two digits of what people count in, since an estimate knows no more."""
    if not math.isfinite(seconds) or seconds < 10:
        return seconds
    step = next(step for below, step in _STEPS if seconds < below)
    return step * round(seconds / step)


_NEARLY_EQUAL = 1.25
_STEPS = ((60, 5), (300, 10), (3600, 60), (math.inf, 600))
"""Seconds below which a duration is rounded, and to what."""


def size(count: int) -> str:
    """A number of bytes, such as ``640 kB`` or ``1.2 GB``."""
    if count < 1000:
        return f"{count} B"
    value = count / 1000
    for unit in ("kB", "MB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def date(seconds: float) -> str:
    """Seconds since the epoch as local date and time, such as ``2026-11-21 14:03``; never raises."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):
        return UNKNOWN


def speed(per_second: float) -> str:
    """Such as ``11.6 steps/s``, or for slow ones ``4.2 s/step``."""
    if not 0 < per_second < math.inf:
        return UNKNOWN
    if per_second < 0.5:
        return f"{1 / per_second:.1f} s/step"
    return f"{per_second:.1f} steps/s" if per_second < 100 else f"{per_second:,.0f} steps/s"


def plain(text: str) -> str:
    """``text`` as Markdown that shows it letter by letter: a name is no place for formatting.

    A backslash keeps Markdown's parser from a character. Streamlit looks once more at the text that is left,
    for addresses, emoji, icons and arrows; a word joiner, which is not seen, keeps these apart.
    """
    apart = _LOOKED_FOR.sub(_WORD_JOINER, text)
    return "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in apart)


_MARKDOWN = frozenset(r"\`*_{}[]()<>#+-=.!|~$:&")
_WORD_JOINER = "\u2060"
_LOOKED_FOR = re.compile(
    r"(?=https?://)|(?<=www)(?=\.)|(?=@)|(?<=:)(?=[\w+-]+:|material[/_]|streamlit:)|(?<=[<~>-])(?=[=>-])",
    re.IGNORECASE,
)
"""Places within what Streamlit's remark plugins replace in a text, whatever was escaped in it."""
