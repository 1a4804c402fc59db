"""A run trained from its folder, in this process; what goes wrong does so at chosen events."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras")

from lstm_core.data.info import Dataset
from lstm_core.errors import InvalidValue, StorageError, TrainingDiverged, WeightsError
from lstm_core.inside import familiarity
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.reading.trace import read
from lstm_core.runs import familiar
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.events import Batch, Evaluation, Snapshot, Started, Tweaked
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings import first_weights
from lstm_core.settings.computation import choose_computation, choose_precision
from lstm_core.settings.computed import computed_here
from lstm_core.training import run_training
from lstm_core.training.trainer import Trainer
from tests.networks import same_weights
from tests.training.short_runs import CPU, create, kinds, train


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the code may catch it."""


def test_a_run_is_trained_to_its_end_and_leaves_everything(store: RunStore, digits: Dataset):
    run = create(store)
    train(run, digits)
    assert kinds(run) == [
        ("started", 0),
        ("snapshot", 1),
        ("snapshot", 2),
        ("evaluation", 4),
        ("snapshot", 4),
        ("evaluation", 8),
        ("snapshot", 8),
        ("evaluation", 12),
        ("snapshot", 12),
        ("finished", 12),
    ]
    status, result = run.status, run.result()
    assert (status.state, status.step, status.tweaked, status.device) == (
        "finished",
        12,
        False,
        "a processor",
    )
    assert status.seconds > 0
    assert status.peak_memory > 0
    expected = evaluate(numpy_reader(run.weights()), digits.test, 100)
    assert result is not None
    assert result.readings == expected.readings
    assert run.events()[0][-1].accuracy == result.accuracy  # type: ignore[union-attr]
    assert run.snapshots() == [1, 2, 4, 8, 12]
    np.testing.assert_allclose(run.snapshot(12).head_kernel, run.weights().head_kernel, rtol=1e-3, atol=1e-6)
    checkpoint = run.checkpoint()
    assert checkpoint is not None
    assert (int(checkpoint["step"]), int(checkpoint["images_seen"])) == (12, 12 * 16)
    environment, settings = run.environment(), run.hyperparameters
    assert environment["device"] == "a processor"
    assert environment["computation"] == str(choose_computation(settings, CPU))
    assert environment["precision"] == str(choose_precision(settings, CPU))
    batches = [event for event in run.events()[0] if isinstance(event, Batch)]
    assert [event.step for event in batches][:2] == [1, 4]
    assert batches[0].steps_per_second == 0 < batches[1].steps_per_second
    validations = [event.accuracy for event in run.events()[0] if isinstance(event, Evaluation)]
    card = card_of(run)
    assert (card.test_accuracy, card.validation_accuracy) == (result.accuracy, validations[-1])


def test_a_trained_run_has_measured_what_is_familiar_to_just_its_weights(store: RunStore, digits: Dataset):
    run = create(store)
    train(run, digits)
    weights = run.weights()
    found = familiar.familiarity_of(run, weights)
    assert found is not None
    warned = [found.is_unfamiliar(read(weights, image), image) for image in digits.validation.pixels()]
    assert sum(warned) <= round(familiarity.WARNED_SHARE * len(warned)) + 1
    expected = familiarity.learn(weights, digits.train, digits.validation)
    assert found.threshold == pytest.approx(expected.threshold, rel=1e-3)


