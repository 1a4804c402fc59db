"""Going on from another network with other settings: what is queued, and what is refused."""

from __future__ import annotations

import pytest

from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.runs.card_of_run import train_command
from lstm_core.runs.further import go_on
from lstm_core.runs.parent import Parent
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import load_material, teaching_of
from lstm_core.settings.fine_tuning import FineTuning
from lstm_core.settings.validation import with_changes
from lstm_core.teaching.parent import parent_of
from tests.networks import same_weights
from tests.teaching.lessons import SETTINGS, finished_parent, idle

CHANGES = {"steps": "50", "augmentation": "affine"}


@pytest.fixture
def parent(store: RunStore) -> Run:
    return finished_parent(store)


def test_a_run_is_queued_with_the_parents_settings_but_for_the_changes(store: RunStore, parent: Run):
    run = go_on(idle(store), CHANGES, Parent.of(parent)).run
    settings = run.hyperparameters
    assert settings.fine_tuning == FineTuning(parent=parent.weights().fingerprint)
    assert not settings.fine_tuning.teaches and settings.fine_tuning.with_data_set
    plain = settings.model_copy(update={"fine_tuning": None})
    assert plain == with_changes(SETTINGS, steps=50, augmentation="affine")
    found = load_material(run)
    assert same_weights(found.parent, parent.weights())
    assert found.images.shape == (0, 8, 8)
    assert found.fingerprint == ""
    teaching = teaching_of(run)
    assert teaching is not None
    assert (teaching.parent, teaching.drawings, teaching.changes) == (parent.id, 0, CHANGES)
    assert run.name == "digits net, further"
    command = f"python -m lstm_core finetune --run {parent.id} --set augmentation=affine --set steps=50"
    assert train_command(run) == command


def test_the_network_that_ships_goes_on_where_no_run_is_named(store: RunStore):
    run = go_on(idle(store), {"steps": 10}, parent_of(None), name="Mine").run
    assert load_material(run).parent.fingerprint == shipped_weights().fingerprint
    assert run.name == "Mine"
    assert train_command(run) == "python -m lstm_core finetune --set steps=10"


def test_the_same_way_on_is_gone_once(store: RunStore, parent: Run):
    jobs = idle(store)
    first = go_on(jobs, CHANGES, Parent.of(parent)).run
    assert go_on(jobs, CHANGES, Parent.of(parent)).run == first
    assert go_on(jobs, {**CHANGES, "seed": "1"}, Parent.of(parent)).run != first
    assert go_on(jobs, CHANGES, Parent.of(finished_parent(store, seed=9))).run != first
    assert jobs.submit(with_changes(SETTINGS, **CHANGES)).run != first


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "at least one setting"),
        ({"units": "5"}, "`units` must be 4, as in digits net; got '5'"),
        ({"cell": "gru"}, "`cell` must be lstm, as in digits net"),
        ({"layer_weights": "shared"}, "`layer_weights` must be separate"),
        ({"dataset": "mnist"}, "`dataset` must be of 8 × 8 images, which digits net reads; got 'mnist'"),
        ({"initializer": "csv", "initial_kernel": 64 * "0"}, "`initializer` must be another than csv"),
        ({"steps": "0"}, "`steps` must be"),
        ({"stpes": "9"}, "stpes"),
    ],
)
def test_what_its_weights_do_not_fit_is_refused(
    store: RunStore, parent: Run, changes: dict[str, str], said: str
):
    with pytest.raises(InvalidValue, match=said):
        go_on(idle(store), changes, Parent.of(parent))
    assert len(store.list()) == 1


def test_a_parent_without_weights_is_refused(store: RunStore):
    with pytest.raises(WeightsError):
        parent_of(store.create(SETTINGS))


@pytest.mark.parametrize("wrong", [{"share": 0.5}, {"drawings": 64 * "0"}])
def test_a_share_and_drawings_go_together(wrong: dict[str, object]):
    with pytest.raises(ValueError, match="share of drawings"):
        FineTuning(parent=64 * "0", **wrong)
