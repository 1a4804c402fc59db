"""Drawings that are read for a network, of its size and with its classes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_core.errors import DataRefused, InvalidValue
from lstm_core.teaching.drawings import labels_of, read_drawings
from tests.data.own import letters as made
from tests.networks import random_weights

DIGITS = random_weights((4,), rows=8, columns=8)
LETTERS = replace(random_weights((4,), rows=28, columns=28, classes=3), class_names=("I", "O", "T"))


def test_strokes_become_images_of_the_size_that_the_network_reads(tmp_path: Path):
    line = json.dumps({"label": 7, "strokes": [[[0, 0], [1, 0], [0.4, 1]]]})
    (tmp_path / "hand.jsonl").write_text(f"{line}\n")
    found = read_drawings(tmp_path / "hand.jsonl", DIGITS)
    assert found.images.shape == (1, 8, 8)
    assert found.images.dtype == np.uint8
    assert found.images.max() == 255
    assert found.labels.tolist() == [7]
    large = read_drawings(tmp_path / "hand.jsonl", random_weights((4,), rows=28, columns=28))
    assert large.images.shape == (1, 28, 28)


def test_labels_are_the_places_of_names_among_the_classes(tmp_path: Path):
    (tmp_path / "hand.jsonl").write_bytes(made.strokes(2))
    network = replace(LETTERS, class_names=("A", "L", "V"))
    found = read_drawings(tmp_path / "hand.jsonl", network)
    assert found.labels.tolist() == [2, 1, 2, 1]
    assert labels_of(["T", "I"], LETTERS).tolist() == [2, 0]


def test_a_class_that_the_network_does_not_know_is_named(tmp_path: Path):
    (tmp_path / "hand.jsonl").write_bytes(made.strokes(2))
    with pytest.raises(InvalidValue, match=r"digits that the network knows \(0, 1, .*got 'L, V'"):
        read_drawings(tmp_path / "hand.jsonl", DIGITS)


def test_pictures_of_another_size_are_read_as_drawings(tmp_path: Path):
    images = made.letters(2)
    made.write(tmp_path / "hand", made.pictures(images, made.labels_of(images)))
    assert read_drawings(tmp_path / "hand", LETTERS).images.shape == (len(images), 28, 28)
    smaller = replace(random_weights((4,), rows=16, columns=16, classes=3), class_names=LETTERS.class_names)
    found = read_drawings(tmp_path / "hand", smaller)
    assert found.images.shape == (len(images), 16, 16)
    assert "another size" in found.notes[0]


def test_arrays_of_another_size_are_refused_with_both_sizes(tmp_path: Path):
    images = made.letters(2)
    (tmp_path / "hand.npz").write_bytes(made.npz(images=images, labels=np.array(made.labels_of(images))))
    smaller = replace(random_weights((4,), rows=16, columns=16, classes=3), class_names=LETTERS.class_names)
    with pytest.raises(DataRefused, match="28 rows and 28 columns, and the network reads 16 × 16"):
        read_drawings(tmp_path / "hand.npz", smaller)
    np.testing.assert_array_equal(read_drawings(tmp_path / "hand.npz", LETTERS).images, images)


def test_dark_ink_on_light_paper_is_turned_over(tmp_path: Path):
    images = made.letters(2)
    labels = np.array(made.labels_of(images))
    (tmp_path / "hand.npz").write_bytes(made.npz(images=255 - images, labels=labels))
    np.testing.assert_array_equal(read_drawings(tmp_path / "hand.npz", LETTERS).images, images)