def test_a_run_whose_familiar_cannot_be_measured_or_kept_ends_well_without_it(
    store: RunStore, digits: Dataset, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def full(model: Any, path: Path) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(familiarity, "save", full)
    run = create(store)
    train(run, digits)
    assert run.status.state == "finished"
    assert "does without a measure of what is familiar: The disk is full." in caplog.text
    assert familiar.familiarity_of(run, run.weights()) is None


def test_a_training_without_progress_ends_early_and_keeps_its_best_weights(store: RunStore, digits: Dataset):
    # With such a learning rate the accuracy goes up and down.
    values = {"steps": 400, "patience": 2, "kept_weights": "best", "learning_rate": 0.3, "evaluate_every": 4}
    run = create(store, **values)
    train(run, digits)
    validations = [event for event in run.events()[0] if isinstance(event, Evaluation)]
    best = max(validations, key=lambda event: (event.accuracy, -event.step))
    status, result = run.status, run.result()
    assert (status.state, status.tweaked) == ("finished", False)
    assert status.detail.startswith("Ended early: 2 validations in a row were no better")
    assert status.step == validations[-1].step == best.step + 2 * 4 < 400
    weights = run.weights()
    expected = evaluate(numpy_reader(weights), digits.validation, 100)
    assert expected.accuracy == pytest.approx(best.accuracy)
    assert result is not None
    assert result.readings == evaluate(numpy_reader(weights), digits.test, 100).readings
    assert familiar.familiarity_of(run, weights) is not None
    assert card_of(run).validation_accuracy == best.accuracy
    checkpoint = run.checkpoint()
    assert checkpoint is not None
    assert int(checkpoint["step"]) == status.step
    # The same settings without them learn the same up to there.
    plain = create(store, **{**values, "patience": 0, "kept_weights": "last", "steps": best.step})
    train(plain, digits)
    assert same_weights(plain.weights(), weights)


def test_early_stopping_decides_the_same_after_an_interruption(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    values = {"steps": 400, "patience": 2, "kept_weights": "best", "learning_rate": 0.3}
    whole = create(store, **values)
    train(whole, digits)
    cut = create(store, **{**values, "evaluation_batch_size": 499})

    def kill(run: Run) -> None:
        raise Killed

    at_event("evaluation", 8, kill)
    with pytest.raises(Killed):
        train(cut, digits)
    train(cut, digits)
    assert cut.status.step == whole.status.step
    assert same_weights(cut.weights(), whole.weights())


def test_what_is_learnt_does_not_depend_on_how_often_it_is_validated(store: RunStore, digits: Dataset):
    often, never = (
        create(store, evaluate_every=1, dropout=0.3),
        create(store, evaluate_every=100, dropout=0.3),
    )
    train(often, digits)
    train(never, digits)
    assert same_weights(often.weights(), never.weights())


def test_going_on_from_a_checkpoint_is_as_if_never_interrupted(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    values = {"dropout": 0.3, "augmentation": "affine", "schedule": "one-cycle"}
    whole = create(store, **values)
    train(whole, digits)
    run = create(store, **values)

    def kill(_: Run) -> None:
        raise Killed

    at_event("evaluation", 8, kill)  # before the checkpoint of this step
    with pytest.raises(Killed):
        train(run, digits)
    assert run.status.state == "running"
    train(run, digits)
    assert kinds(run)[-6:] == [
        ("started", 4),
        ("evaluation", 8),
        ("snapshot", 8),
        ("evaluation", 12),
        ("snapshot", 12),
        ("finished", 12),
    ]
    assert same_weights(run.weights(), whole.weights())
    assert not run.status.tweaked


def test_a_run_that_goes_on_in_another_way_is_known_as_neither(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    run = create(store, precision="float32")

    def kill(_: Run) -> None:
        raise Killed

    at_event("evaluation", 8, kill)
    with pytest.raises(Killed):
        train(run, digits)
    elsewhere = run.environment() | {"precision": "bfloat16: as on another machine"}
    run.save_environment(elsewhere)
    train(run, digits)
    assert run.environment()["precision"] == "bfloat16, then float32: as chosen"
    here = computed_here(run.hyperparameters, CPU)
    assert store.find(run.identity.key) == run
    assert store.find(run.identity.key, computed=here) is None


@pytest.mark.parametrize("rows", ["last", "all"])
def test_the_validation_loss_covers_the_rows_that_are_supervised(store: RunStore, digits: Dataset, rows: str):
    run = create(store, supervised_rows=rows)
    train(run, digits)
    losses = evaluate(numpy_reader(run.weights()), digits.validation, 100).loss_by_rows
    told = [event.loss for event in run.events()[0] if event.kind == "evaluation"]
    assert told[-1] == pytest.approx(losses[-1] if rows == "last" else np.mean(losses), rel=1e-4)


def test_a_checkpoint_comes_also_between_validations(
    store: RunStore, digits: Dataset, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run_training, "CHECKPOINT_SECONDS", 0.0)
    steps: list[int] = []
    save = Run.save_checkpoint
    monkeypatch.setattr(
        Run, "save_checkpoint", lambda self, arrays: (steps.append(int(arrays["step"])), save(self, arrays))
    )
    train(create(store, steps=5, evaluate_every=3), digits)
    assert steps == [1, 2, 3, 4, 5, 5]


def poison(trainer: Trainer) -> None:
    variable = trainer.model.trainable_variables[0]
    variable.assign(np.full(variable.shape, np.nan, np.float32))


@pytest.mark.parametrize("when", ["before a step", "after the last step before a validation"])
def test_a_training_that_diverges_keeps_its_last_good_weights(
    store: RunStore, digits: Dataset, monkeypatch: pytest.MonkeyPatch, when: str
):
    monkeypatch.setattr(run_training, "CHECKPOINT_SECONDS", 0.0)
    advance = Trainer.advance

    def diverging(self: Trainer, x: Any, y: Any) -> Any:
        if when == "before a step" and self.step == 5:
            poison(self)
        out = advance(self, x, y)
        if when != "before a step" and self.step == 8:
            poison(self)
        return out

    monkeypatch.setattr(Trainer, "advance", diverging)
    run = create(store)
    with pytest.raises(TrainingDiverged, match=r"at step \d\. Try a smaller learning rate"):
        train(run, digits)
    assert np.isfinite(run.weights().head_kernel).all()
    assert run.snapshots() == [1, 2, 4]
    checkpoint = run.checkpoint()
    assert checkpoint is not None
    assert all(np.isfinite(array).all() for array in checkpoint.values())
    assert int(checkpoint["step"]) == (5 if when == "before a step" else 7)


def test_a_full_disk_ends_the_training_and_keeps_what_was_written(
    store: RunStore, digits: Dataset, at_event: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    def fill(_: Run) -> None:
        def no_space(*_: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr("os.fsync", no_space)

    run = create(store)
    at_event("evaluation", 8, fill)
    with pytest.raises(StorageError, match="No space left on device"):
        train(run, digits)
    monkeypatch.undo()
    assert run.snapshots() == [1, 2, 4]
    assert int(run.checkpoint()["step"]) == 4  # type: ignore[index]
    assert run.weights()
    assert {path.name for path in run.folder.rglob("*") if path.name.startswith(".")} == set()


def another_checkpoint(run: Run, digits: Dataset, store: RunStore) -> None:
    other = create(store, units=(5,), steps=1)
    train(other, digits)
    (run.folder / "checkpoint.npz").write_bytes((other.folder / "checkpoint.npz").read_bytes())


def torn_checkpoint(run: Run, *_: object) -> None:
    (run.folder / "checkpoint.npz").write_bytes(b"PK damaged")


def no_checkpoint(run: Run, *_: object) -> None:
    (run.folder / "checkpoint.npz").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (another_checkpoint, "The checkpoint is of another network or optimiser than its settings: layer0_"),
        (torn_checkpoint, "The checkpoint"),
        (no_checkpoint, "The run has no checkpoint."),
    ],
)
def test_without_its_checkpoint_a_run_goes_on_from_its_weights_and_says_so(
    store: RunStore, digits: Dataset, spoil: Callable[..., None], said: str
):
    run = create(store)
    train(run, digits)
    before = run.weights()
    spoil(run, digits, store)
    train(run, digits)  # takes no step, since all were taken
    assert run.status.state == "finished"
    assert run.status.detail.startswith(said)
    assert "went on from the weights of step 12" in run.status.detail
    assert same_weights(run.weights(), before)
    assert run.result() is not None

    spoil(run, digits, store)
    run.steer(steps=16)
    train(run, digits)
    again = [event for event in run.events()[0] if isinstance(event, Started)][-1]
    assert again.step == 12
    assert again.note == run.status.detail
    assert (run.status.state, run.status.step) == ("finished", 16)
    train(run, digits)
    assert run.status.detail == ""  # from the checkpoint that it left, there is nothing to say


@pytest.mark.parametrize("spoil", [another_checkpoint, torn_checkpoint])
@pytest.mark.parametrize("weights", [b"PK damaged", None])
def test_without_checkpoint_and_weights_a_run_starts_over_and_says_so(
    store: RunStore, digits: Dataset, spoil: Callable[..., None], weights: bytes | None
):
    run, whole = create(store), create(store)
    if weights:
        train(run, digits)
        (run.folder / "weights.npz").write_bytes(weights)
    spoil(run, digits, store)
    train(run, digits)
    again = [event for event in run.events()[0] if isinstance(event, Started)][-1]
    assert again.step == 0
    assert "started over from the first step" in again.note
    assert run.status.state == "finished"
    train(whole, digits)
    assert same_weights(run.weights(), whole.weights())


def test_what_cannot_be_read_at_this_moment_is_not_taken_for_damage(
    store: RunStore, digits: Dataset, monkeypatch: pytest.MonkeyPatch
):
    run = create(store)
    train(run, digits)
    kept = {path: path.read_bytes() for path in run.folder.glob("*.npz")}

    def passing(path: Path) -> Any:
        raise StorageError(f"The weights file {path.name} cannot be opened: Too many open files.")

    monkeypatch.setattr("lstm_core.runs.run.read_arrays", passing)
    with pytest.raises(StorageError, match="Too many open files"):
        train(run, digits)
    assert {path: path.read_bytes() for path in run.folder.glob("*.npz")} == kept


def test_a_gpu_of_the_driver_that_cannot_be_used_is_said_in_the_environment(
    store: RunStore, digits: Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\necho 'RTX 4060'\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for device, told in (("auto", True), ("cpu", False)):
        run = create(store, steps=1, device=device)
        train(run, digits)
        reason = run.environment().get("device_reason", "")
        assert ("no GPU here, though the machine has one (RTX 4060)" in reason) == told


def test_a_damaged_wish_changes_nothing_that_was_wished_before(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    run = create(store, steps=8)
    at_event("snapshot", 1, lambda r: r.steer(learning_rate=0.25))
    train(run, digits)
    run.steer(steps=12)
    at_event("started", 8, lambda r: (r.folder / "control.json").write_text("{"))
    train(run, digits)
    tweaks = [(event.field, event.after) for event in run.events()[0] if isinstance(event, Tweaked)]
    assert tweaks == [("learning_rate", 0.25), ("steps", 12)]


def test_an_old_test_result_does_not_outlive_the_weights_it_measured(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    run = create(store, steps=4, evaluate_every=2)
    train(run, digits)
    assert run.result() is not None
    run.steer(steps=8)
    seen: list[object] = []
    at_event("evaluation", 6, lambda r: seen.append(r.result()))
    train(run, digits)
    assert seen == [None]
    assert run.result() is not None


def test_a_run_starts_from_the_numbers_that_were_brought(store: RunStore, digits: Dataset, tmp_path: Path):
    kernel = np.random.default_rng(0).standard_normal((12, 16)).astype(np.float32)
    fingerprint = first_weights.save(kernel, tmp_path)
    run = create(store, initializer="csv", initial_kernel=fingerprint, steps=1, learning_rate=1e-6)
    train(run, digits)
    (layer,) = run.weights().layers
    np.testing.assert_allclose(np.vstack([layer.kernel, layer.recurrent_kernel]), kernel, atol=1e-5)
    lost = create(store, initializer="csv", initial_kernel="0" * 64)
    with pytest.raises(WeightsError, match="not on this machine"):
        train(lost, digits)


def test_validation_is_measured_as_the_training_loss_is(store: RunStore, digits: Dataset):
    losses = []
    for loss in ("cross-entropy", "class-mean"):
        run = create(store, loss=loss, steps=1, optimizer="sgd", learning_rate=1e-6)
        train(run, digits)
        losses += [event.loss for event in run.events()[0] if isinstance(event, Batch | Evaluation)]
    assert losses[2:] == pytest.approx([loss / 10 for loss in losses[:2]], rel=1e-5)


def test_mixed_precision_on_a_processor_is_told(store: RunStore, digits: Dataset):
    with pytest.raises(InvalidValue, match="auto, float32 or bfloat16 on a CPU"):
        train(create(store, precision="mixed"), digits)


def test_time_spent_training_adds_up_over_interruptions(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    run = create(store, steps=4)
    run.set_status(run.status.model_copy(update={"seconds": 1000.0, "peak_memory": 10**15}))
    train(run, digits)
    assert run.status.seconds > 1000
    assert run.status.peak_memory == 10**15
    assert any(isinstance(event, Snapshot) for event in run.events()[0])
