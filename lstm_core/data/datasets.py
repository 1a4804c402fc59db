"""The images to learn from: found or downloaded, verified, and split.

MNIST is looked for in the folder named by ``ROW_BY_ROW_DATA``, in the user's cache folder and where Keras and
torchvision put it, and is then downloaded from public mirrors into the cache folder. A file counts by what it
holds, not by its name: every array must have the SHA-256 of the original IDX file, so whatever loads is the
database itself. The UCI digits come with the project. Data sets of one's own are in `lstm_core.data.own`.

Files come from strangers: no byte of them is unpickled, no more of them is unpacked than MNIST holds, and
no name of theirs becomes a path.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from lstm_core.data import mnist_files
from lstm_core.data.info import DATASETS, Dataset, DatasetInfo, Pixels, Split
from lstm_core.data.mnist_files import ARCHIVE, IDX_FILES, PARTS, missing_files, unpack
from lstm_core.data.mnist_mirrors import MIRRORS, Fetch, Mirror, Progress, fetch_over_http
from lstm_core.data.own.kept import OwnSets
from lstm_core.data.uci_digits import read_digits
from lstm_core.data.usual_places import below, usual_places
from lstm_core.errors import DataDamaged, DataMissing
from lstm_core.files import home, make_folder, open_regular, write_whole

DATA_VARIABLE = "ROW_BY_ROW_DATA"
"""Environment variable that names a folder with MNIST files."""

_log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Where downloads and uploads are kept."""
    import platformdirs

    return platformdirs.user_cache_path("row-by-row")


def load(
    name: str,
    *,
    folder: Path | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
    download: bool = True,
    fetch: Fetch = fetch_over_http,
    mirrors: Sequence[Mirror] = MIRRORS,
    root: Path | None = None,
) -> Dataset:
    """Find, verify and split a dataset; MNIST takes about half a second from a file.

    The 60,000 training images of MNIST are split as in TensorFlow's tutorials: the first 5,000 are for
    validation, the rest for training. The UCI digits are cut in file order.

    A file counts by what it holds, whatever its name. One that is damaged, or of another data set, is passed
    over and named in `Dataset.notes`; it stays where it is. Only what was downloaded and verified takes the
    place of the project's own archive in the cache folder.

    Args:
        name: a key of `DATASETS`, or of a data set of one's own.
        folder: where to look first; by default the folder named by ``ROW_BY_ROW_DATA``.
        cache: where to look next and where a download is kept; by default `cache_folder`.
        progress: told how the download goes.
        download: whether the network may be used.
        fetch: the door to the network.
        mirrors: places to download from, tried in order.
        root: the home folder that holds data sets of one's own; by default `lstm_core.files.home`.

    Raises:
        DataMissing: no place had MNIST; the message says what was looked for where, and what to do. Or there
        is no
            data set of that name.
        DataDamaged: the digits that come with the project, or a data set of one's own, are damaged.
        StorageError: what was downloaded cannot be written to the cache folder.
    """
    if name not in DATASETS:
        return OwnSets(root or home()).load(name)
    info = DATASETS[name]
    if name == "digits":
        return _load_digits(info)
    folder = folder or _named_folder()
    cache = cache or cache_folder()
    looked = [] if folder else [_Looked(f"{DATA_VARIABLE} is not set")]
    places = [(place, str(place)) for place in below(folder)] if folder else []
    places += [(cache, f"{cache} (cache folder)"), *((place, str(place)) for place in usual_places())]
    for place, where in places:
        if not looked or looked[-1].arrays is None:
            looked.append(_search(place, where))
    on_disk = len(looked)
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
        raise DataMissing(_explanation(looked, looked[on_disk:], download))
    x, y, cut = arrays["x_train"], arrays["y_train"], info.validation
    return Dataset(
        info,
        train=Split(x[cut:], y[cut:]),
        validation=Split(x[:cut], y[:cut]),
        test=Split(arrays["x_test"], arrays["y_test"]),
        notes=notes,
    )


