"""Data sets are found, checked and split, and uploads are kept."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from lstm_core.data import datasets, mnist_files
from lstm_core.data.info import DATASETS, Dataset, Split
from lstm_core.data.mnist_mirrors import Mirror
from lstm_core.data.usual_places import usual_places
from lstm_core.errors import DataDamaged, DataMissing, StorageError
from tests.mnist_on_disk import IDX_HASHES, message_of, must_not_fetch, same, write

pytestmark = pytest.mark.usefixtures("no_named_folder")


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_has_the_shapes_its_description_promises(name: str, request: pytest.FixtureRequest) -> None:
    dataset: Dataset = request.getfixturevalue(name)
    info = DATASETS[name]
    assert dataset.info is info
    for split, size in (
        (dataset.train, info.train),
        (dataset.validation, info.validation),
        (dataset.test, info.test),
    ):
        assert len(split) == size
        assert split.images.shape == (size, info.rows, info.columns)
        assert split.images.dtype == split.labels.dtype == np.uint8
        assert set(split.labels.tolist()) == set(range(info.classes))
        assert (split.images.min(), split.images.max()) == (0, 255)


@pytest.mark.parametrize("name", DATASETS)
def test_arrays_cannot_be_changed_by_accident(name: str, request: pytest.FixtureRequest) -> None:
    split: Split = request.getfixturevalue(name).train
    with pytest.raises(ValueError, match="read-only"):
        split.images[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        split.labels[0] = 0


def test_the_contents_of_mnist_are_those_published(idx_files: dict[str, bytes]) -> None:
    assert {name: hashlib.sha256(content).hexdigest() for name, content in idx_files.items()} == IDX_HASHES


def test_validation_is_the_first_5000_images_as_in_the_tensorflow_tutorials(mnist: Dataset) -> None:
    assert mnist.validation.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.train.labels[:5].tolist() == [7, 3, 4, 6, 1]
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_the_uci_digits_are_split_in_file_order_and_scaled_to_bytes(digits: Dataset) -> None:
    from sklearn.datasets import load_digits

    features, labels = load_digits(return_X_y=True)
    joined = np.concatenate([s.images for s in (digits.train, digits.validation, digits.test)])
    expected = [[round(v * 255 / 16) for v in image] for image in features.tolist()]
    assert joined.reshape(1797, 64).tolist() == expected
    assert (
        np.concatenate([digits.train.labels, digits.validation.labels, digits.test.labels]).tolist()
        == labels.tolist()
    )


def test_an_unknown_dataset_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"no data set 'emnist' among your own \(none yet\)"):
        datasets.load("emnist", root=tmp_path)
    assert not datasets.available("emnist", root=tmp_path)


@pytest.mark.parametrize("place", ["torchvision", "keras"])
def test_mnist_is_found_where_other_libraries_put_it(
    mnist: Dataset,
    idx_files: dict[str, bytes],
    archive: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    monkeypatch.setattr(datasets, "usual_places", lambda: usual_places(tmp_path, tmp_path))
    monkeypatch.delenv("KERAS_HOME", raising=False)
    cache = tmp_path / "cache"
    assert not datasets.available("mnist", cache=cache)
    if place == "keras":
        (tmp_path / ".keras").mkdir()
        write(tmp_path / ".keras" / "datasets", {"mnist.npz": archive})
    else:
        (tmp_path / "data" / "MNIST").mkdir(parents=True)
        write(tmp_path / "data" / "MNIST" / "raw", idx_files)
    assert datasets.available("mnist", cache=cache)
    assert same(datasets.load("mnist", cache=cache, fetch=must_not_fetch), mnist)


def test_mnist_is_found_below_a_named_folder_that_torchvision_used(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "MNIST").mkdir()
    write(tmp_path / "MNIST" / "raw", idx_files)
    assert datasets.available("mnist", folder=tmp_path, cache=tmp_path / "cache")
    found = datasets.load("mnist", folder=tmp_path, cache=tmp_path / "cache", fetch=must_not_fetch)
    assert same(found, mnist)


def test_the_folder_is_named_by_an_environment_variable(
    mnist: Dataset, archive: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "data", {"mnist.npz": archive})
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(folder))
    assert datasets.available("mnist")
    assert same(datasets.load("mnist", fetch=must_not_fetch), mnist)


def test_the_named_folder_comes_before_the_cache(mnist: Dataset, archive: bytes, tmp_path: Path) -> None:
    folder = write(tmp_path / "data", {"mnist.npz": archive})
    cache = write(tmp_path / "cache", {"mnist.npz": b"damaged, but not looked at"})
    assert same(datasets.load("mnist", folder=folder, cache=cache), mnist)
    assert [path.name for path in cache.iterdir()] == ["mnist.npz"]


def test_a_damaged_file_is_passed_over_and_left_where_the_user_put_it(
    mnist: Dataset, archive: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write(tmp_path / "data", {"mnist.npz": archive[:-1000]})
    cache = write(tmp_path / "cache", {"mnist.npz": archive})
    found = datasets.load("mnist", folder=folder, cache=cache)
    assert same(found, mnist)
    (note,) = found.notes
    assert note.startswith(f"{folder / 'mnist.npz'} is damaged: its archive is cut short")
    assert note in caplog.text
    assert (folder / "mnist.npz").read_bytes() == archive[:-1000]


def test_good_idx_files_beside_a_damaged_archive_are_used(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    folder = write(tmp_path / "data", {"mnist.npz": b"PK no archive", **idx_files})
    found = datasets.load("mnist", folder=folder, cache=tmp_path / "cache")
    assert same(found, mnist)
    assert len(found.notes) == 1


def test_a_damaged_file_in_the_cache_stays_where_it_is(tmp_path: Path) -> None:
    cache = write(tmp_path / "cache", {"mnist.npz": b"damaged", "train-labels-idx1-ubyte": b"too"})
    for _ in range(2):
        assert "mnist.npz is not MNIST" in message_of(None, cache)
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == {
        "mnist.npz": b"damaged",
        "train-labels-idx1-ubyte": b"too",
    }


@pytest.mark.slow
def test_a_damaged_archive_in_the_cache_gives_way_to_a_download_that_was_verified(
    mnist: Dataset, archive: bytes, tmp_path: Path
) -> None:
    cache = write(tmp_path / "cache", {"mnist.npz": b"damaged"})
    mirror = Mirror("https://mirror/", ("mnist.npz",), len(archive))
    with pytest.raises(DataMissing):
        datasets.load("mnist", cache=cache, mirrors=[mirror], fetch=lambda _: iter([archive[:-9]]))
    assert (cache / "mnist.npz").read_bytes() == b"damaged"
    found = datasets.load("mnist", cache=cache, mirrors=[mirror], fetch=lambda _: iter([archive]))
    assert same(found, mnist)
    assert "mnist.npz is not MNIST" in found.notes[0]
    assert same(datasets.load("mnist", cache=cache, download=False), mnist)


def test_files_under_each_others_names_count_by_what_they_hold(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    names = list(idx_files)
    swapped = dict(zip(names, (idx_files[name] for name in reversed(names)), strict=True))
    folder = write(tmp_path / "data", swapped)
    found = datasets.load("mnist", folder=folder, cache=tmp_path / "cache", download=False)
    assert same(found, mnist)
    assert found.notes == ()


def test_a_named_folder_of_nobody_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(datasets.DATA_VARIABLE, "~nobody-of-this-name/data")
    with pytest.raises(DataMissing, match="there is no such folder"):
        datasets.load("mnist", cache=tmp_path, download=False)


def test_an_uploaded_archive_is_kept_in_the_cache_and_loads(
    mnist: Dataset, archive: bytes, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    datasets.import_files({"../../mnist (1).npz": archive}, cache=cache)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [
        "cache/mnist.npz"
    ]
    assert datasets.available("mnist", cache=cache)
    assert same(datasets.load("mnist", cache=cache, fetch=must_not_fetch), mnist)


def test_uploaded_idx_files_are_told_apart_by_content_not_by_name(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    contents = [gzip.compress(c, 1) if n.startswith("t10k") else c for n, c in idx_files.items()]
    datasets.import_files({f"file {i}": c for i, c in enumerate(reversed(contents))}, cache=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mnist.npz"]
    assert same(datasets.load("mnist", cache=tmp_path, fetch=must_not_fetch), mnist)


def test_an_incomplete_upload_says_what_is_missing_and_keeps_nothing(
    idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    some = {name: content for name, content in idx_files.items() if "labels" in name}
    with pytest.raises(DataMissing, match=r"missing: train-images-idx3-ubyte, t10k-images-idx3-ubyte\."):
        datasets.import_files(some, cache=tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_upload_is_bounded_in_bytes(tmp_path: Path) -> None:
    half = bytes(mnist_files.MAX_IMPORT_BYTES // 2 + 1)
    with pytest.raises(DataDamaged, match="MNIST does not"):
        datasets.import_files({"a": half, "b": half}, cache=tmp_path)


def test_a_rejected_upload_names_the_file_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(DataDamaged, match=r"^cat\.png is not MNIST: "):
        datasets.import_files({"../../etc/cat.png": b"\x89PNG"}, cache=tmp_path)


def test_a_cache_that_cannot_be_written_is_said(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be made: Not a directory"):
        datasets.import_files({"mnist.npz": archive}, cache=tmp_path / "file" / "cache")


def test_without_network_and_files_the_message_says_what_to_do(tmp_path: Path) -> None:
    message = message_of(tmp_path / "nowhere", tmp_path / "cache")
    assert message.startswith(
        "MNIST was not found on this machine, and the network was not reachable.\n\n"
        "Looked for mnist.npz, or train-images-idx3-ubyte, train-labels-idx1-ubyte, "
        "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (with or without .gz):\n\n"
        f"- {tmp_path / 'nowhere'}: there is no such folder\n"
        f"- {tmp_path / 'cache'} (cache folder): there is no such folder\n"
        "- https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz: the network was not reac"
    )
    assert "set ROW_BY_ROW_DATA to a folder with mnist.npz or the four IDX files, or upload" in message
    assert "`digits` is built in and works without any file" in message
    assert f"- {datasets.DATA_VARIABLE} is not set\n" in message_of(None, tmp_path)


def test_downloading_can_be_forbidden(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="nothing was downloaded"):
        datasets.load("mnist", cache=tmp_path, download=False, fetch=must_not_fetch)


def test_available_is_false_without_all_files(tmp_path: Path) -> None:
    names = list(IDX_HASHES)
    folder = write(tmp_path / "data", dict.fromkeys(names[:3], b""))
    assert not datasets.available("mnist", folder=folder, cache=tmp_path / "cache")
    write(folder, {names[3] + ".gz": b""})
    assert datasets.available("mnist", folder=folder, cache=tmp_path / "cache")
    assert datasets.available("digits")


def test_the_cache_is_below_the_users_home_folder() -> None:
    assert datasets.cache_folder().is_relative_to(Path.home())
    assert "row-by-row" in datasets.cache_folder().parts
