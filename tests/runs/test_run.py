"""Run folders: what they keep, and what happens to damaged ones."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core import files
from lstm_core.errors import InvalidValue, RunBusy, RunDamaged, RunMissing, StorageError, WeightsError
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs import names
from lstm_core.runs.events import Evaluation, Snapshot, Started, TrainingEvent
from lstm_core.runs.names import default_name
from lstm_core.runs.run import MAX_SNAPSHOTS, Run, thinned_out
from lstm_core.runs.status import Control, Status
from lstm_core.runs.store import RunStore, home
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import preset
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.networks import random_weights, same_weights
from tests.seeded import seeded

SETTINGS = hyperparameters({"dataset": "digits", "units": (8,), "steps": 30})


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    ticks = count(1_000_000_000)
    return RunStore(tmp_path, clock=lambda: float(next(ticks)))


@pytest.fixture
def run(store: RunStore) -> Run:
    return store.create(SETTINGS)


def set_state(run: Run, state: Any, **more: Any) -> None:
    run.set_status(run.status.model_copy(update={"state": state, **more}))


def no_space(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_new_run_waits_and_knows_what_it_is(store: RunStore):
    drawing = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    made = store.create(SETTINGS, "Mine", drawing)
    found = store.get(made.id)
    assert found.hyperparameters == SETTINGS
    assert (found.name, found.identity.key) == ("Mine", run_key(SETTINGS))
    assert (found.status.state, found.status.tweaked) == ("queued", False)
    assert found.control == Control()
    assert found.events() == ([], 0)
    assert not found.has_weights
    assert found.result() is None
    assert found.checkpoint() is None
    assert found.environment() == {}
    np.testing.assert_array_equal(found.drawing(), drawing)


def test_a_run_without_a_name_or_a_drawing_gets_a_name(run: Run):
    assert run.name == default_name(SETTINGS) == "digits 8 adam"
    assert run.drawing() is None


def test_home_is_where_the_variable_says_and_never_relative(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROW_BY_ROW_HOME", "here")
    assert home() == tmp_path / "here"
    monkeypatch.delenv("ROW_BY_ROW_HOME")
    assert home().is_absolute()
    assert home().name == "row-by-row"


def test_runs_are_listed_newest_first(store: RunStore):
    made = [store.create(SETTINGS) for _ in range(5)]
    assert [run.id for run in store.list()] == [run.id for run in reversed(made)]


def test_a_store_without_a_folder_is_empty_and_makes_none(tmp_path: Path):
    store = RunStore(tmp_path / "none")
    assert (store.list(), store.damaged(), store.in_state("queued")) == ([], [], [])
    assert store.find("x") is None
    assert not store.root.exists()


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        ".",
        "..",
        "../../x",
        "/etc",
        "20200101-000000-abcdef",
        "20200101-000000-abcdef/..",
        "a\x00b",
        "%2e%2e",
    ],
)
def test_an_identifier_never_becomes_a_path(store: RunStore, wanted: str, tmp_path: Path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RunMissing):
        store.get(wanted)


@pytest.mark.parametrize(
    "name", ["ŏdd 🦉 名前", "../../etc/passwd", "a/b\\c", "<b>x</b>", "x" * 80, "'\"%s", "👩‍👩‍👧"]
)
def test_odd_names_are_only_ever_text(store: RunStore, run: Run, name: str):
    run.rename(name)
    assert store.get(run.id).name == name
    assert store.create(SETTINGS, name).name == name
    assert {path.name for path in store.root.iterdir()} <= {"runs", "queue.lock"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "\ud800", "bell\x07"])
def test_a_bad_name_is_refused_and_changes_nothing(store: RunStore, run: Run, name: str):
    with pytest.raises(InvalidValue, match="`name` must be"):
        run.rename(name)
    assert run.name == default_name(SETTINGS)
    if name:
        with pytest.raises(InvalidValue):
            store.create(SETTINGS, name)
        assert len(list(store.folder.iterdir())) == 1


def test_spaces_in_a_name_are_made_single(run: Run):
    run.rename("  my\n\tfirst   run ")
    assert run.name == "my first run"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"seed": 3}, "mnist 256-256 adam seed 3"),
        ({"cell": "gru", "direction": "both"}, "mnist 256-256 adam gru both ways"),
        ({"units": (28,), "layer_weights": "shared"}, "mnist 28 adam shared"),
        ({"input_projection": 64, "initializer": "he"}, "mnist 256-256 adam projected 64 he"),
        ({"computation": "by-hand", "initial_state": "trainable"}, "mnist 256-256 adam learnt start by hand"),
        ({"supervised_rows": "all", "augmentation": "affine"}, "mnist 256-256 adam every row affine"),
        (dict(preset("huang-2017").values), "huang-2017"),
        ({**preset("gzj-2018").values, "seed": 2, "evaluate_every": 50}, "gzj-2018 seed 2"),
        ({**preset("gzj-2018").values, "steps": 10}, "mnist 28 rmsprop packed-glorot unrolled"),
        (dict(preset("quick").values), "mnist 256-256 adam"),
    ],
)
def test_a_default_name_says_what_is_unusual(values: dict[str, Any], name: str):
    assert default_name(hyperparameters(values)) == name


def test_a_long_stack_of_layers_has_a_default_name_that_is_allowed(store: RunStore):
    assert len(store.create(hyperparameters({"units": [1000] * 16})).name) <= names.MAX_NAME


# What goes wrong


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("run.json", b""),
        ("run.json", b"{"),
        ("run.json", b'{"name": "x"}'),
        ("run.json", b"\xff\xfe\x00"),
        ("status.json", b"null"),
        ("status.json", b'{"state": "dancing", "since": 0}'),
    ],
)
def test_a_damaged_run_is_set_aside_and_the_others_work(store: RunStore, file: str, content: bytes):
    good, bad = store.create(SETTINGS), store.create(SETTINGS)
    (bad.folder / "events.jsonl").write_bytes(b"kept\n")
    (bad.folder / file).write_bytes(content)
    assert [run.id for run in store.list()] == [good.id]
    assert store.damaged() == [bad.id]
    assert (store.root / "damaged" / bad.id / "events.jsonl").read_bytes() == b"kept\n"
    assert [run.id for run in store.list()] == [good.id]
    with pytest.raises(RunMissing):
        store.get(bad.id)


def test_settings_that_are_no_longer_allowed_make_a_run_damaged(store: RunStore, run: Run):
    identity = run.identity.model_copy(update={"hyperparameters": {"dropout": 7}})
    (run.folder / "run.json").write_text(identity.model_dump_json())
    with pytest.raises(RunDamaged, match=rf"Run {run.id}: `dropout` must be"):
        _ = run.hyperparameters
    assert store.list() == []
    assert store.damaged() == [run.id]


def test_a_damaged_waiting_run_does_not_stop_the_queue(store: RunStore):
    bad, good = store.create(SETTINGS), store.create(SETTINGS)
    (bad.folder / "status.json").write_text("{")
    assert [run.id for _, run in store.in_state("queued")] == [good.id]
    assert store.damaged() == [bad.id]


def test_strangers_in_the_folder_are_left_alone(store: RunStore, run: Run):
    (store.folder / "notes").mkdir()
    (store.folder / "notes.txt").write_text("mine")
    (store.folder / ".20200101-000000-abcdef.new").mkdir()  # a run that is being written
    assert [found.id for found in store.list()] == [run.id]
    assert store.damaged() == []
    assert (store.folder / "notes.txt").exists()


@pytest.mark.parametrize("function", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_leaves_no_half_made_run(store: RunStore, monkeypatch: pytest.MonkeyPatch, function: str):
    monkeypatch.setattr(function, no_space)
    with pytest.raises(StorageError, match="No space left"):
        store.create(SETTINGS, drawing=np.zeros((8, 8), np.float32))
    monkeypatch.undo()
    assert not store.folder.exists() or list(store.folder.iterdir()) == []


def test_a_disk_that_fills_up_half_way_leaves_no_half_made_run(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Run, "set_status", lambda *_: (_ for _ in ()).throw(StorageError("full")))
    with pytest.raises(StorageError):
        store.create(SETTINGS)
    assert list(store.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    store = RunStore(tmp_path / "file")
    with pytest.raises(StorageError):
        store.create(SETTINGS)
    with pytest.raises(StorageError), store.queue_lock():
        pass


def test_a_lock_that_is_never_let_go_is_said(store: RunStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.0)
    with (
        store.queue_lock(),
        pytest.raises(StorageError, match=r"Another process holds .*queue\.lock"),
        RunStore(store.root).queue_lock(),
    ):
        pass


# Events


def events(*steps: int) -> list[TrainingEvent]:
    return [Snapshot(step=step, time=0.5) for step in steps]


def test_events_are_read_on_from_where_reading_ended(run: Run):
    first: list[TrainingEvent] = [
        Started(step=0, time=1, steps=9, device="d"),
        Evaluation(step=3, time=2, loss=1, accuracy=0.5),
    ]
    for event in first:
        run.append(event)
    read, offset = run.events()
    assert read == first
    assert run.events(offset) == ([], offset)
    run.append(events(7)[0])
    assert run.events(offset)[0] == events(7)
    assert run.events()[0] == [*first, *events(7)]


def test_a_torn_last_line_waits_until_it_is_whole(run: Run):
    log = run.folder / "events.jsonl"
    run.append(events(1)[0])
    whole = log.read_bytes()
    log.write_bytes(whole + whole[:10])
    read, offset = run.events()
    assert (read, offset) == (events(1), len(whole))
    log.write_bytes(whole + whole)
    assert run.events(offset)[0] == events(1)


def test_appending_after_a_torn_line_loses_only_that(run: Run):
    run.append(events(1)[0])
    with (run.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"kind":"snap')
    run.append(events(2)[0])
    assert run.events()[0] == events(1, 2)


def test_a_damaged_line_in_the_middle_is_skipped(run: Run):
    run.append(events(1)[0])
    with (run.folder / "events.jsonl").open("ab") as file:
        file.write(b"\x00\xffnonsense\r\n\n")
    run.append(events(2)[0])
    assert run.events()[0] == events(1, 2)


def test_a_full_disk_is_said_when_an_event_cannot_be_written(run: Run):
    (run.folder / "events.jsonl").mkdir()
    with pytest.raises(StorageError, match=f"Cannot write the events of run {run.id}"):
        run.append(events(1)[0])


def test_appending_leaks_no_file(run: Run):
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc")
    run.append(events(1)[0])
    before = open_files()
    for step in range(50):
        run.append(events(step)[0])
        run.events()
        run.steer(paused=bool(step % 2))
        _ = run.status, run.control
    assert open_files() <= before


# Steering


def test_wishes_add_up(run: Run):
    run.steer(learning_rate=0.01)
    run.steer(dropout="0.25", paused=True)
    control = run.steer(batch_size=16)
    assert control == run.control
    assert control == Control(paused=True, learning_rate=0.01, dropout=0.25, batch_size=16)
    wanted = control.settings(run.hyperparameters)
    assert wanted == with_changes(SETTINGS, learning_rate=0.01, dropout=0.25, batch_size=16)


def test_no_wish_keeps_the_settings(run: Run):
    assert run.control.settings(SETTINGS) is SETTINGS


@pytest.mark.parametrize(
    "wish",
    [{"learning_rate": float("nan")}, {"dropout": 1.0}, {"batch_size": 5000}, {"steps": 0}, {"steps": True}],
)
def test_a_bad_wish_is_refused_and_the_others_stay(run: Run, wish: dict[str, Any]):
    run.steer(dropout=0.1)
    with pytest.raises(InvalidValue, match=next(iter(wish))):
        run.steer(**wish)
    assert run.control == Control(dropout=0.1)


def test_only_what_can_change_while_training_can_be_wished(run: Run):
    with pytest.raises(ValueError, match="units"):
        run.steer(units=(3,))
    assert run.control == Control()


def test_steering_a_run_that_was_deleted_does_not_make_it_again(store: RunStore, run: Run):
    store.delete(run)
    with pytest.raises(RunMissing):
        run.steer(stop=True)
    assert not run.folder.exists()


def test_wishes_from_two_threads_are_all_kept(run: Run):
    """Each thread only ever raises its own value, so a lost update would show as a step back."""
    failures: list[str] = []

    def push(field: str, values: Iterator[Any]) -> None:
        last = None
        for value in values:
            if last is not None and getattr(run.control, field) != last:
                failures.append(f"{field} lost {last}")
            run.steer(**{field: value})
            last = value

    threads = [
        threading.Thread(target=push, args=("batch_size", iter(range(1, 30)))),
        threading.Thread(target=push, args=("steps", iter(range(101, 130)))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (run.control.batch_size, run.control.steps) == (29, 129)


# Weights, snapshots, checkpoints, results


def test_weights_are_kept(run: Run):
    with pytest.raises(WeightsError, match=f"Run {run.id} has no weights yet"):
        run.weights()
    run.save_weights(random_weights((4,)))
    assert run.has_weights
    assert same_weights(run.weights(), random_weights((4,)))


def test_damaged_weights_are_set_aside(run: Run):
    (run.folder / "weights.npz").write_bytes(b"PK nonsense")
    with pytest.raises(WeightsError, match=r"set aside as weights\.npz\.damaged"):
        run.weights()
    assert (run.folder / "weights.npz.damaged").read_bytes() == b"PK nonsense"
    assert not run.has_weights


def test_a_checkpoint_comes_back_bit_by_bit(run: Run):
    arrays: dict[str, Any] = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "step": np.int64(7),
        "s": np.array([1], np.uint32),
    }
    run.save_checkpoint(arrays)
    back = run.checkpoint()
    assert back is not None
    assert back.keys() == arrays.keys()
    for name, array in back.items():
        np.testing.assert_array_equal(array, arrays[name])
        assert array.dtype == arrays[name].dtype


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY", b"x" * 100])
def test_a_damaged_checkpoint_is_said_and_set_aside(run: Run, content: bytes):
    (run.folder / "checkpoint.npz").write_bytes(content)
    with pytest.raises(RunDamaged, match=r"set aside as checkpoint\.npz\.damaged"):
        run.checkpoint()
    assert run.checkpoint() is None
    assert (run.folder / "checkpoint.npz.damaged").read_bytes() == content
    assert not (run.folder / "checkpoint.npz").exists()


def test_a_damaged_control_file_is_set_aside_and_wants_nothing(run: Run):
    (run.folder / "control.json").write_text("{")
    assert run.control == Control()
    assert (run.folder / "control.json.damaged").exists()
    assert run.steer(stop=True).stop


def test_a_run_that_lost_its_status_is_set_aside(store: RunStore):
    run = store.create(SETTINGS)
    (run.folder / "status.json").unlink()
    assert store.list() == []
    assert store.damaged() == [run.id]


def test_a_file_that_cannot_be_opened_now_sets_nothing_aside(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    run = store.create(SETTINGS)
    with monkeypatch.context() as patch:

        def too_many(*_: Any) -> bytes:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

        patch.setattr(Path, "read_bytes", too_many)
        assert store.list() == []
    assert store.list() == [run]
    assert store.damaged() == []


def test_snapshots_are_kept_by_step_and_thinned_out(run: Run):
    for step in range(0, 40 * 50, 50):
        run.save_snapshot(step, random_weights((2,), seed=step))
    steps = run.snapshots()
    assert len(steps) == MAX_SNAPSHOTS
    assert (steps[0], steps[-1]) == (0, 1950)
    np.testing.assert_allclose(
        run.snapshot(1950).head_kernel, random_weights((2,), seed=1950).head_kernel, rtol=1e-3, atol=1e-6
    )
    with pytest.raises(WeightsError):
        run.snapshot(51)


def test_strangers_among_the_snapshots_are_left_alone(run: Run):
    run.save_snapshot(3, random_weights((2,)))
    (run.folder / "snapshots" / "step-best.npz").write_text("")
    assert run.snapshots() == [3]


@seeded
@given(st.sets(st.integers(0, 10**6), max_size=60).map(sorted), st.integers(2, 30))
def test_thinning_keeps_the_ends_and_the_number_wanted(steps: list[int], keep: int):
    dropped = thinned_out(steps, keep)
    assert len(dropped) == max(0, len(steps) - keep)
    assert len(set(dropped)) == len(dropped)
    assert set(dropped) <= set(steps[1:-1])
    kept = [step for step in steps if step not in dropped]
    assert thinned_out(kept, keep) == []


def test_thinning_leaves_the_early_steps_denser():
    steps = list(range(0, 10_000, 100))
    kept = [step for step in steps if step not in thinned_out(steps, 12)]
    gaps = np.diff(kept)
    assert gaps[0] < gaps[-1]


def test_a_result_is_kept(run: Run):
    result = TestResult(
        accuracy=0.5, accuracy_by_rows=[0.1, 0.5], loss_by_rows=[2.0, 1.0], confusion=[[1]], readings=[0]
    )
    run.save_result(result)
    assert run.result() == result
    (run.folder / "evaluation.json").write_text("{")
    with pytest.raises(RunDamaged, match=r"evaluation\.json cannot be read"):
        run.result()


def test_an_environment_is_kept_and_a_damaged_one_is_empty(run: Run):
    run.save_environment({"keras": "3"})
    assert run.environment() == {"keras": "3"}
    (run.folder / "environment.json").write_text("[1]")
    assert run.environment() == {}


def test_a_damaged_drawing_counts_as_none(run: Run):
    (run.folder / "drawing.npy").write_bytes(b"\x93NUMPY garbage")
    assert run.drawing() is None


def test_the_size_counts_every_file(run: Run):
    before = run.size()
    (run.folder / "snapshots").mkdir()
    (run.folder / "snapshots" / "x").write_bytes(b"x" * 1000)
    assert run.size() == before + 1000


# Finding and deleting


def test_a_finished_run_is_found_by_its_key(store: RunStore):
    old, new = store.create(SETTINGS), store.create(SETTINGS)
    for run in (old, new):
        set_state(run, "finished")
    assert store.find(run_key(SETTINGS)) is None  # nothing was learnt
    old.save_weights(random_weights((8,)))
    assert store.find(run_key(SETTINGS)) == old
    new.save_weights(random_weights((8,)))
    assert store.find(run_key(SETTINGS)) == new
    assert store.find(run_key(with_changes(SETTINGS, seed=1))) is None


@pytest.mark.parametrize("state", ["queued", "running", "stopped", "failed", "interrupted"])
def test_only_a_finished_run_answers(store: RunStore, run: Run, state: str):
    run.save_weights(random_weights((8,)))
    set_state(run, state)
    assert store.find(run_key(SETTINGS)) is None


def test_a_tweaked_run_no_longer_answers(store: RunStore, run: Run):
    run.save_weights(random_weights((8,)))
    set_state(run, "finished", tweaked=True)
    assert store.find(run_key(SETTINGS)) is None


@pytest.mark.parametrize("wish", [{"stop": True}, {"learning_rate": 0.1}])
def test_a_run_about_to_stop_or_change_does_not_answer(store: RunStore, run: Run, wish: dict[str, Any]):
    assert store.find(run_key(SETTINGS), ["queued"]) == run
    run.steer(**wish)
    assert store.find(run_key(SETTINGS), ["queued"]) is None


def test_a_run_is_deleted(store: RunStore, run: Run):
    other = store.create(SETTINGS)
    run.save_snapshot(1, random_weights((2,)))
    store.delete(run)
    assert [found.id for found in store.list()] == [other.id]
    assert [path.name for path in store.folder.iterdir()] == [other.id]
    with pytest.raises(RunMissing):
        store.delete(run)


@pytest.mark.parametrize("state", ["preparing", "running", "paused"])
def test_a_run_in_training_is_not_deleted(store: RunStore, run: Run, state: str):
    set_state(run, state)
    with pytest.raises(RunBusy, match="is being trained; stop it first"):
        store.delete(run)
    assert store.list() == [run]


def test_runs_in_a_state_come_in_the_order_they_came_into_it(store: RunStore):
    a, b, c = (store.create(SETTINGS) for _ in range(3))
    a.set_status(Status(state="queued", since=store.clock()))
    assert [run.id for _, run in store.in_state("queued")] == [b.id, c.id, a.id]
    for run in (a, b, c):
        run.set_status(Status(state="queued", since=5.0))
    assert [run.id for _, run in store.in_state("queued")] == [a.id, b.id, c.id]
    assert store.in_state("running", "paused") == []


def test_settings_survive_their_file(store: RunStore):
    settings = hyperparameters({"units": [3, 4], "optimizer": "sgd", "learning_rate": 0.1 + 0.2})
    assert store.get(store.create(settings).id).hyperparameters == settings
    assert isinstance(store.list()[0].hyperparameters, HyperParameters)


def test_a_run_that_was_set_aside_is_told_from_one_that_never_was(store: RunStore, run: Run):
    (run.folder / "run.json").write_text("{")
    store.list()
    with pytest.raises(RunMissing, match="was damaged; it lies in"):
        store.get(run.id)
    with pytest.raises(RunMissing, match="There is no run"):
        store.get("20200101-000000-abcdef")
