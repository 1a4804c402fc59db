"""A network that is taught drawings, in this process; slow where it really trains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from lstm_core.data.info import Dataset
from lstm_core.errors import RunDamaged
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.runs.further import go_on
from lstm_core.runs.parent import Parent
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import DRAWINGS, Material, Teaching, load_material, teaching_of
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes
from lstm_core.teaching.recipe import fine_tuning, with_steps
from lstm_core.training import worker
from lstm_core.training.trainer import Trainer
from tests.networks import same_weights
from tests.teaching.lessons import idle
from tests.training.short_runs import CPU, create, train


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the code may catch it."""


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory, digits: Dataset) -> Run:
    """A network that has learnt something."""
    run = create(
        RunStore(tmp_path_factory.mktemp("parent")),
        units=(16,),
        batch_size=64,
        steps=150,
        evaluate_every=150,
        learning_rate=0.02,
        schedule="one-cycle",
        dropout=0.0,
    )
    train(run, digits)
    return run


@pytest.fixture(scope="module")
def mirrored(parent: Run, digits: Dataset) -> Material:
    """Drawings by somebody who writes as in a mirror."""
    images, labels = digits.validation.images[:60, :, ::-1], digits.validation.labels[:60]
    return Material(parent.weights(), images.copy(), labels, Teaching(parent_name="parent", drawings=60))


def settings_of(parent: Run, material: Material, steps: int = 60, **how: bool) -> HyperParameters:
    found = fine_tuning(Parent("", "", material.parent, parent.hyperparameters), material, **how)
    return with_changes(with_steps(steps, found), learning_rate=0.01)


def right(run: Run, material: Material) -> int:
    result = evaluate(numpy_reader(run.weights()), material.drawings, 60)
    return round(result.accuracy * 60)