def available(
    name: str, *, folder: Path | None = None, cache: Path | None = None, root: Path | None = None
) -> bool:
    """Whether `load` will find files without the network; looks at names only, so it is cheap."""
    if name == "digits":
        return True
    if name not in DATASETS:
        return name in OwnSets(root or home()).names()
    named = folder or _named_folder()
    places = [*(below(named) if named else ()), cache or cache_folder(), *usual_places()]
    return any(_has_files(place) for place in places)


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
    if sum(map(len, named.values())) > (most := mnist_files.MAX_IMPORT_BYTES):
        raise DataDamaged(f"The files take more than {most:,} bytes together; MNIST does not.")
    arrays: dict[str, Pixels] = {}
    for name, content in named.items():
        arrays |= unpack(PurePath(name).name[-80:], content)
    if lacking := missing_files(arrays):
        raise DataMissing(f"These files of MNIST are still missing: {lacking}.")
    _store(arrays, cache or cache_folder())


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


def _named_folder() -> Path | None:
    named = os.environ.get(DATA_VARIABLE, "").strip()
    return Path(os.path.expanduser(named)) if named else None  # noqa: PTH111 (Path's fails without that user)


def _silent(done: int, total: int) -> None:
    pass


def _load_digits(info: DatasetInfo) -> Dataset:
    images, labels = read_digits(info.fingerprint)
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
    expected = [(ARCHIVE, frozenset(PARTS))]
    expected += [(name, frozenset({key})) for key, part in PARTS.items() for name in part.file_names]
    return [(folder / name, keys) for name, keys in expected if os.path.isfile(folder / name)]  # noqa: PTH113


def _has_files(folder: Path) -> bool:
    return frozenset().union(*(keys for _, keys in _files_in(folder))) == PARTS.keys()


def _search(folder: Path, where: str) -> _Looked:
    """Look for MNIST in ``folder``, which a message calls ``where``."""
    arrays: dict[str, Pixels] = {}
    damage = []
    candidates = _files_in(folder)
    # First the files whose names promise what is still lacking; then, if any is, all the others.
    for by_name in (True, False):
        read = []
        for path, keys in candidates:
            if keys <= arrays.keys() if by_name else len(arrays) == len(PARTS):
                continue
            read.append((path, keys))
            try:
                with open_regular(path) as file:
                    arrays |= unpack(str(path), file.read(mnist_files.MAX_IMPORT_BYTES + 1))
            except DataDamaged as error:
                damage.append(str(error))
            except OSError as error:
                damage.append(f"{path} cannot be read: {error.strerror or error}.")
        candidates = [candidate for candidate in candidates if candidate not in read]
    if not (lacking := missing_files(arrays)):
        return _Looked(f"{where}: found", arrays, tuple(damage))
    if arrays:
        said = f"some files are there, but not {lacking}"
    elif os.path.isdir(folder):  # noqa: PTH112
        said = "no file that can be used" if damage else "no such file"
    else:
        said = "there is no such folder"
    return _Looked(". ".join((f"{where}: {said}", *damage)).rstrip("."), damage=tuple(damage))


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
                if len(content) > mnist_files.MAX_IMPORT_BYTES:
                    break
            arrays |= unpack(address, bytes(content))
        except DataDamaged as error:
            return _Looked(str(error).rstrip("."), damage=(str(error),))
        except OSError as error:
            return _Looked(f"{address}: {error}", unreachable=isinstance(error, ConnectionError))
    if lacking := missing_files(arrays):
        return _Looked(f"{mirror.address}: {lacking} is not there")
    return _Looked(f"{mirror.address}: found", arrays)


def _store(arrays: Mapping[str, Pixels], cache: Path) -> None:
    content: dict[str, Any] = {key: arrays[key] for key in PARTS}
    make_folder(cache)
    with write_whole(cache / ARCHIVE) as file:
        np.savez_compressed(file, **content)


def _explanation(looked: Sequence[_Looked], mirrors: Sequence[_Looked], download: bool) -> str:
    if not download:
        outcome = "nothing was downloaded"
    elif all(place.unreachable for place in mirrors):
        outcome = "the network was not reachable"
    else:
        outcome = "no mirror served it"
    return "\n".join(
        (
            f"MNIST was not found on this machine, and {outcome}.",
            "",
            f"Looked for {ARCHIVE}, or {', '.join(IDX_FILES)} (with or without .gz):",
            "",
            *(f"- {place.said}" for place in looked),
            "",
            (
                f"To bring it, set {DATA_VARIABLE} to a folder with {ARCHIVE} or the four IDX files, or "
                "upload them on the Train page. The dataset `digits` is built in and works without any file."
            ),
        )
    )
