"""What happens at each stage of some training steps, in sentences that are true of the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lstm_core.reading.percents import told_apart

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.lesson.training_step import Steps

_MOST_DIGITS = 5


def outcome_in_words(steps: Steps, watched: int, label: int) -> str:
    """What the steps changed: how probable the right answer is after the last row, and the loss.

    Args:
        steps: of which there may be none; then it says how things stand.
        watched: the image that is looked at, from 0.
        label: its right answer.
    """
    before, after = (float(one.probabilities[watched, -1, label]) for one in (steps.first, steps.last))
    had, has = told_apart(before, after)
    if not steps.count:
        return (
            f"So far the right answer, {label}, has {has} after the last row, and the loss is "
            f"{losses_told_apart(steps.last.loss, steps.last.loss)[1]}. Press Step."
        )
    when = "After the step" if steps.count == 1 else f"After {steps.count} steps"
    share = f"still has {has}" if had == has else f"has {has} instead of {had}"
    said = f"{when} the right answer, {label}, {share} after the last row; {_loss_changed(steps)}."
    if had != has and (after < before) == (steps.last.loss < steps.first.loss):
        said += " The loss counts all images and all rows, so one digit can go the other way."
    return said


def stages_in_words(steps: Steps, *, drawn: bool) -> tuple[str, str, str, str]:
    """What is to be seen at the stages batch, loss, gradient and update.

    Args:
        steps: of which there may be none.
        drawn: whether the image that is read again is the person's own.
    """
    return _batch(steps, drawn), _loss(steps), _gradient(steps), _update(steps)


def losses_told_apart(first: float, second: float) -> tuple[str, str]:
    """Two losses with as many digits after the point as tell them apart, at least two.

    >>> losses_told_apart(2.31, 2.24), losses_told_apart(0.2346, 0.2312), losses_told_apart(1.0, 1.0)
    (('2.31', '2.24'), ('0.235', '0.231'), ('1.00', '1.00'))
    """
    pairs = [(f"{first:.{digits}f}", f"{second:.{digits}f}") for digits in range(2, _MOST_DIGITS + 1)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def _loss_changed(steps: Steps) -> str:
    before, after = losses_told_apart(steps.first.loss, steps.last.loss)
    if before == after:
        return f"the loss is {after} as before"
    return f"the loss {'fell' if steps.last.loss < steps.first.loss else 'rose'} from {before} to {after}"


def _batch(steps: Steps, drawn: bool) -> str:
    images = len(steps.first.probabilities)
    framed = "Your drawing, framed," if drawn else "The framed one"
    return (
        f"{images} images go in together, each with its right answer. Under each: how much of its "
        "100\N{NO-BREAK SPACE}% the "
        f"network gives the right answer after the last row. {framed} is read again at the end."
    )


def _loss(steps: Steps) -> str:
    import numpy as np

    loss, classes = steps.first.loss_by_row, steps.first.probabilities.shape[-1]
    return (
        "After every row the network is asked, and pays −ln p, where p is what it gives the right answer: "
        "nothing at 100\N{NO-BREAK SPACE}%, more the smaller p is. The mean over all images and rows "
        "is the loss, "
        f"{steps.first.loss:.2f}. Giving all {classes} digits the same costs {np.log(classes):.2f}. The cost "
        f"is greatest after row {_greatest(loss)} and smallest after row {_greatest(-loss)}."
    )


def _gradient(steps: Steps) -> str:
    weights = sum(array.size for array in steps.first.gradients)
    first = "" if steps.count < 2 else f" Shown is the first of the {steps.count} steps."
    return (
        f"For each of the {weights:,} weights the gradient says how fast the loss would rise if this "
        "weight grew. It is found from the last row back to the first, and every row adds its part: a "
        f"long bar is a row that teaches much. Row {_greatest(steps.first.layers_by_row[0])} teaches the "
        f"LSTM layer most, row {_greatest(steps.first.head_by_row)} the output layer.{first}"
    )


def _update(steps: Steps) -> str:
    from lstm_core.lesson.training_step import parameters

    most = max(
        float(abs(after - before).max())
        for before, after in zip(parameters(steps.before), parameters(steps.after), strict=True)
    )
    if not steps.count:
        moved = "No weight has moved yet."
    elif steps.count == 1:
        moved = (
            f"With the learning rate {steps.learning_rate:g}, the weight that moved furthest moved by "
            f"{most:.2g}."
        )
    else:
        moved = f"In {steps.count} steps the weight that moved furthest moved by {most:.2g}."
    return (
        "Adam, the rule most trainings use, moves each weight a little, against its gradient and those of "
        f"the steps before. {moved} Blue is negative, orange positive."
    )


def _greatest(values: NDArray[np.floating[Any]]) -> int:
    return int(values.argmax()) + 1
