"""Which validation was the best, and when there was none better for long enough; nothing is trained here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lstm_core.reading.weights import save_weights
from lstm_core.runs.events import Evaluation, Finished, Started
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import with_changes
from lstm_core.training.best_validation import BestValidation
from tests.networks import random_weights, same_weights
from tests.pretended import SETTINGS

WEIGHTS = [random_weights((16,), seed=seed) for seed in range(6)]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = RunStore(tmp_path).create(SETTINGS)
    made.append(Started(step=0, time=0, steps=40, device="A processor"))
    return made


def best(run: Run, **changes: Any) -> BestValidation:
    return BestValidation(run, with_changes(SETTINGS, **changes))


def validate(run: Run, found: BestValidation, *accuracies: float, first: int = 1) -> list[bool]:
    """Validations at steps 10, 20, …; after each, whether it has waited enough."""
    waited = []
    for number, accuracy in enumerate(accuracies, start=first):
        run.append(Evaluation(step=10 * number, time=number, loss=1, accuracy=accuracy))
        found.note(10 * number, accuracy, WEIGHTS[number - 1])
        waited.append(found.has_waited_enough)
    return waited


def test_training_ends_after_so_many_validations_in_a_row_that_are_no_better(run: Run) -> None:
    found = best(run, patience=2)
    assert validate(run, found, 0.5, 0.6, 0.6, 0.4) == [False, False, False, True]
    assert found.in_words(40) == "Ended early: 2 validations in a row were no better than that of step 20."


def test_a_better_one_lets_it_go_on(run: Run) -> None:
    assert validate(run, best(run, patience=2), 0.5, 0.4, 0.6, 0.4) == [False] * 4


def test_without_patience_it_never_ends_early(run: Run) -> None:
    assert validate(run, best(run), 0.5, 0.4, 0.3, 0.2) == [False] * 4


def test_only_the_weights_of_the_best_are_kept_and_the_first_of_equal_ones_is_the_best(run: Run) -> None:
    found = best(run, kept_weights="best")
    validate(run, found, 0.5, 0.7, 0.7, 0.6)
    assert found.step == 20
    assert [path.name for path in run.folder.glob("best-*")] == ["best-00000020.npz"]
    assert found.in_words(40) == "The weights of step 20 are kept, the best by validation."
    kept = found.weights(40)
    assert kept is not None
    assert same_weights(kept, WEIGHTS[1])
    assert found.weights(20) is None  # then the last are the best


def test_the_last_weights_are_kept_unless_the_best_are_asked_for(run: Run) -> None:
    found = best(run)
    validate(run, found, 0.7, 0.5)
    assert found.weights(20) is None
    assert not list(run.folder.glob("best-*"))


def test_a_training_that_goes_on_decides_as_if_never_interrupted(run: Run) -> None:
    validate(run, best(run, patience=2, kept_weights="best"), 0.5, 0.6, 0.4)
    # Killed after step 30; the checkpoint was that of step 20.
    run.append(Started(step=20, time=50, steps=40, device="A processor"))
    found = best(run, patience=2, kept_weights="best")
    assert not found.has_waited_enough
    assert validate(run, found, 0.4, 0.3, first=3) == [False, True]
    assert found.step == 20
    assert found.weights(40) is not None


def test_one_that_ended_and_is_continued_is_given_patience_anew(run: Run) -> None:
    validate(run, best(run, patience=1), 0.5, 0.4)
    run.append(Finished(step=20, time=3, accuracy=0.4))
    run.append(Started(step=20, time=4, steps=80, device="A processor"))
    found = best(run, patience=1)
    assert not found.has_waited_enough
    assert validate(run, found, 0.45, first=3) == [True]


def test_weights_that_cannot_be_read_leave_the_last_ones(run: Run) -> None:
    found = best(run, kept_weights="best")
    validate(run, found, 0.7, 0.5)
    (run.folder / "best-00000010.npz").write_bytes(b"nothing")
    assert found.weights(20) is None
    save_weights(WEIGHTS[0], run.folder / "best-00000010.npz")
    assert found.weights(20) is not None
