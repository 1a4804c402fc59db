"""What a tracker says of a run besides its curves."""

from __future__ import annotations

import pytest

from lstm_core.errors import RunError
from lstm_core.runs.run import Run
from lstm_core.runs.status import Origin
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import with_changes
from lstm_core.trackers.subject import subject_of
from tests.networks import random_weights
from tests.trackers.conftest import SETTINGS


def test_runs_that_differ_in_the_seed_alone_are_of_one_group(store: RunStore, run: Run):
    other_seed = subject_of(store.create(with_changes(SETTINGS, seed=8)))
    other_rate = subject_of(store.create(with_changes(SETTINGS, learning_rate=0.5)))
    assert subject_of(run).group == other_seed.group != other_rate.group


def test_settings_are_plain_values(run: Run):
    settings = subject_of(run).settings
    assert settings["units"] == "8,4"
    assert settings["seed"] == 7
    assert settings["learning_rate"] == SETTINGS.learning_rate
    assert all(isinstance(value, str | int | float | bool) for value in settings.values())


def test_a_network_that_was_trained_elsewhere_has_no_curves(store: RunStore):
    origin = Origin(file="theirs.npz", form="npz", sha256="0" * 64, rows=8, columns=8, classes=10)
    brought = store.bring_in(random_weights((8, 4)), SETTINGS, "0" * 16, origin, "Theirs")
    with pytest.raises(RunError, match=r"Theirs was brought in from theirs\.npz"):
        subject_of(brought)
