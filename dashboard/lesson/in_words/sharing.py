"""What sharing weights between layers costs, in one sentence that is true of the measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lstm_core.evidence.summaries import Summary, mean_difference
from lstm_core.reading.percents import PERCENT, points


def sharing_in_words(measured: Mapping[str, Sequence[Summary]]) -> str:
    """The difference of each experiment; "clearly" only where its 95 % interval leaves out 0.

    Args:
        measured: by a phrase such as "with layers of 28 units", the sides of an experiment, the first with
            separate weights and the second with shared ones; none while it was not made.

    Returns:
        Markdown, empty without any measurement.
    """
    clear, unclear = [], []
    for where, (separate, shared, *_) in ((where, sides) for where, sides in measured.items() if sides):
        gained = shared.mean - separate.mean
        difference = mean_difference(separate, shared)
        if difference is None:
            unclear.append(f"{where} fewer than three trainings of a kind were made, too few to tell")
            continue
        ends = " to ".join(points(end) for end in (difference.low, difference.high))
        interval = f"95{PERCENT} interval: {ends}"
        if difference.is_told_apart:
            clear.append(
                f"{where} sharing weights clearly {'lowers' if gained < 0 else 'raises'} test accuracy, "
                f"by {abs(100 * gained):.2f} percentage points ({interval})"
            )
        else:
            unclear.append(
                f"{where} these trainings leave open whether sharing weights changes test accuracy: the "
                f"difference is {points(gained)} percentage points ({interval}, which contains 0)"
            )
    if not clear and not unclear:
        return ""
    return f"**In short:** {'; '.join((*clear, *unclear))}."
