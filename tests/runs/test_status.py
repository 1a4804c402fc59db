"""Wishes for a run in training."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from lstm_core.errors import InvalidValue, RunDamaged, RunMissing
from lstm_core.runs.run import Run
from lstm_core.runs.status import Control
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import with_changes
from tests.runs.conftest import SETTINGS


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
    run.set_status(run.status.model_copy(update={"state": "stopped"}))
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


@pytest.mark.parametrize("content", ["{", '{"steps": -1}', '{"dropout": 3}', "[]", '{"stop": "perhaps"}'])
def test_a_damaged_control_file_is_said_and_left_and_wants_nothing(run: Run, content: str):
    (run.folder / "control.json").write_text(content)
    assert run.control == Control()
    assert "control.json is damaged" in run.control_damage
    assert (run.folder / "control.json").read_text() == content
    assert run.steer(stop=True).stop
    assert run.control.stop
    assert run.control_damage == ""


@pytest.mark.parametrize(
    "content",
    [
        '{"steps": -1}',
        '{"steps": 1e30}',
        '{"batch_size": 0}',
        '{"learning_rate": NaN}',
        '{"learning_rate": 2}',
        '{"dropout": 1}',
    ],
)
def test_wishes_out_of_bounds_count_as_damage(run: Run, content: str):
    (run.folder / "control.json").write_text(content)
    assert run.control == Control()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "1e30", '"soon"'])
@pytest.mark.parametrize(
    ("file", "field"),
    [
        ("run.json", "created"),
        ("status.json", "since"),
        ("status.json", "seconds"),
        ("status.json", "step"),
        ("status.json", "peak_memory"),
    ],
)
def test_a_number_that_nothing_can_show_is_damage(run: Run, file: str, field: str, number: str):
    path = run.folder / file
    values = json.loads(path.read_text())
    path.write_text(json.dumps(values | {field: "HERE"}).replace('"HERE"', number))
    with pytest.raises(RunDamaged, match=file):
        _ = run.identity, run.status


@pytest.mark.parametrize(
    ("old", "shown"),
    [
        ("a\u202eb", "ab"),
        ("a\u200bb\u2066", "ab"),
        ("two\nlines \x1b[31m", "two lines [31m"),
        ("\u200b", "unnamed"),
    ],
)
def test_a_run_with_a_name_that_is_refused_today_still_opens(run: Run, old: str, shown: str):
    path = run.folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": old}))
    assert run.name == shown
    assert json.loads(path.read_text())["name"] == old
