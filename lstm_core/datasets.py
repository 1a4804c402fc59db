"""The images to learn from: found or downloaded, verified, and split.

MNIST is looked for in the folder named by ``ROW_BY_ROW_DATA``, then in the user's cache folder, and is
then downloaded from public mirrors into the cache folder. A file counts by what it holds, not by its name:
every array must have the SHA-256 of the original IDX file, so whatever loads is the database itself. The
UCI digits come inside scikit-learn and need no file.

Files come from strangers: no byte of them is unpickled, no more of them is unpacked than MNIST holds, and
no name of theirs becomes a path.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import lzma
import math
import os
import struct
import types
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import DataDamaged, DataMissing, InvalidValue
from lstm_core.files import write_whole

DATA_VARIABLE = "ROW_BY_ROW_DATA"
"""Environment variable that names a folder with MNIST files."""

MAX_IMPORT_BYTES = 56 * 2**20
"""The most that the MNIST files can take together, none of them compressed."""

Pixels = NDArray[np.uint8]
Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in total, from the thread that loads."""
Fetch = Callable[[str], Iterator[bytes]]
"""Gets the content behind an address in chunks; raises `OSError` with a reason for people."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a dataset before it is loaded.

    Attributes:
        name: the key in `DATASETS`.
        title: for people.
        rows, columns: size of an image in pixels.
        classes: number of classes; labels are 0 to ``classes - 1``.
        train, validation, test: number of images in each split.
        fingerprint: SHA-256 over the contents, verified when the dataset is loaded.
    """

    name: str
    title: str
    rows: int
    columns: int
    classes: int
    train: int
    validation: int
    test: int
    fingerprint: str


DATASETS: Mapping[str, DatasetInfo] = types.MappingProxyType(
    {
        "mnist": DatasetInfo(
            name="mnist",
            title="MNIST",
            rows=28,
            columns=28,
            classes=10,
            train=55_000,
            validation=5_000,
            test=10_000,
            fingerprint="ca679089cd9dd461d7b26e36e51216fc71f9271f8082e09656a7c1d29a50483b",
        ),
        "digits": DatasetInfo(
            name="digits",
            title="UCI digits",
            rows=8,
            columns=8,
            classes=10,
            train=1_297,
            validation=200,
            test=300,
            fingerprint="a19cb3d96bba7deace8ee5a513a6eb7bad0403d528f00bf4d351b6a7a55baa91",
        ),
    }
)


@dataclass(frozen=True)
class Split:
    """Images and what they show, in the order of the source; both arrays are read-only.

    Attributes:
        images: ``(n, rows, columns)`` uint8; paper is 0, full ink is 255.
        labels: ``(n,)`` uint8, in 0 … classes - 1.
    """

    images: Pixels
    labels: Pixels

    def __len__(self) -> int:
        return len(self.labels)

    def pixels(self) -> NDArray[np.float32]:
        """The images as ``(n, rows, columns)`` float32 in [0, 1]; a new array at every call."""
        return np.divide(self.images, 255, dtype=np.float32)


@dataclass(frozen=True)
class Dataset:
    """A dataset in memory.

    Attributes:
        notes: one sentence for each damaged file passed over on the way; usually empty.
    """

    info: DatasetInfo
    train: Split
    validation: Split
    test: Split
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mirror:
    """A public place that serves MNIST.

    Attributes:
        address: what every file name is appended to; ends with a slash.
        files: names of the files there; together they hold all of MNIST.
        size: bytes of all files, for the progress.
    """

    address: str
    files: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class _Part:
    """One of the four arrays of MNIST.

    Attributes:
        stem: start of the name of its IDX file.
        shape: of the array, which is uint8.
        sha256: of the uncompressed IDX file.
    """

    stem: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def header(self) -> bytes:
        """Start of the IDX file: two zeros, 8 for unsigned bytes, the rank, big-endian sizes (LeCun)."""
        return bytes((0, 0, 8, len(self.shape))) + np.array(self.shape, ">u4").tobytes()

    @property
    def file_size(self) -> int:
        return len(self.header) + math.prod(self.shape)

    @property
    def file_name(self) -> str:
        return f"{self.stem}-idx{len(self.shape)}-ubyte"

    @property
    def file_names(self) -> tuple[str, ...]:
        """Every usual spelling."""
        spellings = (self.file_name, f"{self.stem}.idx{len(self.shape)}-ubyte")
        return tuple(name + ending for name in spellings for ending in ("", ".gz"))


