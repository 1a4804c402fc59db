"""``finetune``: what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from lstm_core.__main__ import main
from lstm_core.commands import finetune as command
from lstm_core.data.info import Dataset
from lstm_core.files import HOME_VARIABLE
from lstm_core.runs import worker_start
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import OwnDrawings, TestImages, save_teaching, teaching_of
from tests.data.own import letters as made
from tests.forks import start_detached
from tests.networks import random_weights
from tests.teaching.lessons import drawings, finished_parent

OWN = OwnDrawings(of=10, right_before=6, right_after=9)
TEST = TestImages(
    dataset="UCI digits",
    images=300,
    accuracy_before=0.9,
    accuracy_after=0.89,
    loss_before=0.3,
    loss_after=0.35,
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return RunStore(tmp_path / "home")


@pytest.fixture
def hand(tmp_path: Path) -> Path:
    images, labels = drawings()
    path = tmp_path / "hand.npz"
    path.write_bytes(made.npz(images=images, labels=labels))
    return path


@pytest.fixture
def trained_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody trains: a run is finished as soon as it is followed."""

    def finish(jobs: Jobs, run: Run, interrupts: object) -> None:
        teaching = teaching_of(run)
        assert teaching is not None
        save_teaching(run, teaching.model_copy(update={"own": OWN, "test": TEST}))
        run.save_weights(random_weights((4,), seed=3))
        update = {"state": "finished", "step": run.hyperparameters.steps, "seconds": 12.34}
        run.set_status(run.status.model_copy(update=update))

    monkeypatch.setattr(command, "follow", finish)
    monkeypatch.setattr(command, "Jobs", lambda store: Jobs(store, lambda root: None))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["finetune", *map(str, arguments)])


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.usefixtures("trained_at_once")
def test_it_prints_the_new_run_and_says_what_changed(store: RunStore, hand: Path):
    parent = finished_parent(store)
    done = run("--run", parent.id, "--data", hand, "--steps", 50, "--name", "Anna's hand")
    assert done.exit_code == 0, done.output
    (new,) = (found for found in store.list() if found.id != parent.id)
    assert done.stdout == f"{new.id}\n"
    assert new.name == "Anna's hand"
    assert "Of 10 drawings kept back, 6 were read rightly before and 9 by a twin" in done.stderr
    assert "accuracy 0.9000 before, 0.8900 after; loss 0.3000 and 0.3500" in done.stderr


@pytest.mark.usefixtures("trained_at_once")
def test_without_drawings_it_goes_on_with_other_settings(store: RunStore):
    parent = finished_parent(store)
    done = run("--run", parent.id, "--set", "learning_rate=0.0005", "--set", "steps=70", "--json")
    assert done.exit_code == 0, done.output
    (answer,) = objects(done.stdout)
    assert (answer["parent"], answer["drawings"], answer["steps"]) == (parent.id, 0, 70)
    assert store.get(answer["id"]).hyperparameters.learning_rate == 0.0005
    shorter = run("--run", parent.id, "--set", "learning_rate=0.0005", "--steps", 60)
    assert "Started from digits net." in shorter.stderr
    assert store.get(shorter.stdout.strip()).hyperparameters.steps == 60


@pytest.mark.usefixtures("trained_at_once")
def test_json_holds_the_figures_and_nothing_else(store: RunStore, hand: Path):
    parent = finished_parent(store)
    done = run("--run", parent.id, "--data", hand, "--steps", 50, "--json")
    assert done.exit_code == 0, done.output
    (answer,) = objects(done.stdout)
    (new,) = (found for found in store.list() if found.id != parent.id)
    assert answer == {
        "id": new.id,
        "name": "digits net, my hand",
        "state": "finished",
        "parent": parent.id,
        "drawings": 30,
        "steps": 50,
        "seconds": 12.3,
        "held_back": {
            "drawings": 10,
            "right_before": 6,
            "right_after": 9,
            "accuracy_before": 0.6,
            "accuracy_after": 0.9,
        },
        "test": TEST.model_dump(),
        "without_data_set": None,
    }
    again = run("--run", parent.id, "--data", hand, "--steps", 50, "--json")
    assert objects(again.stdout) == [answer]
    assert "trained before" in again.stderr


def test_what_cannot_be_taught_is_said_in_a_sentence(store: RunStore, hand: Path, tmp_path: Path):
    parent = finished_parent(store)
    (tmp_path / "letters.jsonl").write_bytes(made.strokes(3))
    for arguments, code, said in (
        (("--run", parent.id, "--data", tmp_path / "letters.jsonl"), 2, "got 'L, V'"),
        (("--run", parent.id, "--data", tmp_path / "nothing.jsonl"), 1, "nothing.jsonl"),
        (("--run", "20200101-000000-abcdef", "--data", hand), 1, "There is no run"),
        (("--run", "", "--data", hand), 1, "There is no run"),
        (("--run", parent.id, "--data", hand, "--seconds", "1"), 2, "--seconds"),
        (("--run", parent.id, "--data", hand, "--steps", "0"), 2, "--steps"),
        (
            ("--run", parent.id),
            2,
            "Name drawings with --data, or what is to be other than before",
        ),
        (
            ("--run", parent.id, "--data", hand, "--set", "steps=9"),
            2,
            "--set is for a training without",
        ),
        (("--run", parent.id, "--set", "units=9"), 2, "`units` must be 4, as in digits net"),
        (("--run", parent.id, "--set", "steps"), 2, "FIELD=VALUE"),
    ):
        done = run(*arguments)
        assert (done.exit_code, done.stdout) == (code, ""), done.output
        assert said in done.stderr
    assert len(store.list()) == 1


@pytest.mark.slow
def test_a_small_network_is_taught_by_the_training_process(
    store: RunStore, digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker_start, "start_detached", start_detached)
    parent = finished_parent(store)
    lines = []
    for label in range(10):
        for shift in (0.0, 0.2, 0.4):
            stroke = [[shift, 0], [1, label / 10], [0.5, 1]]
            lines.append(json.dumps({"label": str(label), "strokes": [stroke]}))
    (tmp_path / "hand.jsonl").write_text("\n".join(lines))
    done = run("--run", parent.id, "--data", tmp_path / "hand.jsonl", "--steps", 5, "--json")
    assert done.exit_code == 0, done.output
    (answer,) = objects(done.stdout)
    assert (answer["state"], answer["drawings"], answer["steps"]) == ("finished", 30, 5)
    assert answer["held_back"]["drawings"] == 10
    assert answer["test"]["images"] == len(digits.test)
    weights = store.get(answer["id"]).weights()
    assert np.isfinite(weights.head_kernel).all()
    assert weights.fingerprint != parent.weights().fingerprint
