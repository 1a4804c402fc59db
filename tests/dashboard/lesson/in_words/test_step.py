"""What a training step changed, in words, and what its pictures show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dashboard.lesson.in_words.step import losses_told_apart, outcome_in_words, stages_in_words
from dashboard.lesson.step_stages import Batch, sent
from lstm_core.lesson.training_step import Steps, StepTraining, parameters
from tests.networks import random_weights


def training() -> StepTraining:
    rng = np.random.default_rng(5)
    images = rng.random((3, 4, 6), dtype=np.float32)
    return StepTraining(random_weights((2,), columns=6, rows=4), images, np.array([4, 1, 7]), 0.02)


def told(first_share: float, last_share: float, first_loss: float, last_loss: float, count: int = 1) -> str:
    """The outcome of steps between these numbers."""
    steps = training().advance(0)

    def state(share: float, loss: float) -> Any:
        probabilities = np.zeros((3, 4, 10))
        probabilities[1, -1, 1] = share
        return replace(steps.first, probabilities=probabilities, loss_by_row=np.full(4, loss))

    steps = replace(
        steps, count=count, first=state(first_share, first_loss), last=state(last_share, last_loss)
    )
    return outcome_in_words(steps, 1, 1)


def test_a_step_that_helps_is_told_by_both_numbers() -> None:
    assert told(0.101, 0.142, 2.31, 2.24) == (
        "After the step the right answer, 1, has 14.2\xa0% instead of 10.1\xa0% after the last row; "
        "the loss fell "
        "from 2.31 to 2.24."
    )


def test_several_steps_are_counted() -> None:
    assert told(0.5, 0.25, 1.0, 1.5, count=10) == (
        "After 10 steps the right answer, 1, has 25.0\xa0% instead of 50.0\xa0% after the last row; "
        "the loss rose "
        "from 1.00 to 1.50."
    )


@pytest.mark.parametrize(("share", "loss"), [(0.09, 2.2), (0.12, 2.4)])
def test_a_digit_that_goes_the_other_way_than_the_loss_is_explained(share: float, loss: float) -> None:
    assert told(0.1, share, 2.3, loss).endswith("so one digit can go the other way.")


def test_what_does_not_change_is_said_to_stay() -> None:
    assert told(0.1, 0.1, 2.3, 2.3) == (
        "After the step the right answer, 1, still has 10.0\xa0% after the last row; the loss is "
        "2.30 as before."
    )


def test_before_any_step_it_says_how_things_stand() -> None:
    assert told(0.1, 0.1, 2.3, 2.3, count=0) == (
        "So far the right answer, 1, has 10.0\xa0% after the last row, and the loss is 2.30. Press Step."
    )


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ((2.3112, 2.2391), ("2.31", "2.24")),
        ((2.3112, 2.3094), ("2.311", "2.309")),
        ((0.5, 0.5), ("0.50", "0.50")),
    ],
)
def test_losses_get_the_digits_that_tell_them_apart(
    losses: tuple[float, float], words: tuple[str, str]
) -> None:
    assert losses_told_apart(*losses) == words


def test_the_stages_name_the_rows_and_sizes_of_the_numbers() -> None:
    steps = training().advance(1)
    batch, loss, gradient, update = stages_in_words(steps, drawn=False)
    assert batch.startswith("3 images")
    greatest, least = steps.first.loss_by_row.argmax() + 1, steps.first.loss_by_row.argmin() + 1
    assert f"greatest after row {greatest} and smallest after row {least}." in loss
    assert f"{steps.first.loss:.2f}" in loss and "2.30" in loss
    assert f"{4 * 2 * (6 + 2 + 1) + 3 * 10:,} weights" in gradient
    assert f"Row {steps.first.layers_by_row[0].argmax() + 1} teaches the LSTM layer most" in gradient
    assert f"row {steps.first.head_by_row.argmax() + 1} the output layer" in gradient
    pairs = zip(parameters(steps.before), parameters(steps.after), strict=True)
    furthest = max(np.abs(after - before).max() for before, after in pairs)
    assert f"learning rate 0.02, the weight that moved furthest moved by {furthest:.2g}." in update


def test_several_steps_say_which_one_is_shown() -> None:
    batch, _, gradient, update = stages_in_words(training().advance(4), drawn=True)
    assert batch.endswith("Your drawing, framed, is read again at the end.")
    assert "Shown is the first of the 4 steps." in gradient
    assert "In 4 steps the weight" in update
    assert "No weight has moved yet." in stages_in_words(training().advance(0), drawn=True)[3]


def test_the_pictures_show_the_numbers_before_and_after() -> None:
    taught = training()
    steps: Steps = taught.advance(2)
    shown: Any = sent(
        Batch(np.zeros((3, 4, 6), np.float32), np.array([4, 1, 7]), watched=2, drawn=False),
        steps,
        taught.losses,
    )
    np.testing.assert_allclose(shown["loss"], steps.first.loss_by_row, rtol=1e-4)
    np.testing.assert_allclose(shown["gradient"][0]["rows"], steps.first.layers_by_row[0], rtol=1e-4)
    np.testing.assert_allclose(shown["gradient"][1]["rows"], steps.first.head_by_row, rtol=1e-4)
    np.testing.assert_allclose(shown["right"][0], steps.first.probabilities[2, :, 7], rtol=1e-4)
    np.testing.assert_allclose(shown["right"][1], steps.last.probabilities[2, :, 7], rtol=1e-4)
    np.testing.assert_allclose(shown["classes"][1], steps.last.probabilities[2, -1], rtol=1e-4)
    np.testing.assert_allclose(shown["losses"], taught.losses, rtol=1e-4)
    assert [matrix["shape"] for matrix in shown["update"]] == [
        "6 × 8 weights",
        "2 × 8 weights",
        "2 × 10 weights",
    ]
    assert [image["watched"] for image in shown["images"]] == [False, False, True]
    assert "The 18 biases" in shown["note"] and "6 of them have no ink" in shown["note"]
