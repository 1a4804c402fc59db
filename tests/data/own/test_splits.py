"""Training, validation and test images of a data set of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.data.own.bring import from_uploads
from lstm_core.data.own.labelled import Labelled
from lstm_core.data.own.look import Look, look_at
from lstm_core.data.own.splits import split
from lstm_core.errors import DataRefused, InvalidValue
from tests.data.own import letters as made


def looked(per_class: int = 20, **about: Any) -> Look:
    images = made.letters(per_class)
    return look_at([Labelled(images, made.labels_of(images), about.pop("part", ""), "file", **about)])


def rows(images: Any) -> set[bytes]:
    return {image.tobytes() for image in images}


def test_every_image_is_in_one_part_and_each_class_in_all_of_them():
    look = looked()
    found = split(look)
    pieces = (found.train, found.validation, found.test)
    assert [len(piece) for piece in pieces] == [45, 6, 9]
    counts = [np.bincount(piece.labels, minlength=3) for piece in pieces]
    assert np.sum(counts, axis=0).tolist() == [20, 20, 20]
    assert np.bincount(found.test.labels).tolist() == [3, 3, 3]
    assert set().union(*(rows(piece.images) for piece in pieces)) == rows(look.images)
    assert found.how.startswith(
        "15\N{NO-BREAK SPACE}% of each class are kept for the test; 10\N{NO-BREAK SPACE}% of each class"
    )


def test_the_same_seed_cuts_the_same_and_another_one_otherwise():
    look = looked()
    assert np.array_equal(split(look).test.images, split(look).test.images)
    assert not np.array_equal(split(look).test.images, split(look, seed=1).test.images)


def test_what_files_say_stays():
    images = made.letters(20)
    labels = made.labels_of(images)
    look = look_at(
        [
            Labelled(images[:30], labels[:30], "train", "a"),
            Labelled(images[30:45], labels[30:45], "validation", "b"),
            Labelled(images[45:], labels[45:], "test", "c"),
        ]
    )
    found = split(look)
    assert np.array_equal(found.train.images, images[:30])
    assert np.array_equal(found.validation.images, images[30:45])
    assert np.array_equal(found.test.images, images[45:])


def test_whole_writers_are_kept_for_validation_and_test_where_they_are_known():
    (strokes,) = from_uploads([("pen.jsonl", made.strokes(20))])
    found = split(look_at([strokes]), test_share=0.25, validation_share=0.34)
    by_image = {
        image.tobytes(): writer for image, writer in zip(strokes.images, strokes.writers, strict=True)
    }
    writers = [
        {by_image[image.tobytes()] for image in piece.images}
        for piece in (found.train, found.validation, found.test)
    ]
    assert [len(some) for some in writers] == [2, 1, 1]
    assert not writers[0] & writers[1] and not writers[1] & writers[2] and not writers[0] & writers[2]
    assert "25\N{NO-BREAK SPACE}% of the writers" in found.how


def test_shares_out_of_range_and_too_few_images_are_refused():
    with pytest.raises(InvalidValue, match=r"`test_share` must be a share above 0, at most 0.5; got 0.9"):
        split(looked(), test_share=0.9)
    images = made.letters(1)
    with pytest.raises(DataRefused, match="2 images are too few"):
        split(look_at([Labelled(images[:2], ["I", "O"], "", "file")]))
