"""Teaching a network drawings: what is queued, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.runs.card_of_run import train_command
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import load_material, teaching_of
from lstm_core.settings.validation import hyperparameters, with_changes
from lstm_core.teaching import submit
from lstm_core.teaching.submit import teach
from tests.data.own.test_kept import add
from tests.networks import random_weights, same_weights
from tests.teaching.lessons import drawings, finished_parent, idle

IMAGES, LABELS = drawings()


@pytest.fixture
def parent(store: RunStore) -> Run:
    return finished_parent(store)


def test_a_run_is_queued_that_starts_from_its_parent(store: RunStore, parent: Run):
    submission = teach(idle(store), IMAGES, LABELS, parent, steps=50)
    run = submission.run
    assert not submission.known
    assert run.status.state == "queued"
    settings, found = run.hyperparameters, load_material(run)
    tuning = settings.fine_tuning
    assert tuning is not None
    assert tuning.with_data_set
    assert (settings.dataset, settings.units, settings.steps) == ("digits", (4,), 50)
    assert tuning.parent == parent.weights().fingerprint
    assert same_weights(found.parent, parent.weights())
    teaching = teaching_of(run)
    assert teaching is not None
    assert (teaching.parent, teaching.drawings, teaching.without) == (parent.id, 30, "")
    assert run.name == "digits net, my hand"


def test_the_network_that_ships_is_taught_where_no_run_is_named(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(submit, "available", lambda name, root: True)
    images, labels = drawings(side=28)
    run = teach(idle(store), images, labels, steps=50).run
    teaching = teaching_of(run)
    assert teaching is not None
    assert teaching.parent == ""
    assert run.hyperparameters.dataset == "mnist"
    assert load_material(run).parent.fingerprint == shipped_weights().fingerprint


def test_the_same_drawings_are_taught_once(store: RunStore, parent: Run):
    jobs = idle(store)
    first = teach(jobs, IMAGES, LABELS, parent, steps=50).run
    again = teach(jobs, IMAGES, LABELS, parent, steps=50)
    assert again.run == first
    assert "being trained already" in again.known
    first.set_status(first.status.model_copy(update={"state": "finished"}))
    first.save_weights(random_weights((4,), seed=5))
    again = teach(jobs, IMAGES, LABELS, parent, steps=50)
    assert again.run == first
    assert "saved run" in again.known


def test_other_drawings_another_parent_or_other_steps_are_another_run(store: RunStore, parent: Run):
    jobs = idle(store)
    stranger = finished_parent(store, seed=9)
    runs = [
        teach(jobs, IMAGES, LABELS, parent, steps=50).run,
        teach(jobs, IMAGES[:20], LABELS[:20], parent, steps=50).run,
        teach(jobs, IMAGES, (LABELS + 1) % 10, parent, steps=50).run,
        teach(jobs, IMAGES, LABELS, stranger, steps=50).run,
        teach(jobs, IMAGES, LABELS, parent, steps=60).run,
    ]
    assert len({run.identity.key for run in runs}) == len(set(runs)) == 5


def test_a_taught_network_can_be_taught_again(store: RunStore, parent: Run):
    jobs = idle(store)
    first = teach(jobs, IMAGES, LABELS, parent, steps=50).run
    first.save_weights(random_weights((4,), seed=5))
    second = teach(jobs, IMAGES[:20], LABELS[:20], first, steps=50).run
    assert load_material(second).parent.fingerprint == first.weights().fingerprint
    assert second.name == "digits net, my hand"


def test_its_card_names_the_command_that_teaches_it_again(store: RunStore, parent: Run):
    run = teach(idle(store), IMAGES, LABELS, parent, steps=50).run
    assert train_command(run) == (
        f"python -m lstm_core finetune --run {parent.id} --data runs/{run.id}/drawings.npz --steps 50"
    )


def test_without_the_data_set_the_drawings_are_learnt_alone(store: RunStore):
    kept = add(store.root, "letters")
    settings = hyperparameters({"dataset": "letters", "units": (4,), "batch_size": 16})
    weights = replace(
        random_weights((4,), rows=28, columns=28, classes=kept.info.classes),
        class_names=kept.info.class_names,
    )
    parent = finished_parent(store, settings, weights=weights)
    images, labels = drawings(per_class=3, classes=3, side=28)
    assert teaching_of(teach(idle(store), images, labels, parent, steps=50).run).without == ""  # type: ignore[union-attr]
    OwnSets(store.root).remove("letters")
    run = teach(idle(store), images, labels, parent, steps=50).run
    teaching, settings = teaching_of(run), run.hyperparameters
    assert teaching is not None
    assert "letters is not on this machine, so the drawings are learnt alone" in teaching.without
    assert settings.fine_tuning is not None
    assert settings.fine_tuning.pull > 0
    assert not settings.fine_tuning.with_data_set
    assert settings.info.names == kept.info.class_names
    assert (settings.info.train, settings.info.test) == (6, 3)


@pytest.mark.parametrize(
    ("images", "labels", "why"),
    [
        (IMAGES[:0], LABELS[:0], "drawings"),
        (IMAGES[:, :7], LABELS, "images"),
        (IMAGES, LABELS[:5], "images"),
        (IMAGES, LABELS + np.uint8(1), "labels"),
        (np.zeros((5_001, 8, 8), np.uint8), np.zeros(5_001, np.uint8), "drawings"),
    ],
)
def test_what_cannot_be_taught_is_refused(store: RunStore, parent: Run, images, labels, why: str):
    with pytest.raises(InvalidValue, match=f"`{why}`"):
        teach(idle(store), images, labels, parent, steps=50)
    assert len(store.list()) == 1


@pytest.mark.parametrize("seconds", [0, -1, 1e9, float("nan")])
def test_a_time_out_of_range_is_refused(store: RunStore, parent: Run, seconds: float):
    with pytest.raises(InvalidValue, match="`seconds`"):
        teach(idle(store), IMAGES, LABELS, parent, seconds=seconds)


def test_a_run_without_weights_teaches_nothing(store: RunStore):
    with pytest.raises(WeightsError, match="no weights yet"):
        teach(idle(store), IMAGES, LABELS, store.create(hyperparameters({"dataset": "digits"})), steps=50)


def test_settings_of_a_taught_run_cannot_be_submitted_without_the_drawings(store: RunStore, parent: Run):
    jobs = idle(store)
    run = teach(jobs, IMAGES, LABELS, parent, steps=50).run
    with pytest.raises(InvalidValue, match="submitted with the parent's weights and the drawings"):
        jobs.submit(with_changes(run.hyperparameters, seed=1))
