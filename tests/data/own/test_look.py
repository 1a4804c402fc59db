"""A data set looked at before it is taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.data.own.labelled import Labelled, part_named
from lstm_core.data.own.look import look_at
from lstm_core.data.own.sheet import sheet
from lstm_core.errors import DataRefused, InvalidValue
from tests.data.own import letters as made

IMAGES = made.letters()
LABELS = made.labels_of(IMAGES)


def brought(images: Any = IMAGES, labels: Any = None, **about: Any) -> Labelled:
    labels = made.labels_of(images) if labels is None else labels
    return Labelled(images, labels, about.pop("part", ""), about.pop("source", "file"), **about)


def test_classes_are_counted_and_named_in_the_order_of_the_alphabet_or_of_numbers():
    look = look_at([brought()])
    assert look.class_names == ("I", "O", "T")
    assert look.counts() == {"I": 12, "O": 12, "T": 12}
    assert [look.class_names[at] for at in look.labels] == LABELS
    numbers = look_at([brought(labels=[["10", "9", "-1"][at % 3] for at in range(36)])])
    assert numbers.class_names == ("-1", "9", "10")


@pytest.mark.parametrize(
    "images",
    [IMAGES / 255, (IMAGES / 255).astype(np.float32) * 2 - 1, IMAGES.astype(np.uint16) * 257, IMAGES > 127],
    ids=["0 to 1", "-1 to 1", "16 bits", "truth values"],
)
def test_every_usual_range_of_values_comes_to_bytes(images: Any):
    found = look_at([brought(images)]).images
    assert found.dtype == np.uint8
    if images.dtype == bool:
        assert np.array_equal(found, (IMAGES > 127) * np.uint8(255))
    elif images.dtype == np.uint16:
        assert np.abs(found.astype(int) - IMAGES * (255 / IMAGES.max())).max() <= 1  # 16 bits: by the largest
    else:
        assert np.abs(found.astype(int) - IMAGES).max() <= 1


def test_values_from_0_to_16_come_to_bytes():
    sixteenths = (IMAGES // 16).astype(np.uint8)
    found = look_at([brought(sixteenths)]).images
    assert found[sixteenths == 15].min() == found[sixteenths == 15].max() == round(15 * 255 / 16)


def test_dark_ink_on_light_paper_is_turned_over_and_told():
    look = look_at([brought(255 - IMAGES)])
    assert look.turned_over
    assert np.array_equal(look.images, IMAGES)
    assert any("dark on light" in note for note in look.notes)
    as_it_is = look_at([brought(255 - IMAGES)], dark_on_light="no")
    assert not as_it_is.turned_over
    assert np.array_equal(as_it_is.images, 255 - IMAGES)
    assert not look_at([brought()]).turned_over


def test_characters_that_lie_on_their_side_are_put_upright_and_told():
    lying = IMAGES.transpose(0, 2, 1)
    look = look_at([brought(lying, LABELS)])
    assert look.transposed
    assert np.array_equal(look.images, IMAGES)
    assert any("lie on their side" in note for note in look.notes)
    assert not look_at([brought(lying, LABELS)], transposed="no").transposed
    assert not look_at([brought()]).transposed


def test_labels_1_to_26_of_images_that_lie_are_letters_as_in_emnist():
    images = np.concatenate([IMAGES, made.letters(9, seed=1)[:26]])
    numbers = [{"I": "9", "O": "15", "T": "20"}[label] for label in LABELS] + [str(at) for at in range(1, 27)]
    look = look_at([brought(images.transpose(0, 2, 1), numbers)])
    assert look.transposed
    assert look.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert [look.class_names[at] for at in look.labels[:3]] == ["I", "O", "T"]
    upright = look_at([brought(images, numbers)])
    assert not upright.transposed
    assert upright.class_names[:2] == ("1", "2")


def test_what_a_kind_of_file_is_known_for_is_believed_unless_the_images_say_otherwise():
    lying, unknown = IMAGES.transpose(0, 2, 1), [["a", "o", "x"][at % 3] for at in range(36)]
    assert look_at([brought(lying, unknown, transposed=True)]).transposed
    assert not look_at([brought(IMAGES, LABELS, transposed=True)]).transposed
    assert not look_at([brought(lying, unknown)]).transposed


def test_training_images_that_are_test_images_too_are_left_out_and_told():
    tested = brought(IMAGES[:6], part="test", source="test")
    look = look_at([brought(), tested])
    assert look.repeated == 6
    assert len(look.images) == 36
    assert look.parts.count("test") == 6
    assert np.array_equal(look.images[:30], IMAGES[6:])
    assert look.notes[0].startswith("6 images for training are also among the test images")


def test_what_is_odd_about_the_counts_is_told():
    images = made.letters(2)
    tested = brought(images[:3], ["I", "O", "Z"], part="test")
    notes = " ".join(look_at([brought(images[3:], ["I", "O", "T"]), tested]).notes)
    assert "There are no images to learn 'Z' from." in notes
    assert "fewer than 10 images will be learnt badly: 'I' 1, 'O' 1, 'T' 1." in notes


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([brought(labels=["I"] * 36)], "needs 2 to 100 classes; this one has 1 (I)"),
        (
            [brought(made.letters(40), [str(at) for at in range(120)])],
            "this one has 120 (0, 1, 10, 100, 101, …)",
        ),
        ([brought(labels=["I" * 41, *LABELS[1:]])], "at most 40 characters; got 'IIII"),
        ([brought(labels=["I\u202e", *LABELS[1:]])], "made of characters that can be seen"),
        ([brought(), brought(made.letters(rows=20), source="other")], "file has 28 × 28, other 20 × 28"),
        ([brought(np.where(IMAGES > 0, np.nan, 0.0))], "a pixel is no finite number"),
        ([brought(), brought(part="test")], "All images for training are test images too"),
    ],
)
def test_what_cannot_be_a_data_set_is_refused_with_the_reason(pieces: list[Labelled], said: str):
    with pytest.raises(DataRefused) as refused:
        look_at(pieces)
    assert said in str(refused.value)


def test_an_answer_that_is_none_is_refused():
    with pytest.raises(InvalidValue, match="`transposed` must be one of auto, yes, no; got 'maybe'"):
        look_at([brought()], transposed="maybe")  # type: ignore[arg-type]


def test_the_sheet_shows_a_class_a_row_dark_on_light():
    look = look_at([brought()])
    shown = sheet(look.images, look.labels, 3)
    assert shown.shape == (3 * 30 + 2, 8 * 30 + 2)
    assert np.array_equal(255 - shown[2:30, 2:30], IMAGES[0])
    assert np.array_equal(255 - shown[62:90, 2:30], IMAGES[2])


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("x_train", "train"), ("training_images", "train"), ("t10k-images-idx3-ubyte", "test"),
        ("testing", "test"), ("emnist-letters-test-labels", "test"), ("x_val", "validation"),
        ("images", ""), ("latest", ""),
    ],
)  # fmt: skip
def test_names_say_what_images_are_for(words: str, part: str):
    assert part_named(words) == part
