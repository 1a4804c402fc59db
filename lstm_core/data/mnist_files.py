"""The files of MNIST: what they hold, how they are unpacked, and how they are verified.

Files come from strangers: no byte of them is unpickled, no more of them is unpacked than MNIST holds, and
no name of theirs becomes a path.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import math
import struct
import types
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstm_core.array_files import DamagedArrays, declared
from lstm_core.data.info import Pixels
from lstm_core.data.own.foreign import foreign_archive, foreign_kind
from lstm_core.errors import DataDamaged

MAX_IMPORT_BYTES = 56 * 2**20
"""The most that the MNIST files can take together, none of them compressed."""


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


PARTS: Mapping[str, _Part] = types.MappingProxyType(
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

ARCHIVE = "mnist.npz"
IDX_FILES = tuple(part.file_name for part in PARTS.values())


def missing_files(arrays: Mapping[str, Pixels]) -> str:
    """The files whose arrays are not in ``arrays``, or nothing."""
    return ", ".join(part.file_name for key, part in PARTS.items() if key not in arrays)


def unpack(name: str, content: bytes) -> dict[str, Pixels]:
    """The verified arrays in one file, an ``.npz`` or an IDX file; ``name`` serves messages only.

    The functions below raise `DataDamaged` with the reason alone; here the file is named.
    """
    try:
        if len(content) > MAX_IMPORT_BYTES:
            raise _OtherData("it is larger than MNIST can be")
        if not content:
            raise DataDamaged("it is empty")
        if kind := foreign_kind(name, content[:512]):
            raise _OtherData(f"it is {kind.rstrip('.')}")
        return _from_archive(content) if content.startswith(b"PK") else _from_idx(content)
    except _OtherData as error:
        raise DataDamaged(f"{name} is not MNIST: {error}.") from error
    except DataDamaged as error:
        raise DataDamaged(f"{name} is damaged: {error}.") from error


class _OtherData(DataDamaged):
    """Well-formed, but of another kind or content than MNIST's files."""


_ADD_IT = "it can be added as a data set of your own, with `data add` or on the Train page"


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
            for key, part in PARTS.items():
                if f"{key}.npy" not in archive.namelist():
                    raise _other_archive(archive.namelist(), key)
                packed = archive.getinfo(f"{key}.npy")
                if packed.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise DataDamaged("it is compressed in a way that NumPy does not use")
                with archive.open(packed) as member:
                    arrays[key] = _from_npy(member.read(part.file_size + 4096), key, part)
    except _BROKEN_ARCHIVE as error:
        raise DataDamaged(f"its archive is cut short or broken ({error})") from error
    return arrays


def _from_npy(content: bytes, key: str, part: _Part) -> Pixels:
    """Read the header first: what it claims decides how much memory `numpy.load` takes."""
    stream = io.BytesIO(content)
    try:
        shape, dtype, _ = declared(stream)
        if dtype.hasobject:
            raise _OtherData("it holds Python objects (a pickle), which are never opened here")
        if shape != part.shape or dtype != np.uint8:
            raise _OtherData(f"its array {key} is {dtype} {shape}, and MNIST's uint8 {part.shape}; {_ADD_IT}")
        stream.seek(0)
        array = np.load(stream, allow_pickle=False)
    except (DamagedArrays, ValueError, EOFError, OSError) as error:
        raise DataDamaged(f"its array {key} cannot be read ({error})") from error
    return _verified(array, part)


def _from_idx(content: bytes) -> dict[str, Pixels]:
    if content.startswith(b"\x1f\x8b"):
        content = _gunzip(content)
        if kind := foreign_kind("", content[:512]):
            raise _OtherData(f"it holds {kind.rstrip('.')}")
    for key, part in PARTS.items():
        if content.startswith(part.header):
            if len(content) != part.file_size:
                raise DataDamaged(f"it holds {len(content):,} bytes; {part.file_name} has {part.file_size:,}")
            array = np.frombuffer(content, np.uint8, offset=len(part.header)).reshape(part.shape)
            return {key: _verified(array, part)}
    if len(content) >= 8 and content[:3] == b"\0\0\x08" and 1 <= (rank := content[3]) <= 4:
        sizes = [int.from_bytes(content[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(rank)]
        if math.prod(sizes) == len(content) - 4 - 4 * rank:
            said = " × ".join(f"{size:,}" for size in sizes)
            raise _OtherData(f"it is an IDX file of {said}, and MNIST has none of that size; {_ADD_IT}")
        raise DataDamaged(f"it says other sizes than it has ({len(content):,} bytes)")
    raise _OtherData("it is neither an .npz archive nor an IDX file")


def _gunzip(content: bytes) -> bytes:
    largest = max(part.file_size for part in PARTS.values())
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(largest + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataDamaged(f"its compression is cut short or broken ({error})") from error
    if len(unpacked) > largest:
        raise _OtherData(f"it unpacks to more than MNIST holds; if it is a data set, {_ADD_IT}")
    return unpacked


_MEANS: Mapping[str, float] = {"Fashion-MNIST": 72.94, "Kuzushiji-MNIST": 48.9, "EMNIST's digits": 44.2}
"""Mean brightness of the training images of data sets that have MNIST's shape, to half a step."""

_MEAN: Mapping[str, float] = {"x_train": 33.318, "x_test": 33.791}
"""Of MNIST's own."""


def _verified(array: Pixels, part: _Part) -> Pixels:
    digest = hashlib.sha256(part.header)
    digest.update(np.ascontiguousarray(array).data)
    if digest.hexdigest() != part.sha256:
        raise _unverified(array, part)
    array.setflags(write=False)
    return array


def _unverified(array: Pixels, part: _Part) -> DataDamaged:
    """What an array of MNIST's shape is that is not MNIST's: another data set's, or MNIST's with changes."""
    if array.ndim == 3:
        mean = float(array.mean())
        likely = [name for name, usual in _MEANS.items() if abs(mean - usual) < 0.5]
        if abs(mean - _MEAN["x_train" if len(array) == 60_000 else "x_test"]) < 0.1:
            what = "its images are as bright as MNIST's, so some pixels were changed; bring the file anew"
        else:
            what = f"it is {likely[0] if likely else 'another data set of the same shape'}; {_ADD_IT}"
    else:
        counts = np.bincount(array, minlength=10)
        if len(counts) == 10 and counts.min() == counts.max():
            what = f"all classes are equally frequent, as in Fashion-MNIST and Kuzushiji-MNIST; {_ADD_IT}"
        else:
            what = f"they are another data set's, or were changed; if it is another one, {_ADD_IT}"
    return _OtherData(f"the SHA-256 of {part.stem} differs: {what}")


def _other_archive(names: list[str], key: str) -> DataDamaged:
    """What an archive is that lacks an array of MNIST."""
    if kind := foreign_archive(names):
        return _OtherData(f"it is {kind.rstrip('.')}")
    arrays = [name.removesuffix(".npy") for name in names if name.endswith(".npy")]
    if not arrays:
        return _OtherData("it is an archive of other files than arrays")
    shown = ", ".join(arrays[:6])
    return _OtherData(f"it holds no array {key}, but {shown}; {_ADD_IT}")
