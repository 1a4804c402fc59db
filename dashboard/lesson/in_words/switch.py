"""What differs between two networks' readings of one digit, in sentences that are true of the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lstm_core.data.info import thing_of
from lstm_core.inside.difference import greatest_difference
from lstm_core.reading.percents import told_apart
from lstm_core.reading.verdict import verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAME_BELOW = 5e-5
"""A difference that shows as 0.00 percentage points."""


def difference_in_words(
    image: NDArray[np.float32],
    first_name: str,
    first: NDArray[np.float32],
    second_name: str,
    second: NDArray[np.float32],
    names: tuple[str, ...] = (),
) -> str:
    """Which verdicts the two come to, when each settles, how sure each is, and where they differ most.

    Args:
        image: ``(rows, columns)`` in [0, 1], which both have read.
        first_name, second_name: such as ``without dropout`` and ``with dropout 0.5``.
        first, second: probabilities ``(rows, classes)`` in [0, 1] of the same digit.
        names: what the classes are called, by label; left out where they are digits.

    Raises:
        InvalidValue: the two differ in classes, or have no row.
    """
    one, other = verdict(first, image, names), verdict(second, image, names)
    said_first, said_second = one.called(one.label), other.called(other.label)
    this = "this picture" if (thing := thing_of(names)) == "class" else f"this {thing}"
    most = greatest_difference(first, second)
    if most.size < _SAME_BELOW:
        return (
            f"On {this} nothing differs: both read it as {said_first}, with the same probabilities after "
            "every row."
        )
    sure, as_sure = told_apart(one.confidence, other.confidence)
    if one.label != other.label:
        shares = f"{first_name} it reads as {said_first} ({sure}), {second_name} as {said_second} ({as_sure})"
        said = [f"On {this} the verdicts differ: {shares}."]
    else:
        said = [f"Both read {this} as {said_first}."]
    said.append(_settling((one.settled_at_row, first_name), (other.settled_at_row, second_name)))
    if one.label == other.label:
        if sure == as_sure:
            said.append(f"Both are {sure} sure at the end.")
        else:
            said.append(f"At the end it is {sure} sure {first_name} and {as_sure} sure {second_name}.")
    before, after = told_apart(most.first, most.second)
    there = f"for class {one.called(most.label)}, {before} {first_name} and {after} {second_name}"
    said.append(f"They differ most after row {most.row}: {there}.")
    return " ".join(said)


def _settling(*sides: tuple[int | None, str]) -> str:
    """When the verdicts of the two settle; of each the row, or None, and the name."""
    early, late = sorted(sides, key=lambda side: side[0] or math.inf)
    if early[0] is None:
        return "Neither of the two verdicts settles."
    if early[0] == late[0]:
        return f"Both settle at row {early[0]}."
    then = f", {late[1]} at row {late[0]}" if late[0] else f"; {late[1]} it never does"
    return f"{_begun(early[1])} the verdict settles at row {early[0]}{then}."


def _begun(name: str) -> str:
    return name[:1].upper() + name[1:]
