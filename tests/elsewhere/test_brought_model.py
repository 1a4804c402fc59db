"""A model from elsewhere becomes a run like any other, except that nothing is known of its training."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from lstm_core.elsewhere.brought_model import bring_in, name_from_file
from lstm_core.elsewhere.network import settings_of
from lstm_core.errors import InvalidValue, ModelRejected, RunError
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.run_key import run_key
from tests.networks import random_weights, same_weights

WEIGHTS = random_weights((6, 5))


def content(weights: LstmWeights = WEIGHTS) -> bytes:
    """As `model.get_weights()` gives them."""
    file = io.BytesIO()
    np.savez(file, *(array for array in weights.arrays().values()))
    return file.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path, clock=lambda: 1_700_000_000.0)


def test_it_is_a_finished_run_with_its_weights_and_says_where_it_comes_from(store: RunStore):
    brought = bring_in(store, content(), "/home/somebody/my_digits.npz")
    run = brought.run
    assert (run.name, run.status.state, run.status.step) == ("my digits", "finished", 0)
    assert same_weights(run.weights(), WEIGHTS)
    origin = run.identity.origin
    assert origin is not None
    assert (origin.file, origin.form, origin.reads) == ("my_digits.npz", "npz", "8 × 8 pixels, 10 classes")
    assert origin.notes == brought.notes != ()
    assert not brought.known
    (summary,) = store.summaries()
    assert summary.id == run.id and summary.weights_version and not summary.problem
    assert summary.identity and summary.identity.origin == origin
    assert (RunStore(store.root).summary(run.id).identity or summary.identity).origin == origin


def test_the_same_network_is_kept_once(store: RunStore):
    first = bring_in(store, content(), "a.npz")
    again = bring_in(store, content(), "b.npz", "Another name")
    assert again.run.id == first.run.id
    assert again.known == "This network was brought in before; this is that run."
    other = bring_in(store, content(random_weights((6, 5), seed=1)), "a.npz")
    named = bring_in(store, content(), "a.npz", classes=list("ABCDEFGHIJ"))
    assert len({first.run.id, other.run.id, named.run.id}) == 3


def test_it_answers_for_no_training(store: RunStore):
    bring_in(store, content(), "a.npz")
    assert store.find(run_key(settings_of(WEIGHTS, every_row=True))) is None


def test_there_is_no_training_to_go_on_with_and_no_card(store: RunStore):
    started: list[Path] = []
    jobs = Jobs(store, started.append)
    run = bring_in(store, content(), "a.npz").run
    with pytest.raises(RunError, match=r"was brought in from a\.npz: there is no training to go on with"):
        jobs.resume(run, 10)
    with pytest.raises(RunError, match=r"was brought in from a\.npz: how it was trained is not known"):
        card_of(run)
    assert run.status.state == "finished" and not started


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("my_model.keras", "my model"),
        ("C:\\models\\Best Net.H5", "Best Net"),
        ("../../etc/passwd", "passwd"),
        ("\u202egnp.keras", "gnp"),
        (".keras", "A model from elsewhere"),
        ("x" * 200 + ".npz", "x" * 80),
    ],
)
def test_a_run_is_called_as_its_file(file_name: str, name: str):
    assert name_from_file(file_name) == name


def test_names_that_are_given_are_checked(store: RunStore):
    with pytest.raises(InvalidValue, match="`name` must be 1 to 80 characters long"):
        bring_in(store, content(), "a.npz", "x" * 81)
    with pytest.raises(
        InvalidValue, match="`classes` must be 10 names, one for each output of the model; got 'A, B'"
    ):
        bring_in(store, content(), "a.npz", classes=["A", "B"])
    with pytest.raises(InvalidValue, match="`classes` must be names of which no two are alike"):
        bring_in(store, content(), "a.npz", classes=["A"] * 10)
    with pytest.raises(InvalidValue, match="`classes` must be names of 1 to 40 characters"):
        bring_in(store, content(), "a.npz", classes=["A\u202e", *"BCDEFGHIJ"])
    assert not store.summaries()


def test_what_is_refused_leaves_nothing_behind(store: RunStore):
    with pytest.raises(ModelRejected):
        bring_in(store, b"no model", "a.keras")
    assert not store.summaries()
    assert not store.root.exists() or not list(store.root.rglob("*.json"))


def test_names_of_classes_are_kept(store: RunStore):
    run = bring_in(store, content(), "a.npz", "Letters", [" A ", *"BCDEFGHIJ"]).run
    origin = Run(run.folder).identity.origin
    assert origin and origin.class_names == tuple("ABCDEFGHIJ")
    assert run.weights().class_names == tuple("ABCDEFGHIJ")