_PARTS: Mapping[str, _Part] = types.MappingProxyType(
    {
        "x_train": _Part(
            "train-images",
            (60_000, 28, 28),
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        "y_train": _Part(
            "train-labels",
            (60_000,),
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        "x_test": _Part(
            "t10k-images",
            (10_000, 28, 28),
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        "y_test": _Part(
            "t10k-labels",
            (10_000,),
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    }
)

_ARCHIVE = "mnist.npz"
_IDX_FILES = tuple(part.file_name for part in _PARTS.values())
_IDX_ARCHIVES = tuple(f"{name}.gz" for name in _IDX_FILES)
_IDX_ARCHIVES_SIZE = 9_912_422 + 28_881 + 1_648_877 + 4_542

MIRRORS = (
    Mirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/", (_ARCHIVE,), 11_490_434),
    Mirror("https://storage.googleapis.com/cvdf-datasets/mnist/", _IDX_ARCHIVES, _IDX_ARCHIVES_SIZE),
    Mirror("https://ossci-datasets.s3.amazonaws.com/mnist/", _IDX_ARCHIVES, _IDX_ARCHIVES_SIZE),
)


def cache_folder() -> Path:
    """Where downloads and uploads are kept."""
    import platformdirs

    return platformdirs.user_cache_path("row-by-row")


def fetch_over_http(address: str) -> Iterator[bytes]:
    """Yield the content behind ``address`` in chunks, following redirects.

    Raises:
        ConnectionError: the network or the server was not reachable.
        OSError: the server did not serve the file, or the connection broke off.
    """
    import requests

    try:
        with requests.get(address, stream=True, timeout=(5, 30)) as response:
            response.raise_for_status()
            yield from response.iter_content(2**16)
    except requests.HTTPError as error:
        raise OSError(f"the server answered {error.response.status_code}") from error
    except requests.exceptions.SSLError as error:
        raise OSError("the certificate of the server was not accepted") from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise OSError("the connection broke off") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise ConnectionError("the network was not reachable") from error


def load(
    name: str,
    *,
    folder: Path | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
    download: bool = True,
    fetch: Fetch = fetch_over_http,
    mirrors: Sequence[Mirror] = MIRRORS,
) -> Dataset:
    """Find, verify and split a dataset; MNIST takes about half a second from a file.

    The 60,000 training images of MNIST are split as in TensorFlow's tutorials: the first 5,000 are for
    validation, the rest for training. The UCI digits are cut in file order.

    A damaged file is passed over and named in `Dataset.notes`; in the cache folder it is also set aside
    under a name that ends with ``.damaged``. Files in ``folder`` are never touched.

    Args:
        name: a key of `DATASETS`.
        folder: where to look first; by default the folder named by ``ROW_BY_ROW_DATA``.
        cache: where to look next and where a download is kept; by default `cache_folder`.
        progress: told how the download goes.
        download: whether the network may be used.
        fetch: the door to the network.
        mirrors: places to download from, tried in order.

    Raises:
        DataMissing: no place had MNIST; the message says what was looked for where, and what to do.
        DataDamaged: the digits inside scikit-learn are not the known ones.
        StorageError: what was downloaded cannot be written to the cache folder.
        InvalidValue: there is no such dataset.
    """
    info = _info(name)
    if name == "digits":
        return _load_digits(info)
    folder = folder or _named_folder()
    cache = cache or cache_folder()
    looked = [_search(folder, ours=False)] if folder else [_Looked(f"{DATA_VARIABLE} is not set")]
    if looked[-1].arrays is None:
        looked.append(_search(cache, ours=True))
    for mirror in mirrors if download else ():
        if looked[-1].arrays is None:
            looked.append(_download(mirror, fetch, progress or _silent))
            if looked[-1].arrays is not None:
                _store(looked[-1].arrays, cache)
    notes = tuple(note for place in looked for note in place.damage)
    for note in notes:
        _log.warning(note)
    arrays = looked[-1].arrays
    if arrays is None:
        raise DataMissing(_explanation(looked, download))
    x, y, cut = arrays["x_train"], arrays["y_train"], info.validation
    return Dataset(
        info,
        train=Split(x[cut:], y[cut:]),
        validation=Split(x[:cut], y[:cut]),
        test=Split(arrays["x_test"], arrays["y_test"]),
        notes=notes,
    )


def available(name: str, *, folder: Path | None = None, cache: Path | None = None) -> bool:
    """Whether `load` will find files without the network; looks at names only, so it is cheap.

    Raises:
        InvalidValue: there is no such dataset.
    """
    if _info(name).name == "digits":
        return True
    folders = (folder or _named_folder(), cache or cache_folder())
    return any(_has_files(place) for place in folders if place is not None)


def import_files(named: Mapping[str, bytes], *, cache: Path | None = None) -> None:
    """Verify MNIST files that a person brought and keep them in the cache folder.

    Args:
        named: the content of ``mnist.npz``, or of the four IDX files (gzipped or not), under the names
            they came with. What a file is, is read from its content; the name serves messages only.
        cache: where to keep them, under this project's own name; by default `cache_folder`.

    Raises:
        DataDamaged: a file is not one of MNIST's, or they are larger than MNIST can be.
        DataMissing: files are good but some are lacking; nothing is kept.
        StorageError: the cache folder cannot be written.
    """
    if sum(map(len, named.values())) > MAX_IMPORT_BYTES:
        raise DataDamaged(f"The files take more than {MAX_IMPORT_BYTES:,} bytes together; MNIST does not.")
    arrays: dict[str, Pixels] = {}
    for name, content in named.items():
        arrays |= _unpack(PurePath(name).name[-80:], content)
    if lacking := _lacking(arrays):
        raise DataMissing(f"These files of MNIST are still missing: {lacking}.")
    _store(arrays, cache or cache_folder())


def examples(split: Split, per_class: int) -> list[int]:
    """Indices of the first ``per_class`` images of each class, class by class.

    A class with fewer images gives those it has.

    Raises:
        InvalidValue: ``per_class`` is negative.
    """
    if per_class < 0:
        raise InvalidValue("per_class", "at least 0", per_class)
    chosen = [np.flatnonzero(split.labels == label)[:per_class] for label in np.unique(split.labels)]
    return [int(index) for indices in chosen for index in indices]


@dataclass(frozen=True)
class _Looked:
    """What came of looking in one place.

    Attributes:
        said: the place and what was there, in words.
        arrays: all four arrays of MNIST, verified, or None.
        damage: one sentence for each file that is damaged or cannot be read.
        unreachable: whether the network was not there.
    """

    said: str
    arrays: Mapping[str, Pixels] | None = None
    damage: tuple[str, ...] = ()
    unreachable: bool = False


def _info(name: str) -> DatasetInfo:
    if name not in DATASETS:
        raise InvalidValue("dataset", f"one of {', '.join(DATASETS)}", name)
    return DATASETS[name]


def _named_folder() -> Path | None:
    named = os.environ.get(DATA_VARIABLE, "").strip()
    return Path(named).expanduser() if named else None


def _silent(done: int, total: int) -> None:
    pass


def _load_digits(info: DatasetInfo) -> Dataset:
    from sklearn.datasets import load_digits

    source = load_digits()
    images = np.rint(source.images * (255 / 16)).astype(np.uint8)
    labels = source.target.astype(np.uint8)
    if hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() != info.fingerprint:
        raise DataDamaged("The digits inside scikit-learn are not the known ones; reinstall scikit-learn.")
    images.setflags(write=False)
    labels.setflags(write=False)
    first, second = info.train, info.train + info.validation
    return Dataset(
        info,
        train=Split(images[:first], labels[:first]),
        validation=Split(images[first:second], labels[first:second]),
        test=Split(images[second:], labels[second:]),
    )


def _files_in(folder: Path) -> list[tuple[Path, frozenset[str]]]:
    """The files in ``folder`` that MNIST may be in, with the arrays each should hold.

    Unlike `pathlib`'s, the questions of `os.path` are answered "no" for a folder that may not be looked into.
    """
    expected = [(_ARCHIVE, frozenset(_PARTS))]
    expected += [(name, frozenset({key})) for key, part in _PARTS.items() for name in part.file_names]
    return [(folder / name, keys) for name, keys in expected if os.path.isfile(folder / name)]  # noqa: PTH113


def _has_files(folder: Path) -> bool:
    return frozenset().union(*(keys for _, keys in _files_in(folder))) == _PARTS.keys()


def _search(folder: Path, *, ours: bool) -> _Looked:
    """Look for MNIST in ``folder``; damaged files are set aside if the folder is ``ours``."""
    arrays: dict[str, Pixels] = {}
    damage = []
    for path, keys in _files_in(folder):
        if keys <= arrays.keys():
            continue
        try:
            with path.open("rb") as file:
                arrays |= _unpack(str(path), file.read(MAX_IMPORT_BYTES + 1))
        except DataDamaged as error:
            damage.append(f"{error}{_set_aside(path) if ours else ''}")
        except OSError as error:
            damage.append(f"{path} cannot be read: {error.strerror or error}.")
    where = f"{folder} (cache folder)" if ours else str(folder)
    if not (lacking := _lacking(arrays)):
        return _Looked(f"{where}: found", arrays, tuple(damage))
    if arrays:
        said = f"some files are there, but not {lacking}"
    elif os.path.isdir(folder):  # noqa: PTH112
        said = "no undamaged file" if damage else "no such file"
    else:
        said = "there is no such folder"
    return _Looked(". ".join((f"{where}: {said}", *damage)).rstrip("."), damage=tuple(damage))


def _lacking(arrays: Mapping[str, Pixels]) -> str:
    """The files whose arrays are not in ``arrays``, or nothing."""
    return ", ".join(part.file_name for key, part in _PARTS.items() if key not in arrays)


def _set_aside(path: Path) -> str:
    """Rename a damaged file so that it is neither read again nor lost; say so."""
    aside = path.with_name(f"{path.name}.damaged")
    number = 2
    while aside.exists():
        aside = path.with_name(f"{path.name}.{number}.damaged")
        number += 1
    try:
        path.rename(aside)
    except OSError:
        return " It could not be set aside."
    return f" It was set aside as {aside.name}."


def _unpack(name: str, content: bytes) -> dict[str, Pixels]:
    """The verified arrays in one file, an ``.npz`` or an IDX file; ``name`` serves messages only.

    The functions below raise `DataDamaged` with the reason alone; here the file is named.
    """
    try:
        if len(content) > MAX_IMPORT_BYTES:
            raise DataDamaged("it is larger than MNIST can be")
        if not content:
            raise DataDamaged("it is empty")
        return _from_archive(content) if content.startswith(b"PK") else _from_idx(content)
    except DataDamaged as error:
        raise DataDamaged(f"{name} is damaged: {error}.") from error


_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted, or compressed in a way this Python does not know
    ValueError,
)


def _from_archive(content: bytes) -> dict[str, Pixels]:
    arrays = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for key, part in _PARTS.items():
                if f"{key}.npy" not in archive.namelist():
                    raise DataDamaged(f"it holds no array {key}")
                with archive.open(f"{key}.npy") as member:
                    arrays[key] = _from_npy(member.read(part.file_size + 4096), key, part)
    except _BROKEN_ARCHIVE as error:
        raise DataDamaged(f"its archive is cut short or broken ({error})") from error
    return arrays


def _from_npy(content: bytes, key: str, part: _Part) -> Pixels:
    """Read the header first: what it claims decides how much memory `numpy.load` takes."""
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = (
            np.lib.format.read_array_header_2_0 if version[0] > 1 else np.lib.format.read_array_header_1_0
        )
        shape, _, dtype = read_header(stream)
        if shape != part.shape or dtype != np.uint8:
            raise DataDamaged(f"its array {key} is {dtype} {shape}; expected uint8 {part.shape}")
        stream.seek(0)
        array = np.load(stream, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise DataDamaged(f"its array {key} cannot be read ({error})") from error
    return _verified(array, part)


def _from_idx(content: bytes) -> dict[str, Pixels]:
    if content.startswith(b"\x1f\x8b"):
        content = _gunzip(content)
    for key, part in _PARTS.items():
        if content.startswith(part.header):
            if len(content) != part.file_size:
                raise DataDamaged(f"it holds {len(content):,} bytes; {part.file_name} has {part.file_size:,}")
            array = np.frombuffer(content, np.uint8, offset=len(part.header)).reshape(part.shape)
            return {key: _verified(array, part)}
    raise DataDamaged("it is neither an .npz archive nor one of the four IDX files")


def _gunzip(content: bytes) -> bytes:
    largest = max(part.file_size for part in _PARTS.values())
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(largest + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataDamaged(f"its compression is cut short or broken ({error})") from error
    if len(unpacked) > largest:
        raise DataDamaged("it unpacks to more than MNIST holds")
    return unpacked


def _verified(array: Pixels, part: _Part) -> Pixels:
    digest = hashlib.sha256(part.header)
    digest.update(np.ascontiguousarray(array).data)
    if digest.hexdigest() != part.sha256:
        raise DataDamaged(f"the content of {part.stem} is not MNIST's (its SHA-256 differs)")
    array.setflags(write=False)
    return array


def _download(mirror: Mirror, fetch: Fetch, progress: Progress) -> _Looked:
    """Get MNIST from one mirror."""
    arrays: dict[str, Pixels] = {}
    done = 0
    for name in mirror.files:
        address = mirror.address + name
        content = bytearray()
        try:
            for chunk in fetch(address):
                content += chunk
                done += len(chunk)
                progress(done, max(done, mirror.size))
                if len(content) > MAX_IMPORT_BYTES:
                    break
            arrays |= _unpack(address, bytes(content))
        except DataDamaged as error:
            return _Looked(str(error).rstrip("."), damage=(str(error),))
        except OSError as error:
            return _Looked(f"{address}: {error}", unreachable=isinstance(error, ConnectionError))
    if lacking := _lacking(arrays):
        return _Looked(f"{mirror.address}: {lacking} is not there")
    return _Looked(f"{mirror.address}: found", arrays)


def _store(arrays: Mapping[str, Pixels], cache: Path) -> None:
    content: dict[str, Any] = {key: arrays[key] for key in _PARTS}
    with write_whole(cache / _ARCHIVE) as file:
        np.savez_compressed(file, **content)


def _explanation(looked: Sequence[_Looked], download: bool) -> str:
    if not download:
        outcome = "nothing was downloaded"
    elif all(place.unreachable for place in looked[2:]):  # after the two folders come the mirrors
        outcome = "the network was not reachable"
    else:
        outcome = "no mirror served it"
    return "\n".join(
        (
            f"MNIST was not found on this machine, and {outcome}.",
            "",
            f"Looked for {_ARCHIVE}, or {', '.join(_IDX_FILES)} (with or without .gz):",
            "",
            *(f"- {place.said}" for place in looked),
            "",
            (
                f"To bring it, set {DATA_VARIABLE} to a folder with {_ARCHIVE} or the four IDX files, or "
                "upload them on the Train page. The dataset `digits` is built in and works without any file."
            ),
        )
    )
