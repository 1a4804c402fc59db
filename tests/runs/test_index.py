"""The index of runs: always what the files say, and nothing is lost with it."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lstm_core.errors import RunDamaged
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs import index
from lstm_core.runs.index import FILE, RunIndex
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from tests.networks import random_weights
from tests.runs.conftest import SETTINGS

RESULT = TestResult(
    accuracy=0.5, accuracy_by_rows=[0.5], loss_by_rows=[1.0], confusion=[[1, 0], [1, 0]], readings=[0, 0]
)


def of(store: RunStore, run: Run) -> index.RunSummary:
    return RunIndex(store.root).summaries()[run.id]


@pytest.mark.parametrize(
    ("write", "seen"),
    [
        (lambda run: run.rename("Another"), lambda found: found.identity.name == "Another"),
        (
            lambda run: run.set_status(run.status.model_copy(update={"step": 9})),
            lambda found: found.status.step == 9,
        ),
        (lambda run: run.save_result(RESULT), lambda found: found.accuracy == 0.5),
        (lambda run: run.save_weights(random_weights((2,))), lambda found: found.weights_version > 0),
        (lambda run: run.save_snapshot(1, random_weights((2,))), lambda found: found.snapshots == 1),
        (
            lambda run: run.save_environment({"keras": "3"}),
            lambda found: found.environment == {"keras": "3"},
        ),
    ],
)
def test_what_one_writes_another_sees_at_once(
    store: RunStore, run: Run, write: Callable[[Run], None], seen: Callable[[index.RunSummary], bool]
):
    other = RunIndex(store.root)
    assert not seen(other.summaries()[run.id])
    before = other.version
    write(run)
    assert seen(other.summaries()[run.id])
    assert other.version > before


def test_runs_come_and_go(store: RunStore, run: Run):
    other = RunIndex(store.root)
    assert list(other.summaries()) == [run.id]
    second = store.create(SETTINGS)
    assert other.summaries().keys() == {run.id, second.id}
    run.set_status(run.status.model_copy(update={"state": "stopped"}))
    store.delete(run)
    assert list(other.summaries()) == [second.id]


def test_what_a_stranger_writes_is_seen_after_a_while(store: RunStore, run: Run):
    other = RunIndex(store.root)
    assert other.summaries()[run.id].status.state == "queued"  # type: ignore[union-attr]
    content = json.loads((run.folder / "status.json").read_text())
    (run.folder / "status.json").write_text(json.dumps({**content, "state": "failed"}))
    deadline = time.monotonic() + 30
    while other.summaries()[run.id].status.state != "failed":  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_run_is_always_that_of_its_files(store: RunStore, run: Run):
    other = RunIndex(store.root)
    assert other.summaries()[run.id].status.state == "queued"  # type: ignore[union-attr]
    content = json.loads((run.folder / "status.json").read_text())
    (run.folder / "status.json").write_text(json.dumps({**content, "state": "failed"}))
    assert other.summary(run.id).status.state == "failed"  # type: ignore[union-attr]
    assert other.summaries()[run.id].status.state == "failed"  # type: ignore[union-attr]
    assert other.summary("20200101-000000-abcdef") is None


def test_a_change_within_one_tick_of_the_clock_is_seen(
    store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(index, "_CLOCK_TICK", 60_000_000_000)
    monkeypatch.setattr(index, "SHARE_OF_TIME", 1e-9)
    other = RunIndex(store.root)
    run.set_status(run.status.model_copy(update={"step": 1}))
    at = run.folder.stat().st_mtime_ns
    assert other.summaries()[run.id].status.step == 1  # type: ignore[union-attr]
    run.set_status(run.status.model_copy(update={"step": 2}))
    os.utime(run.folder, ns=(at, at))
    assert other.summaries()[run.id].status.step == 2  # type: ignore[union-attr]


def test_a_later_process_reads_no_run_again(store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch):
    run.save_result(RESULT)
    expected = of(store, run)

    def not_again(run: Run) -> index.RunSummary:
        raise AssertionError(run.id)

    monkeypatch.setattr(index, "summarise", not_again)
    assert of(store, run) == expected


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00 torn", b"x" * 5000, None])
def test_a_torn_index_is_made_again(store: RunStore, run: Run, content: bytes | None):
    expected = of(store, run)
    if content is None:
        (store.root / FILE).unlink()
    else:
        (store.root / FILE).write_bytes(content)
    assert of(store, run) == expected
    run.rename("Another")
    assert of(store, run).identity.name == "Another"  # type: ignore[union-attr]
    with sqlite3.connect(store.root / FILE) as database:
        assert database.execute("select count(*) from runs").fetchone() == (1,)
    database.close()


def test_the_index_of_another_version_is_made_again(
    store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(index, "_FORMAT", "of long ago")
        expected = of(store, run)
    with sqlite3.connect(store.root / FILE) as database:
        database.execute("update runs set summary = '{}'")
    database.close()
    assert of(store, run) == expected


def test_without_room_for_the_index_one_does_without(store: RunStore, run: Run):
    (store.root / FILE).mkdir()
    assert of(store, run).identity.name == run.name  # type: ignore[union-attr]
    assert of(store, run).problem == ""


def test_a_run_that_cannot_be_used_says_why(store: RunStore, run: Run):
    (run.folder / "status.json").write_text('{"state": "dancing", "since": 0}')
    found = of(store, run)
    assert "status.json is damaged: state" in found.problem
    with pytest.raises(RunDamaged, match=f"Run {run.id} cannot be used"):
        _ = found.parts


@pytest.mark.parametrize("obstacle", ["folder", "garbage"])
def test_a_result_that_cannot_be_read_costs_only_the_accuracy(store: RunStore, run: Run, obstacle: str):
    path = run.folder / "evaluation.json"
    if obstacle == "folder":
        path.mkdir()
    else:
        path.write_text('{"accuracy": "most"}')
    found = of(store, run)
    assert (found.problem, found.accuracy) == ("", None)
    assert found.damage
    assert store.list() == [run]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named_and_read_once_it_may(store: RunStore, run: Run):
    path = run.folder / "status.json"
    path.chmod(0)
    assert "Permission denied" in of(store, run).problem
    path.chmod(0o600)
    assert of(store, run).problem == ""


def test_looking_costs_a_small_share_of_the_time(store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch):
    looks = []
    found = RunIndex(store.root)
    look = found._look
    monkeypatch.setattr(
        found, "_look", lambda every_file: (looks.append(every_file), look(every_file=every_file))
    )
    monkeypatch.setattr(index, "SHARE_OF_TIME", 1e-9)
    for _ in range(100):
        found.summaries()
    assert looks == [True]
    run.rename("Another")
    found.summaries()
    assert looks == [True, False]


def test_an_index_of_nothing_is_empty_and_makes_nothing(tmp_path: Path):
    assert RunIndex(tmp_path / "none").summaries() == {}
    assert not (tmp_path / "none").exists()
