"""What people bring, in every format, read as images with labels."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.data.own.bring import from_paths, from_uploads
from lstm_core.data.own.look import look_at
from lstm_core.errors import DataRefused
from tests.data.own import letters as made

IMAGES = made.letters()
LABELS = made.labels_of(IMAGES)
NUMBERS = np.array([made.NAMES.index(label) for label in LABELS], np.uint8)


def read(tmp_path: Path, files: dict[str, bytes], test: tuple[str, ...] = ()) -> dict[str, Any]:
    """By part, the images as they come out of a look, and their labels."""
    made.write(tmp_path, files)
    given = [tmp_path / name for name in dict.fromkeys(name.partition("/")[0] for name in files)]
    found = from_paths([path for path in given if path.name not in test], [tmp_path / name for name in test])
    look = look_at(found, transposed="no")
    parts = np.array(look.parts)
    return {
        part: (look.images[parts == part], [look.class_names[at] for at in look.labels[parts == part]])
        for part in sorted(set(look.parts))
    }


def assert_same(found: tuple[Any, list[str]], images: Any = IMAGES, labels: list[str] | None = None) -> None:
    assert found[1] == (LABELS if labels is None else labels)
    assert np.array_equal(found[0], images)


def in_order(found: tuple[Any, list[str]]) -> tuple[Any, list[str]]:
    """By the last bright pixel, which counts the images that `letters` makes."""
    order = np.argsort([image[image > 0].min() for image in found[0]], kind="stable")
    return found[0][order], [found[1][at] for at in order]


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_of_class_folders_or_a_zip_of_it(tmp_path: Path, packed: bool):
    files = made.pictures(IMAGES, LABELS, "mine/")
    files |= {"mine/.DS_Store": b"x", "mine/README.txt": b"about"}
    found = read(tmp_path, {"mine.zip": made.zipped(files)} if packed else files)
    assert list(found) == [""]
    assert_same(in_order(found[""]))


def test_folders_named_train_and_test_say_what_their_images_are_for(tmp_path: Path):
    files = made.pictures(IMAGES[:24], LABELS[:24], "mine/train/")
    files |= made.pictures(IMAGES[24:], LABELS[24:], "mine/test/")
    found = read(tmp_path, files)
    assert_same(in_order(found["train"]), IMAGES[:24], LABELS[:24])
    assert_same(in_order(found["test"]), IMAGES[24:], LABELS[24:])


def test_pictures_of_several_sizes_are_read_as_drawings(tmp_path: Path):
    scaled = zip((6, 9), IMAGES[:2], strict=True)
    large = [np.kron(255 - image, np.ones((size, size), np.uint8)) for size, image in scaled]
    files = {"m/I/1.png": made.png(large[0]), "m/O/1.png": made.png(large[1])}
    (_, (images, labels)) = next(iter(read(tmp_path, files).items()))
    assert labels == ["I", "O"]
    assert images.shape == (2, 28, 28)
    assert images[0][5:23, 14:15].min() > 128  # the I fills the box of 20 rows in the middle
    assert images[1][14, 12:16].max() == 0


@pytest.mark.parametrize(
    "header",
    ["", "label," + ",".join(f"pixel{at}" for at in range(784))],
)
@pytest.mark.parametrize("name", ["letters.csv", "letters.csv.gz", "letters.zip"])
def test_a_table_with_or_without_a_header(tmp_path: Path, header: str, name: str):
    content = made.csv(IMAGES, LABELS, header)
    if name.endswith(".gz"):
        content = gzip.compress(content)
    if name.endswith(".zip"):
        content = made.zipped({"letters.csv": content})
    assert_same(read(tmp_path, {name: content})[""])


def test_a_table_of_images_that_are_no_squares_says_rows_and_columns_in_its_header(tmp_path: Path):
    images = made.letters(rows=20, columns=12)
    header = "label," + ",".join(f"{row}x{column}" for row in range(1, 21) for column in range(1, 13))
    assert_same(read(tmp_path, {"a.csv": made.csv(images, LABELS, header)})[""], images)


def test_a_table_may_have_its_label_last_or_under_another_name_and_an_index(tmp_path: Path):
    rows = [
        [str(at), *map(str, image.ravel().tolist()), label]
        for at, (image, label) in enumerate(zip(IMAGES, LABELS, strict=True))
    ]
    header = [",".join(["", *(f"p{at}" for at in range(784)), "Class"])]
    with_index = "\n".join(header + [",".join(row) for row in rows])
    assert_same(read(tmp_path / "1", {"a.csv": with_index.encode()})[""])
    label_last = "\n".join(";".join(row[1:]) for row in rows)
    assert_same(read(tmp_path / "2", {"a.csv": label_last.encode()})[""])


NPZ: dict[str, dict[str, Any]] = {
    "keras": {"x_train": IMAGES[:24], "y_train": NUMBERS[:24], "x_test": IMAGES[24:], "y_test": NUMBERS[24:]},
    "long names": {
        "training_images": IMAGES[:24, :, :, None],
        "training_labels": np.eye(3)[NUMBERS[:24]],
        "test_images": IMAGES[24:, :, :, None],
        "test_labels": np.eye(3)[NUMBERS[24:]],
    },
    "floats, flat": {
        "train_images": IMAGES[:24].reshape(24, 784) / 255,
        "train_labels": NUMBERS[:24, None].astype(float),
        "test_images": IMAGES[24:].reshape(12, 784) / 255,
        "test_labels": NUMBERS[24:, None].astype(float),
    },
}


@pytest.mark.parametrize("kind", NPZ)
def test_arrays_under_the_names_that_people_use(tmp_path: Path, kind: str):
    found = read(tmp_path, {"mine.npz": made.npz(**NPZ[kind])})
    for part, of in (("train", slice(24)), ("test", slice(24, None))):
        assert_same(found[part], IMAGES[of], [str(number) for number in NUMBERS[of]])


def test_arrays_of_text_labels_and_arrays_in_files_of_their_own(tmp_path: Path):
    assert_same(read(tmp_path / "1", {"a.npz": made.npz(x=IMAGES, y=np.array(LABELS))})[""])
    files = {
        "kmnist-train-imgs.npz": made.npz(arr_0=IMAGES),
        "kmnist-train-labels.npz": made.npz(arr_0=NUMBERS),
        "kmnist-test-imgs.npz": made.npz(arr_0=IMAGES[::-1][:9]),
        "kmnist-test-labels.npz": made.npz(arr_0=NUMBERS[::-1][:9]),
    }
    found = read(tmp_path / "2", files)
    assert_same(found["test"], IMAGES[::-1][:9], [str(number) for number in NUMBERS[::-1][:9]])
    # What is tested with is not learnt from.
    assert_same(found["train"], IMAGES[:-9], [str(number) for number in NUMBERS[:-9]])


def test_the_four_idx_files_packed_or_not_and_swapped(tmp_path: Path):
    files = {
        # Images and labels have each other's names; what they hold tells.
        "train-labels-idx1-ubyte": made.idx(IMAGES[:24]),
        "train-images-idx3-ubyte": made.idx(NUMBERS[:24]),
        "t10k-images-idx3-ubyte.gz": gzip.compress(made.idx(IMAGES[24:])),
        "t10k-labels.idx1-ubyte.gz": gzip.compress(made.idx(NUMBERS[24:])),
    }
    found = read(tmp_path, files)
    assert_same(found["train"], IMAGES[:24], [str(number) for number in NUMBERS[:24]])
    assert_same(found["test"], IMAGES[24:], [str(number) for number in NUMBERS[24:]])


def test_a_test_file_of_another_format_is_for_testing_whatever_its_name(tmp_path: Path):
    files = {
        "all.npz": made.npz(x=IMAGES[:24], y=NUMBERS[:24]),
        "more.csv": made.csv(IMAGES[24:], list("012" * 4)),
    }
    found = read(tmp_path, files, test=("more.csv",))
    assert_same(found["test"], IMAGES[24:], list("012" * 4))
    assert len(found[""][0]) == 24


def test_emnist_is_put_upright_and_its_numbers_are_letters(tmp_path: Path):
    images = np.concatenate([made.letters(24), made.letters(2, seed=1)])
    numbers = np.array([made.NAMES.index(label) for label in made.labels_of(images)])
    as_emnist = np.array([9, 15, 20])[numbers].astype(np.uint8)
    as_emnist[:26] = np.arange(1, 27)  # one of each letter, whatever it looks like
    files = {
        "emnist-letters-train-images-idx3-ubyte.gz": gzip.compress(
            made.idx(images.transpose(0, 2, 1).copy())
        ),
        "emnist-letters-train-labels-idx1-ubyte.gz": gzip.compress(made.idx(as_emnist)),
    }
    made.write(tmp_path, files)
    look = look_at(from_paths(sorted(tmp_path.iterdir())))
    assert look.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert look.transposed
    assert np.array_equal(look.images, images)
    mapping = "\n".join(f"{number} {ord('a') + number - 1}" for number in range(1, 27))
    made.write(tmp_path, {"emnist-letters-mapping.txt": mapping.encode()})
    assert look_at(from_paths(sorted(tmp_path.iterdir()))).class_names[:3] == ("a", "b", "c")


def test_pen_strokes_are_drawn_as_the_draw_page_would_and_writers_are_known(tmp_path: Path):
    made.write(tmp_path, {"pen.jsonl": made.strokes()})
    (found,) = from_paths([tmp_path / "pen.jsonl"])
    assert found.labels[:4] == ["V", "L", "V", "L"]
    assert set(found.writers) == {"w0", "w1", "w2", "w3"}
    assert found.images.shape == (16, 28, 28)
    for letter, image in zip(found.labels, found.images, strict=True):
        inked = np.argwhere(image > 64)
        assert np.ptp(inked[:, 0]) >= 17  # in a box of 20 rows
        bottom = np.flatnonzero(image[inked[:, 0].max() - 1] > 64)
        assert (np.ptp(bottom) > 8) == (letter == "L")


def test_uploads_are_read_like_files():
    (found,) = from_uploads([("C:\\Users\\me\\letters.csv", made.csv(IMAGES, LABELS))])
    assert found.source == "letters.csv"
    assert found.labels == LABELS
    assert np.array_equal(found.images, IMAGES)
    train, test = from_uploads(
        [("a.npz", made.npz(x=IMAGES, y=NUMBERS))], [("b.npz", made.npz(x=IMAGES[:6], y=NUMBERS[:6]))]
    )
    assert (train.part, test.part) == ("", "test")


WRONG = {
    "empty.csv": (b"", "empty.csv is empty"),
    "header.csv": (b"label," + b",".join(b"p%d" % n for n in range(16)), "a header but no images"),
    "words.csv": (b"one two three", "no table of pixels: line 1 has 1 values"),
    "short.csv": (
        made.csv(IMAGES[:2], LABELS[:2]) + b"I,1,2,3\n",
        "line 3 has 4 values; the first line has 785",
    ),
    "text.csv": (
        made.csv(IMAGES[:2], LABELS[:2]).replace(b",0\n", b",dark\n"),
        "line 1, column 785 must be a number, the brightness of a pixel; got 'dark'",
    ),
    "infinite.csv": (
        made.csv(IMAGES[:2], LABELS[:2]).replace(b",0\n", b",inf\n"),
        "column 785 must be a number",
    ),
    "odd.csv": (b"a," + b",".join([b"0"] * 50), "50 pixels in a line beside the label, which is no square"),
    "wide.csv": (b"a," + b",".join([b"0"] * 150**2), "150 rows and 150 columns; both must be 4 to 128"),
    "lines.jsonl": (b'{"label": 1}\n', "line 1 must be an object with `label` and `strokes`"),
    "json.jsonl": (b'{"label": 1,\n', "line 1 is no JSON"),
    "points.jsonl": (
        b'{"label": 1, "strokes": [[[0, "a"]]]}\n',
        "line 1: `strokes` must be a list of strokes",
    ),
    "label.jsonl": (b'{"label": [], "strokes": []}\n', "`label` must be a text or a number; got '[]'"),
    "blank.jsonl": (b'{"label": 1, "strokes": []}\n', "holds no drawings"),
    "images.idx": (made.idx(IMAGES)[:-5], "is cut short: its header says 36 × 28 × 28 numbers"),
    "long.idx": (made.idx(NUMBERS) + b"123", "is longer than it says: its header says 36 numbers"),
    "lonely.idx": (
        made.idx(IMAGES),
        "36 images, and no labels for as many were found (arrays of labels: none)",
    ),
    "labels.idx": (made.idx(NUMBERS), "No array of images (number, rows, columns) was found"),
    "cut.npz": (made.npz(x=IMAGES, y=NUMBERS)[:-40], "cut.npz is cut short or broken"),
    "objects.npz": (made.npz(x=np.array([{}, None])), "holds Python objects (a pickle)"),
    "small.npz": (made.npz(x=IMAGES[:, :3], y=NUMBERS), "3 rows and 28 columns; both must be 4 to 128"),
    "fewer.npz": (made.npz(x=IMAGES, y=NUMBERS[:7]), "36 images, and no labels for as many were found"),
    "data.pkl": (b"\x80\x04\x95 numbers", "is a Python pickle, which can run programs"),
    "old.pickle": (b"(lp0\nI1\na.", "is a Python pickle"),
    "letters.mat": (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "is a MATLAB file (.mat)"),
    "letters.h5": (b"\x89HDF\r\n\x1a\nmore", "is an HDF5 file"),
    "letters.tar": (b"x" * 257 + b"ustar", "is a tar archive"),
    "letters.tar.gz": (gzip.compress(b"x" * 257 + b"ustar"), "is a tar archive"),
    "page.csv": (b"<!doctype html><html>", "is a web page; the download may have gone wrong"),
    "table.xlsx": (made.zipped({"[Content_Types].xml": b"x"}), "is a document of Microsoft Office"),
    "net.pt": (made.zipped({"net/data.pkl": b"x"}), "is a file of PyTorch, which holds a Python pickle"),
    "nothing.zip": (made.zipped({"a/b.md": b"x"}), "There are no images in it (only "),
    "flat.zip": (
        made.zipped({"1.png": made.png(IMAGES[0])}),
        "lies in no folder that is named after a class",
    ),
    "nested.zip": (
        made.zipped({"a/b.zip": made.zipped({"c": b"d"})}),
        "is an archive inside of what was brought",
    ),
    "torn.zip": (
        made.zipped({"I/1.png": made.png(IMAGES[0])[:60], "O/1.png": made.png(IMAGES[1])}),
        "I/1.png",
    ),
    "cut.gz": (gzip.compress(made.csv(IMAGES, LABELS))[:-30], "cut.gz is cut short or broken"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read_is_named_with_what_is_wrong(tmp_path: Path, name: str):
    content, said = WRONG[name]
    made.write(tmp_path, {name: content})
    with pytest.raises(DataRefused) as refused:
        look_at(from_paths([tmp_path / name]))
    assert name in str(refused.value) or name == "nothing.zip"
    assert said in str(refused.value)
    assert "damaged" not in str(refused.value)
    assert str(refused.value).endswith((".", ")"))


def test_what_is_not_there_or_is_no_file_is_named(tmp_path: Path):
    with pytest.raises(DataRefused, match="nowhere is not there"):
        from_paths([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataRefused, match="There are no files in it"):
        from_paths([tmp_path / "empty"])


def test_links_in_a_folder_are_not_followed(tmp_path: Path):
    secret = made.write(tmp_path / "else", {"secret.png": made.png(IMAGES[0])}) / "secret.png"
    folder = made.write(tmp_path, made.pictures(IMAGES[:6], LABELS[:6], "mine/")) / "mine"
    (folder / "I" / "link.png").symlink_to(secret)
    (folder / "X").symlink_to(secret.parent)
    (found,) = from_paths([folder])
    assert len(found.labels) == 6
    assert set(found.labels) == {"I", "O", "T"}


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lstm_core.data.own.sources.MAX_FILE_BYTES", 2**20)
    made.write(
        tmp_path, {"bomb.gz": gzip.compress(bytes(2**25)), "bomb.zip": made.zipped({"a.csv": bytes(2**25)})}
    )
    with pytest.raises(DataRefused, match="unpacks to more than 1,048,576 bytes"):
        from_paths([tmp_path / "bomb.gz"])
    with pytest.raises(DataRefused, match="unpacks to 33,554,432 bytes; at most 1,048,576 are"):
        from_paths([tmp_path / "bomb.zip"])
