"""What a training elsewhere wrote, brought home."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lstm_core.cluster.news import News, bring_home, files_of
from lstm_core.cluster.node_training import NodeTraining
from lstm_core.data.info import Dataset
from lstm_core.errors import RunMissing
from lstm_core.runs.events import Batch, Evaluation, Started
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters
from tests.networks import random_weights, same_weights

SETTINGS = hyperparameters({"dataset": "digits", "units": (8,), "steps": 30})


@pytest.fixture
def home(tmp_path: Path) -> Run:
    run = RunStore(tmp_path / "home").create(SETTINGS)
    run.append(Started(step=0, time=1, steps=30, device="d"))
    run.steer(learning_rate=0.25)
    return run


@pytest.fixture
def node(home: Run, digits: Dataset, tmp_path: Path) -> NodeTraining:
    return NodeTraining(tmp_path / "node", home.id, files_of(home), {}, digits)


def after(home: Run) -> int:
    return (home.folder / "events.jsonl").stat().st_size


def trained(run: Run, step: int) -> None:
    run.append(Evaluation(step=step, time=step, loss=1.0, accuracy=0.5))
    weights = random_weights((8,), seed=step)
    run.save_weights(weights)
    run.save_snapshot(step, weights)
    run.save_checkpoint({"step": random_weights((8,)).head_bias})
    run.set_status(run.status.model_copy(update={"state": "running", "step": step}))


def test_a_node_begins_with_all_there_is_at_home(home: Run, node: NodeTraining):
    assert node.run.identity == home.identity
    assert node.run.events() == home.events()
    assert node.run.control == home.control


def test_what_was_written_comes_home_once(home: Run, node: NodeTraining):
    trained(node.run, 10)
    first = node.news({}, after(home))
    bring_home(home, first)
    assert same_weights(home.weights(), node.run.weights())
    assert home.snapshots() == [10]
    assert home.has_checkpoint
    assert home.events() == node.run.events()
    assert home.status == node.run.status

    nothing = node.news(first.stamps, first.read)
    assert (nothing.files, nothing.events) == ({}, b"")
    node.run.append(Evaluation(step=20, time=20, loss=1.0, accuracy=0.5))
    second = node.news(first.stamps, first.read)
    assert second.files == {}
    bring_home(home, second)
    assert [event.step for event in home.events()[0]] == [0, 10, 20]


def test_a_name_and_wishes_of_home_stay(home: Run, node: NodeTraining):
    trained(node.run, 10)
    home.rename("Mine")
    home.steer(paused=True)
    bring_home(home, node.news({}, after(home)))
    assert home.name == "Mine"
    assert home.control.paused
    node.steer((home.folder / "control.json").read_bytes())
    assert node.run.control == home.control


def test_snapshots_that_were_thinned_out_are_thinned_out_at_home(home: Run, node: NodeTraining):
    for step in (10, 20, 30):
        trained(node.run, step)
    first = node.news({}, after(home))
    bring_home(home, first)
    (node.run.folder / "snapshots" / "step-00000020.npz").unlink()
    bring_home(home, node.news(first.stamps, first.read))
    assert home.snapshots() == [10, 30]


def test_a_line_that_is_not_whole_yet_waits_and_one_torn_at_home_is_ended(home: Run, node: NodeTraining):
    log = node.run.folder / "events.jsonl"
    with log.open("ab") as file:
        file.write(b'{"kind": "batch", "st')
    assert node.news({}, after(home)).events == b""
    with (home.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"kind": "torn')
    line = Batch(step=5, time=5, loss=1, accuracy=0, learning_rate=1, steps_per_second=1)
    bring_home(home, News(home.status, line.model_dump_json().encode() + b"\n", {}, {}, 0))
    assert [event.step for event in home.events()[0]] == [0, 5]


def test_news_of_a_run_that_was_deleted_make_nothing(home: Run, node: NodeTraining):
    trained(node.run, 10)
    news = node.news({}, after(home))
    shutil.rmtree(home.folder)
    with pytest.raises(RunMissing):
        bring_home(home, news)
    assert not home.folder.exists()
