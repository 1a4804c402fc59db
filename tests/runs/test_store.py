"""The folder of all runs: making, finding, deleting, and setting damaged ones aside."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from lstm_core import files
from lstm_core.errors import RunBusy, RunMissing, StorageError
from lstm_core.runs import json_files
from lstm_core.runs import run as run_module
from lstm_core.runs.run import Run
from lstm_core.runs.status import Status
from lstm_core.runs.store import RunStore, home
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.networks import random_weights
from tests.runs.conftest import SETTINGS


def set_state(run: Run, state: Any, **more: Any) -> None:
    run.set_status(run.status.model_copy(update={"state": state, **more}))


def no_space(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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
    assert (store.list(), store.unreadable(), store.in_state("queued")) == ([], [], [])
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
def test_a_damaged_run_is_named_and_left_and_the_others_work(store: RunStore, file: str, content: bytes):
    good, bad = store.create(SETTINGS), store.create(SETTINGS)
    (bad.folder / file).write_bytes(content)
    assert [run.id for run in store.list()] == [good.id]
    (unreadable,) = store.unreadable()
    assert unreadable.id == bad.id
    assert f"{file} is damaged" in unreadable.problem
    assert (bad.folder / file).read_bytes() == content
    assert sorted(path.name for path in store.folder.iterdir()) == sorted([good.id, bad.id])


def test_a_person_may_move_a_run_out_of_the_list(store: RunStore):
    bad, waiting = store.create(SETTINGS), store.create(SETTINGS)
    (bad.folder / "events.jsonl").write_bytes(b"kept\n")
    (bad.folder / "status.json").write_bytes(b"{")
    there = store.set_aside(bad.id)
    assert (there / "events.jsonl").read_bytes() == b"kept\n"
    assert store.unreadable() == []
    assert store.set_aside_runs() == [bad.id]
    with pytest.raises(RunMissing, match="was moved out of the list; it is in"):
        store.get(bad.id)
    with pytest.raises(RunBusy, match="waits"):
        store.set_aside(waiting.id)
    there.replace(store.folder / bad.id)
    assert [found.id for found in store.unreadable()] == [bad.id]


def test_a_damaged_waiting_run_does_not_stop_the_queue(store: RunStore):
    bad, good = store.create(SETTINGS), store.create(SETTINGS)
    (bad.folder / "status.json").write_text("{")
    assert [run.id for _, run in store.in_state("queued")] == [good.id]
    assert [found.id for found in store.unreadable()] == [bad.id]


def test_strangers_in_the_folder_are_left_alone(store: RunStore, run: Run):
    (store.folder / "notes").mkdir()
    (store.folder / "notes.txt").write_text("mine")
    (store.folder / ".20200101-000000-abcdef.new").mkdir()  # a run that is being written
    assert [found.id for found in store.list()] == [run.id]
    assert store.unreadable() == []
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
        pytest.raises(StorageError, match=r"Another process keeps .*queue\.lock"),
        RunStore(store.root).queue_lock(),
    ):
        pass


def test_a_run_that_lost_its_status_is_named(store: RunStore):
    run = store.create(SETTINGS)
    (run.folder / "status.json").unlink()
    assert store.list() == []
    assert [found.problem for found in store.unreadable()] == ["status.json is missing."]


def test_a_file_that_cannot_be_opened_now_is_looked_at_again(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    run = store.create(SETTINGS)
    with monkeypatch.context() as patch:

        def too_many(*_: Any) -> bytes:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

        for module in (run_module, json_files):
            patch.setattr(module, "open_regular", too_many)
        assert store.list() == []
        assert "Too many open files" in store.unreadable()[0].problem
    assert RunStore(store.root).list() == [run]


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
    set_state(run, "stopped")
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


def test_a_run_that_waits_is_not_deleted_under_whoever_continued_it(store: RunStore, run: Run):
    with pytest.raises(RunBusy, match="waits to be trained; cancel it first"):
        store.delete(run)
    assert store.list() == [run]


def test_a_run_that_cannot_be_read_can_be_deleted(store: RunStore, run: Run):
    set_state(run, "finished")
    (run.folder / "run.json").write_text("{")
    store.delete(store.get(run.id))
    assert list(store.folder.iterdir()) == []


def test_deleting_needs_no_room_and_no_lock_that_cannot_be_made(
    store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
):
    set_state(run, "finished")
    monkeypatch.setattr(FileLock, "acquire", no_space)
    assert RunStore(store.root).list() == [run]
    store.delete(run)
    assert store.list() == []


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
