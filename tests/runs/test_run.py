"""One run's folder: what it keeps, and what happens to damaged files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import RunDamaged, RunMissing, RunNewer, StorageError, WeightsError
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs.events import Evaluation, Failed, Snapshot, Started, TrainingEvent
from lstm_core.runs.names import default_name
from lstm_core.runs.run import MAX_SNAPSHOTS, Run
from lstm_core.runs.status import Control, Status
from lstm_core.runs.store import RunStore
from lstm_core.runs.thinning import thinned_out
from lstm_core.settings.run_key import run_key
from tests.networks import random_weights, same_weights
from tests.runs.conftest import SETTINGS
from tests.seeded import seeded


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


def test_settings_that_are_no_longer_allowed_make_a_run_damaged(store: RunStore, run: Run):
    identity = run.identity.model_copy(update={"hyperparameters": {"dropout": 7}})
    (run.folder / "run.json").write_text(identity.model_dump_json())
    with pytest.raises(RunDamaged, match="settings cannot be used: `dropout` must be"):
        _ = run.hyperparameters
    assert store.list() == []
    assert [found.id for found in store.unreadable()] == [run.id]


def test_a_run_of_a_newer_version_is_named_as_such_and_left(store: RunStore, run: Run):
    identity = run.identity.model_copy(update={"hyperparameters": {"dropout": 0.1, "memory": "long"}})
    (run.folder / "run.json").write_text(identity.model_dump_json())
    with pytest.raises(RunNewer, match=r"made by a newer version of Row by Row\. It has the settings memory"):
        _ = run.hyperparameters
    assert [found.id for found in store.unreadable()] == [run.id]
    assert run.folder.is_dir()


def test_fields_of_a_newer_version_are_kept_when_a_file_is_written_anew(run: Run):
    for name in ("run.json", "status.json"):
        content = json.loads((run.folder / name).read_text())
        (run.folder / name).write_text(json.dumps({**content, "owner": "Ada"}))
    (run.folder / "control.json").write_text('{"paused": true, "priority": 3}')
    run.rename("Another")
    run.set_status(run.status.model_copy(update={"step": 5}))
    run.steer(stop=True)
    assert json.loads((run.folder / "run.json").read_text())["owner"] == "Ada"
    assert json.loads((run.folder / "status.json").read_text())["owner"] == "Ada"
    wishes = json.loads((run.folder / "control.json").read_text())
    assert (wishes["priority"], wishes["paused"], wishes["stop"]) == (3, True, True)


def test_a_deleted_run_is_not_made_again_in_pieces(store: RunStore, run: Run):
    shutil.rmtree(run.folder)
    writes = (
        lambda: run.set_status(Status(state="running", since=0)),
        lambda: run.append(Snapshot(step=1, time=0)),
        lambda: run.save_weights(random_weights((2,))),
        lambda: run.save_snapshot(1, random_weights((2,))),
        lambda: run.save_checkpoint({"step": np.array(1)}),
        lambda: run.save_environment({}),
        lambda: run.save_drawing(np.zeros((8, 8), np.float32)),
        lambda: run.steer(stop=True),
    )
    for write in writes:
        with pytest.raises(RunMissing, match="no longer there"):
            write()
    assert not run.folder.exists()


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


def test_whoever_reads_that_a_run_failed_finds_why_among_its_events(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    told: list[TrainingEvent] = []

    def look(run: Run, status: Status) -> None:
        assert status.state == "failed"
        told.extend(run.events()[0])

    monkeypatch.setattr(Run, "set_status", look)
    run.fail("The disk is full.", now=3.0, step=7)
    assert told == [Failed(step=7, time=3.0, message="The disk is full.")]


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


def test_weights_are_kept(run: Run):
    with pytest.raises(WeightsError, match=f"Run {run.id} has no weights yet"):
        run.weights()
    run.save_weights(random_weights((4,)))
    assert run.has_weights
    assert same_weights(run.weights(), random_weights((4,)))


def test_damaged_weights_are_said_and_left(run: Run):
    (run.folder / "weights.npz").write_bytes(b"PK nonsense")
    for _ in range(2):
        with pytest.raises(WeightsError, match=rf"Run {run.id}: .*weights\.npz is damaged"):
            run.weights()
    assert (run.folder / "weights.npz").read_bytes() == b"PK nonsense"


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
def test_a_damaged_checkpoint_is_said_and_left(run: Run, content: bytes):
    (run.folder / "checkpoint.npz").write_bytes(content)
    for _ in range(2):
        with pytest.raises(RunDamaged, match=rf"checkpoint of run {run.id} is damaged"):
            run.checkpoint()
    assert (run.folder / "checkpoint.npz").read_bytes() == content


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


def test_a_snapshot_that_leads_nowhere_has_no_version(run: Run):
    run.save_snapshot(3, random_weights((2,)))
    path = run.folder / "snapshots" / "step-00000003.npz"
    path.unlink()
    path.symlink_to(path.name)
    assert run.snapshot_version(3) == 0
    with pytest.raises((WeightsError, StorageError)):
        run.snapshot(3)


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
    with pytest.raises(RunDamaged, match=r"evaluation\.json is damaged"):
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