@pytest.mark.slow
def test_the_drawings_are_learnt_and_the_data_is_not_forgotten(
    store: RunStore, digits: Dataset, parent: Run, mirrored: Material
):
    usual = settings_of(parent, mirrored, 150)
    assert usual.fine_tuning is not None
    # A network as small as this, and a hand as strange, ask for more than people do.
    eager = usual.fine_tuning.model_copy(update={"share": 0.5, "pull": 0.0})
    settings = with_changes(usual, fine_tuning=eager.model_dump(), learning_rate=0.02)
    run = store.create(settings, material=mirrored)
    train(run, digits)
    assert run.status.state == "finished"
    teaching, result, before = teaching_of(run), run.result(), parent.result()
    assert teaching is not None and result is not None and before is not None
    own, test = teaching.own, teaching.test
    assert own is not None and test is not None
    assert own.of == sum(max(1, count // 5) for count in np.bincount(mirrored.labels))
    assert own.right_before < own.right_after
    assert right(run, mirrored) > right(parent, mirrored) + 15
    assert (test.images, test.dataset) == (300, "UCI digits")
    assert test.accuracy_before == before.accuracy
    assert test.loss_before == pytest.approx(before.loss, rel=1e-3)
    assert (test.accuracy_after, test.loss_after) == (result.accuracy, result.loss)
    assert test.accuracy_after > test.accuracy_before - 0.1


def test_without_drawings_it_goes_on_with_the_data_set_where_its_parent_ended(
    store: RunStore, digits: Dataset, parent: Run
):
    changes = {"steps": "40", "evaluate_every": "20", "learning_rate": "0.01", "seed": "1"}
    run = go_on(idle(store), changes, Parent.of(parent)).run
    train(run, digits)
    assert run.status.state == "finished"
    teaching, result, before = teaching_of(run), run.result(), parent.result()
    assert teaching is not None and result is not None and before is not None and teaching.test is not None
    assert teaching.own is None
    assert teaching.test.accuracy_before == before.accuracy
    assert (teaching.test.accuracy_after, teaching.test.loss_after) == (result.accuracy, result.loss)
    assert result.loss < before.loss, "40 steps from random weights would be far above"
    assert same_weights(load_material(run).parent, parent.weights())


@pytest.mark.slow
def test_a_training_that_is_killed_ends_with_the_same_network(
    store: RunStore,
    digits: Dataset,
    parent: Run,
    mirrored: Material,
    at_event: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    settings = with_changes(settings_of(parent, mirrored, 8), evaluate_every=4)
    whole = store.create(settings, material=mirrored)
    train(whole, digits)
    assert not same_weights(whole.weights(), mirrored.parent)

    def kill(run: Run) -> None:
        raise Killed

    killed = store.create(settings, material=mirrored)
    at_event("snapshot", 4, kill)
    with pytest.raises(Killed):
        train(killed, digits)
    train(killed, digits)
    assert killed.status.state == "finished"
    assert same_weights(killed.weights(), whole.weights())
    assert teaching_of(killed) == teaching_of(whole)


@pytest.mark.slow
def test_it_can_be_stopped_while_it_is_measured(
    store: RunStore, digits: Dataset, parent: Run, mirrored: Material, at_status: Callable[..., None]
):
    run = store.create(settings_of(parent, mirrored), material=mirrored)
    at_status("measuring without the drawings kept back", lambda run: run.steer(stop=True))
    train(run, digits)
    assert (run.status.state, run.status.step) == ("stopped", 0)
    teaching = teaching_of(run)
    assert teaching is not None
    assert teaching.own is None
    assert same_weights(run.weights(), mirrored.parent)


@pytest.mark.slow
def test_without_the_data_set_the_drawings_are_learnt_alone(tmp_path: Path, parent: Run, mirrored: Material):
    store = RunStore(tmp_path)
    settings = settings_of(parent, mirrored, with_data_set=False)
    run = store.create(settings, material=mirrored)
    worker.train_run(run, {})
    assert run.status.state == "finished", run.status.detail
    assert right(run, mirrored) > right(parent, mirrored)
    result, teaching = run.result(), teaching_of(run)
    assert result is not None and teaching is not None
    result.check_fits(run.hyperparameters.info)
    assert sum(map(sum, result.confusion)) == settings.info.test
    assert teaching.test is None
    assert teaching.own is not None
    assert teaching.own.of == settings.info.test
    assert teaching.own.right_after == sum(row[label] for label, row in enumerate(result.confusion))


@pytest.mark.slow
def test_a_pull_keeps_the_network_near_its_parent(digits: Dataset, parent: Run):
    settings = with_changes(parent.hyperparameters, steps=20, schedule="constant")
    weights = parent.weights()

    def distance(pull: float) -> float:
        trainer = Trainer(settings, digits, CPU)
        trainer.start_from(weights, 0, 0)
        trainer.hold_near(weights, pull)
        for start in range(0, 320, 16):
            images = digits.train.pixels()[start : start + 16, :, ::-1].copy()
            trainer.advance(images, digits.train.labels[start : start + 16].astype(np.int64))
        pairs = zip(trainer.weights().arrays().values(), weights.arrays().values(), strict=True)
        return float(sum(np.square(mine - its).sum() for mine, its in pairs))

    free, held, fixed = distance(0.0), distance(0.2), distance(1.0)
    assert fixed < 1e-9
    assert 0 < held < free / 4


@pytest.mark.slow
def test_a_run_whose_drawings_are_gone_says_so(store: RunStore, parent: Run, mirrored: Material):
    run = store.create(settings_of(parent, mirrored), material=mirrored)
    (run.folder / DRAWINGS).unlink()
    with pytest.raises(RunDamaged, match="Teach the network again"):
        load_material(run)
    worker.train_run(run, {})
    assert run.status.state == "failed"
    assert "Teach the network again" in run.status.detail


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_networks_of_other_cells_are_taught_as_well(store: RunStore, digits: Dataset, cell: str):
    run = create(store, cell=cell, direction="both" if cell == "gru" else "forward")
    train(run, digits)
    images, labels = digits.validation.images[:30], digits.validation.labels[:30]
    material = Material(run.weights(), images, labels, Teaching(parent_name="parent", drawings=30))
    taught = store.create(settings_of(run, material, 4), material=material)
    train(taught, digits)
    assert taught.status.state == "finished"
    assert not same_weights(taught.weights(), run.weights())
