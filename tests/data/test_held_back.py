"""Drawings that are kept back, to measure with."""

from __future__ import annotations

import numpy as np

from lstm_core.data.held_back import held_back


def test_one_in_five_of_every_class_is_kept_back_and_at_least_one():
    labels = np.repeat([0, 1, 2, 3, 4], [2, 3, 9, 10, 25])
    counts = np.bincount(labels[held_back(labels)], minlength=5)
    assert counts.tolist() == [0, 1, 1, 2, 5]


def test_which_they_are_depends_on_the_seed_alone():
    labels = np.tile(np.arange(10), 12)
    chosen = held_back(labels)
    np.testing.assert_array_equal(chosen, held_back(labels))
    assert (chosen != held_back(labels, seed=1)).any()


def test_of_few_drawings_none_is_kept_back():
    assert not held_back(np.array([7, 7, 3])).any()
    assert not held_back(np.zeros(0, np.uint8)).any()
