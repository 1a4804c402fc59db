from __future__ import annotations

import contextlib
import functools
import gzip
import hashlib
import http.server
import io
import struct
import threading
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.data import datasets, mnist_files, mnist_mirrors
from lstm_core.data.info import DATASETS, Dataset, Split, examples
from lstm_core.data.mnist_mirrors import MIRRORS, Mirror
from lstm_core.errors import DataDamaged, DataMissing, InvalidValue, StorageError

IDX_HASHES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
NPZ_KEYS = dict(zip(IDX_HASHES, ("x_train", "y_train", "x_test", "y_test"), strict=True))


@pytest.fixture(autouse=True)
def no_named_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(datasets.DATA_VARIABLE, raising=False)


@pytest.fixture(scope="module")
def idx_files(mnist: Dataset) -> dict[str, bytes]:
    """The four files as LeCun published them, uncompressed, packed here without the code under test."""
    whole = {
        "train-images-idx3-ubyte": np.concatenate([mnist.validation.images, mnist.train.images]),
        "train-labels-idx1-ubyte": np.concatenate([mnist.validation.labels, mnist.train.labels]),
        "t10k-images-idx3-ubyte": mnist.test.images,
        "t10k-labels-idx1-ubyte": mnist.test.labels,
    }
    return {
        name: struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()
        for name, array in whole.items()
    }


@pytest.fixture(scope="module")
def archive(idx_files: dict[str, bytes]) -> bytes:
    """An uncompressed ``mnist.npz``."""
    return npz(arrays_of(idx_files))


def arrays_of(idx_files: dict[str, bytes]) -> dict[str, Any]:
    arrays = {}
    for name, content in idx_files.items():
        shape = struct.unpack_from(f">{content[3]}I", content, 4)
        arrays[NPZ_KEYS[name]] = np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(shape)
    return arrays


