"""The process that opens an HDF5 file from a stranger: whatever the file does, only this process ends.

``python -m lstm_core.elsewhere.hdf5_process`` reads the file from its standard input and writes the arrays of
the model's layers to its standard output, as an ``.npz`` file. It can write no other file and open no more;
memory and processor time are bounded by the operating system, and sizes are checked before they are believed.
What leads out of the file (links to other files, arrays kept in other files, plug-ins) is refused.

Exit status: 0 done; `REFUSED` with the reason on standard error; anything else is the end of a damaged file.
"""

from __future__ import annotations

import codecs
import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from lstm_core.elsewhere.hdf5_file import ATTRIBUTES, NAMES, OTHERS, REFUSED

MOST_BYTES = 2**28
"""Of the file."""

SECONDS = 20
"""Of processor time."""

_ROOTS = ("layers", "_layer_checkpoint_dependencies", "model_weights")
"""Groups with the weights of layers; those of optimisers are left alone."""

_TEXTS = ("model_config", "keras_version", "backend")
_MOST_TEXT = 2**22
_MOST_OBJECTS = 4096
_DEEPEST = 12
_ROOM, _RATIO = 2**26, 4
"""The arrays may take `_ROOM` bytes and `_RATIO` times the size of the file: weights hardly compress."""


class Refused(Exception):
    """The file is not one that is read here; the message says why, without a full stop."""


def main() -> int:
    """Raises nothing; see the module for what it returns."""
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        if len(content) > MOST_BYTES:
            raise Refused(f"it is larger than {MOST_BYTES:,} bytes")
        _import_all()
        _bound(len(content))
        written = _as_npz(content)
    except Refused as error:
        return _say(str(error))
    except MemoryError:
        return _say("it needs more memory than is given to it")
    except Exception as error:  # noqa: BLE001 - a damaged file makes the library raise nearly anything
        return _say(f"HDF5 cannot read it ({str(error) or type(error).__name__})")
    sys.stdout.buffer.write(written)
    return 0


def _say(reason: str) -> int:
    print(" ".join(reason.split())[:300], file=sys.stderr)  # noqa: T201 - to the process that asked
    return REFUSED


def _import_all() -> None:
    """Import what is imported where it is first needed: later this process can open no file any more."""
    for encoding in ("ascii", "utf-8", "latin-1", "cp437"):
        codecs.lookup(encoding)
    _as_npz(_smallest())


def _smallest() -> bytes:
    """A file with a text and an array."""
    with h5py.File("smallest", "w", driver="core", backing_store=False) as file:
        file.attrs["keras_version"] = "3"
        file["layers/kernel"] = np.zeros((1, 1), np.float32)
        file["layers/step"] = np.zeros(1, np.int64)
        file.flush()
        image: bytes = file.id.get_file_image()
    return image


def _bound(size: int) -> None:
    """Have the operating system bound what this process can take; where it cannot, sizes are checked all the
    same."""
    try:
        import resource
    except ImportError:
        return
    most = 2**30 + 8 * (size + _ROOM)
    for limit, value in (
        (resource.RLIMIT_AS, most),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, most),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),  # no file beside the three streams
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            continue


def _as_npz(content: bytes) -> bytes:
    names: list[str] = []
    arrays: dict[str, Any] = {}
    others: dict[str, str] = {}
    left = _ROOM + _RATIO * len(content)
    with _opened(content) as file:
        texts = {name: _text(file.attrs[name]) for name in _TEXTS if name in file.attrs}
        for path, dataset in _datasets(file):
            if dataset.dtype.kind != "f" or dataset.dtype.itemsize > 8:
                others[path] = str(dataset.attrs.get("dtype", dataset.dtype))[:40]
                continue
            if dataset.is_virtual or dataset.external:
                raise Refused(f"its array {path} is kept in another file")
            if (left := left - dataset.nbytes) < 0:
                raise Refused(f"its arrays take more than a file of its size may, at {path}")
            arrays[str(len(names))] = dataset[()]
            names.append(path)
    for name, value in ((ATTRIBUTES, texts), (NAMES, names), (OTHERS, others)):
        arrays[name] = np.frombuffer(json.dumps(value).encode(), np.uint8)
    written = io.BytesIO()
    np.savez(written, **arrays)
    return written.getvalue()


def _opened(content: bytes) -> Any:
    try:
        return h5py.File(h5py.h5f.open_file_image(content))
    except (ValueError, OSError, RuntimeError) as error:
        raise Refused("it was cut off, or its beginning is damaged") from error


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise Refused("what it says of its model is no text, or far too much of it")
    return value.encode(errors="replace").decode()  # bytes that are no text came as characters that are none


def _datasets(file: Any) -> Iterator[tuple[str, Any]]:
    """Every array of the layers, with its path."""
    waiting = [(name, 1) for name in _ROOTS if name in file]
    seen = 0
    while waiting:
        path, depth = waiting.pop()
        if (seen := seen + 1) > _MOST_OBJECTS or depth > _DEEPEST:
            raise Refused("it holds more groups and arrays than any model that is read here")
        if not isinstance(file.get(path, getlink=True), h5py.HardLink):
            raise Refused(f"{path} is a link to another place")
        item = file[path]
        if isinstance(item, h5py.Dataset):
            yield path, item
        elif isinstance(item, h5py.Group):
            waiting += [(f"{path}/{name}", depth + 1) for name in item]


if __name__ == "__main__":
    sys.exit(main())
