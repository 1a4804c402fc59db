"""How a network is taught, and how many steps fit into the time there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.runs.events import Batch, Started
from lstm_core.runs.parent import Parent
from lstm_core.runs.store import RunStore
from lstm_core.runs.usable_devices import devices_here
from lstm_core.settings.validation import with_changes
from lstm_core.teaching.recipe import FEWEST_STEPS, MOST_STEPS, fine_tuning, steps_within
from tests.networks import random_weights
from tests.teaching.lessons import SETTINGS, finished_parent, material, settings_for

LARGE = with_changes(SETTINGS, units=(256, 256), batch_size=128)


def steps(store: RunStore, seconds: float) -> int:
    found = steps_within(seconds, LARGE, store)
    assert found.evaluate_every == found.steps
    return found.steps


def test_more_time_means_more_steps_and_nearly_as_much_the_same(store: RunStore):
    assert steps(store, 8.0) == steps(store, 8.01) < steps(store, 12.0) < steps(store, 60.0)


def test_there_are_bounds(store: RunStore):
    assert steps(store, 2.0) == FEWEST_STEPS
    assert steps(store, 600.0) == MOST_STEPS
    with pytest.raises(InvalidValue, match="`seconds` must be a number from 2 to 600; got 1"):
        steps(store, 1)


def test_a_machine_that_was_measured_to_be_slow_takes_fewer(store: RunStore):
    before = steps(store, 20.0)
    run = finished_parent(store, LARGE)
    device = devices_here(store.root)[-1]
    run.append(Started(step=0, time=0.0, steps=30, device=device.title))
    for step in (1, 15, 30):
        run.append(
            Batch(step=step, time=step, loss=1, accuracy=1, learning_rate=1, steps_per_second=5 * (step > 1))
        )
    run.set_status(run.status.model_copy(update={"device": device.title}))
    assert steps(store, 20.0) < before


def test_the_network_stays_what_it_is_and_its_training_becomes_short_and_gentle():
    settings = settings_for(material())
    same = ("dataset", "units", "cell", "supervised_rows", "dropout", "augmentation", "loss")
    assert all(getattr(settings, name) == getattr(SETTINGS, name) for name in same)
    assert (settings.optimizer, settings.schedule) == ("adam", "one-cycle")
    assert settings.fine_tuning is not None
    assert 0 < settings.fine_tuning.share < 1


def test_few_pixels_are_varied_on_a_finer_grid():
    small = settings_for(material()).fine_tuning
    large = random_weights((4,), rows=28, columns=28)
    usual = settings_for(replace(material(), parent=large)).fine_tuning
    assert small is not None and usual is not None
    assert (small.augmentation, usual.augmentation) == ("finer", "handwriting")


def test_first_weights_of_a_file_are_not_asked_for_again():
    parent = with_changes(SETTINGS, initializer="csv", initial_kernel="1" * 64)
    given = material()
    settings = fine_tuning(Parent("", "parent", given.parent, parent), given)
    assert (settings.initializer, settings.initial_kernel) == ("keras", "")