def npz(arrays: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def no_connection(address: str) -> Iterator[bytes]:
    raise ConnectionError("the network was not reachable")


def must_not_fetch(address: str) -> Iterator[bytes]:
    raise AssertionError(f"{address} was fetched")


def same(first: Dataset, second: Dataset) -> bool:
    return all(
        np.array_equal(a.images, b.images) and np.array_equal(a.labels, b.labels)
        for a, b in zip(
            (first.train, first.validation, first.test),
            (second.train, second.validation, second.test),
            strict=True,
        )
    )


def message_of(folder: Path | None, cache: Path) -> str:
    with pytest.raises(DataMissing) as caught:
        datasets.load("mnist", folder=folder, cache=cache, fetch=no_connection)
    return str(caught.value)


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


def test_the_fingerprint_of_mnist_stands_for_the_four_published_hashes() -> None:
    joined = "\n".join(IDX_HASHES.values())
    assert DATASETS["mnist"].fingerprint == hashlib.sha256(joined.encode()).hexdigest()


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


def test_changed_digits_in_scikit_learn_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    import sklearn.datasets

    changed = sklearn.datasets.load_digits()
    changed.images[5, 3, 3] += 1
    monkeypatch.setattr(sklearn.datasets, "load_digits", lambda: changed)
    with pytest.raises(DataDamaged, match="scikit-learn"):
        datasets.load("digits")


def test_pixels_are_float32_from_0_to_1(digits: Dataset) -> None:
    pixels = digits.test.pixels()
    assert pixels.dtype == np.float32
    assert pixels.shape == digits.test.images.shape
    np.testing.assert_allclose(pixels, digits.test.images.astype(float) / 255, rtol=1e-7)


def test_an_unknown_dataset_is_refused_by_name() -> None:
    for ask in (datasets.load, datasets.available):
        with pytest.raises(InvalidValue, match="one of mnist, digits; got 'emnist'"):
            ask("emnist")


def test_examples_are_the_first_of_each_class_class_by_class() -> None:
    split = Split(np.zeros((7, 2, 3), np.uint8), np.array([2, 0, 2, 0, 2, 0, 5], np.uint8))
    assert examples(split, 2) == [1, 3, 0, 2, 6]
    assert examples(split, 0) == []


def test_a_negative_number_of_examples_is_refused() -> None:
    split = Split(np.zeros((1, 2, 3), np.uint8), np.zeros(1, np.uint8))
    with pytest.raises(InvalidValue, match="per_class"):
        examples(split, -1)


@pytest.mark.parametrize(
    ("spelling", "zipped"),
    [("{}", False), ("{}.gz", True), ("dotted", False), ("dotted.gz", True), ("{}", True)],
)
def test_four_idx_files_are_read(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path, spelling: str, zipped: bool
) -> None:
    files = {}
    for name, content in idx_files.items():
        dotted = name.replace("-idx", ".idx") + spelling.removeprefix("dotted")
        used = dotted if spelling.startswith("dotted") else spelling.format(name)
        files[used] = gzip.compress(content, 1) if zipped else content
    folder = write(tmp_path / "data", files)
    assert datasets.available("mnist", folder=folder, cache=tmp_path / "cache")
    found = datasets.load("mnist", folder=folder, cache=tmp_path / "cache", fetch=must_not_fetch)
    assert same(found, mnist)
    assert found.notes == ()
    assert not (tmp_path / "cache").exists()


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


def test_a_damaged_file_in_the_cache_is_set_aside_and_never_lost(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for content in (b"first", b"second", b"third"):
        write(cache, {"mnist.npz": content})
        assert "It was set aside as mnist.npz." in message_of(None, cache)
    kept = {path.name: path.read_bytes() for path in cache.iterdir()}
    assert kept == {
        "mnist.npz.damaged": b"first",
        "mnist.npz.2.damaged": b"second",
        "mnist.npz.3.damaged": b"third",
    }


def test_one_changed_pixel_is_noticed(idx_files: dict[str, bytes], tmp_path: Path) -> None:
    arrays = arrays_of(idx_files)
    arrays["x_test"] = arrays["x_test"].copy()
    arrays["x_test"][9_999, 27, 27] ^= 1
    folder = write(tmp_path / "data", {"mnist.npz": npz(arrays)})
    assert "t10k-images is not MNIST's (its SHA-256 differs)" in message_of(folder, tmp_path / "cache")


def test_a_changed_idx_file_is_noticed_and_the_others_are_not_blamed(
    idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    labels = bytearray(idx_files["t10k-labels-idx1-ubyte"])
    labels[-1] ^= 1
    folder = write(tmp_path / "data", {**idx_files, "t10k-labels-idx1-ubyte": bytes(labels)})
    message = message_of(folder, tmp_path / "cache")
    assert message.count("is damaged") == 1
    assert "some files are there, but not t10k-labels-idx1-ubyte." in message


def header_only(*shape: int) -> bytes:
    return struct.pack(f">I{len(shape)}I", 0x800 + len(shape), *shape)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("mnist.npz", b"", "it is empty"),
        ("mnist.npz", b"<html>Please log in</html>", "it is neither an .npz archive nor one of the four"),
        ("mnist.npz", b"PK\x03\x04 cut", "its archive is cut short or broken"),
        ("mnist.npz", npz({"x_train": np.zeros(3, np.uint8)}), "its array x_train is uint8 (3,); expected"),
        ("mnist.npz", npz({"images": np.zeros(3)}), "it holds no array x_train"),
        ("train-labels-idx1-ubyte", header_only(60_000) + b"\0" * 5, "it holds 13 bytes; "),
        ("train-labels-idx1-ubyte", header_only(60_000) + b"\0" * 60_000, "train-labels is not MNIST's"),
        ("train-labels-idx1-ubyte", header_only(60_000) + b"\0" * 60_001, "has 60,008"),
        ("t10k-labels.idx1-ubyte.gz", gzip.compress(b"\0" * 99)[:-6], "its compression is cut short"),
        ("t10k-labels.idx1-ubyte.gz", b"\x1f\x8b no gzip", "its compression is cut short or broken"),
        ("t10k-images-idx3-ubyte", header_only(10_000, 8, 8), "nor one of the four IDX files"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    folder = write(tmp_path / "data", {name: content})
    message = message_of(folder, tmp_path / "cache")
    assert f"{folder / name} is damaged: " in message
    assert reason in message


def test_a_folder_or_an_unreadable_file_in_the_place_of_a_file_is_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "data", {"train-labels-idx1-ubyte": b"secret"})
    (folder / "mnist.npz").mkdir()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    message = message_of(folder, tmp_path / "cache")
    assert "train-labels-idx1-ubyte cannot be read: Permission denied" in message


class Touch:
    """Makes the file ``path`` when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def test_a_pickle_in_the_archive_is_never_opened(tmp_path: Path) -> None:
    trap = np.array([Touch(tmp_path / "sprung")], dtype=object)
    with pytest.raises(DataDamaged, match="its array x_train is object"):
        datasets.import_files({"mnist.npz": npz({"x_train": trap})}, cache=tmp_path / "cache")
    assert not (tmp_path / "sprung").exists()


def test_an_array_that_claims_to_be_huge_takes_no_memory(tmp_path: Path) -> None:
    header = io.BytesIO()
    description = {"descr": "|u1", "fortran_order": False, "shape": (10**12,)}
    np.lib.format.write_array_header_1_0(header, description)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("x_train.npy", header.getvalue())
    with pytest.raises(DataDamaged, match=r"uint8 \(1000000000000,\); expected"):
        datasets.import_files({"mnist.npz": content.getvalue()}, cache=tmp_path / "cache")


def zeros_in_zip(size: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x_train.npy", b"\0" * size)
    return content.getvalue()


@pytest.mark.parametrize("bomb", [lambda size: gzip.compress(b"\0" * size, 1), zeros_in_zip])
def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path, bomb: Any) -> None:
    size = 2**28
    content = bomb(size)
    tracemalloc.start()
    try:
        with pytest.raises(DataDamaged):
            datasets.import_files({"train-images-idx3-ubyte.gz": content}, cache=tmp_path / "cache")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size // 2


def test_a_file_larger_than_mnist_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist_files, "MAX_IMPORT_BYTES", 1000)
    folder = write(tmp_path / "data", {"mnist.npz": b"PK" + b"\0" * 5000})
    assert "mnist.npz is damaged: it is larger than MNIST can be" in message_of(folder, tmp_path / "cache")


@pytest.mark.parametrize(
    "content",
    [
        npz({"x_train": np.zeros((60_000, 28, 2), np.uint8)[:, :, :0]}),
        zeros_in_zip(300),
        gzip.compress(header_only(10_000) + bytes(10_000)),
        header_only(10_000, 28, 28) + b"cut",
    ],
    ids=["npz", "zip", "gzip", "idx"],
)
def test_whatever_bytes_are_changed_the_file_is_damaged_and_nothing_else_happens(
    content: bytes, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        changed = bytearray(content)
        for position in rng.integers(0, len(content), size=3):
            changed[position] = rng.integers(256)
        with pytest.raises(DataDamaged):
            datasets.import_files({"file": bytes(changed)}, cache=tmp_path)


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
    with pytest.raises(DataDamaged, match=r"^cat\.png is damaged: "):
        datasets.import_files({"../../etc/cat.png": b"\x89PNG"}, cache=tmp_path)


def test_a_cache_that_cannot_be_written_is_said(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="Cannot write"):
        datasets.import_files({"mnist.npz": archive}, cache=tmp_path / "file" / "cache")


def test_the_mirrors_are_three_and_use_https() -> None:
    assert len({mirror.address for mirror in MIRRORS}) == 3
    for mirror in MIRRORS:
        assert mirror.address.startswith("https://")
        assert mirror.address.endswith("/")


def test_a_download_falls_back_to_the_next_mirror_shows_progress_and_is_kept(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    served = {f"{MIRRORS[1].address}{name}.gz": gzip.compress(c, 1) for name, c in idx_files.items()}
    asked, progress = [], []

    def fetch(address: str) -> Iterator[bytes]:
        asked.append(address)
        if address not in served:
            raise OSError("the server answered 503")
        for start in range(0, len(served[address]), 2**20):
            yield served[address][start : start + 2**20]

    found = datasets.load(
        "mnist", cache=tmp_path, fetch=fetch, progress=lambda *state: progress.append(state)
    )
    assert same(found, mnist)
    assert asked == [MIRRORS[0].address + "mnist.npz", *served]
    done = [state[0] for state in progress]
    assert done == sorted(done)
    assert done[-1] == sum(map(len, served.values()))
    assert all(done <= total for done, total in progress)
    assert [path.name for path in tmp_path.iterdir()] == ["mnist.npz"]
    assert same(datasets.load("mnist", cache=tmp_path, fetch=must_not_fetch), mnist)


def test_a_mirror_that_serves_something_else_is_passed_over(
    mnist: Dataset, archive: bytes, tmp_path: Path
) -> None:
    mirrors = (
        Mirror("https://portal.example/", ("mnist.npz",), 9),
        Mirror("https://mirror.example/", ("mnist.npz",), 9),
    )

    def fetch(address: str) -> Iterator[bytes]:
        yield b"<html>Please log in</html>" if "portal" in address else archive

    found = datasets.load("mnist", cache=tmp_path, fetch=fetch, mirrors=mirrors)
    assert same(found, mnist)
    assert found.notes[0].startswith("https://portal.example/mnist.npz is damaged: ")


def test_an_endless_download_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist_files, "MAX_IMPORT_BYTES", 1000)
    taken = []

    def endless(address: str) -> Iterator[bytes]:
        while True:
            taken.append(address)
            yield b"\0" * 100

    with pytest.raises(DataMissing, match="no mirror served it"):
        datasets.load("mnist", cache=tmp_path, fetch=endless)
    assert len(taken) == len(MIRRORS) * 11


def test_a_download_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaks_off(address: str) -> Iterator[bytes]:
        yield b"PK"
        raise OSError("the connection broke off")

    with pytest.raises(DataMissing, match="the connection broke off"):
        datasets.load("mnist", cache=tmp_path, fetch=breaks_off)
    assert not list(tmp_path.iterdir())


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


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """Serve ``folder`` on this machine; gives the address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    ) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}/"
        finally:
            httpd.shutdown()
            thread.join()


def test_files_come_over_http(mnist: Dataset, archive: bytes, tmp_path: Path) -> None:
    with server(write(tmp_path / "served", {"mnist.npz": archive})) as address:
        mirrors = (Mirror(address, ("mnist.npz",), len(archive)),)
        found = datasets.load("mnist", cache=tmp_path / "cache", mirrors=mirrors)
    assert same(found, mnist)


def test_http_failures_become_reasons_for_people(tmp_path: Path) -> None:
    with server(tmp_path) as address, pytest.raises(OSError, match=r"^the server answered 404$"):
        list(mnist_mirrors.fetch_over_http(address + "mnist.npz"))
    with pytest.raises(ConnectionError, match=r"^the network was not reachable$"):
        list(mnist_mirrors.fetch_over_http(address + "mnist.npz"))


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
