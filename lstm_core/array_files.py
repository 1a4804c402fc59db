"""NumPy's files, ``.npy`` and ``.npz``, from strangers: what they declare is checked before it is believed.

The header of an array says how much memory it takes, and the directory of an archive how much its members
unpack to. Both may lie, so nothing is allocated before they agree with each other and with the size of the
file. No byte is unpickled.
"""

from __future__ import annotations

import errno
import math
import os
import zipfile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

MOST_MEMBERS = 4096
"""Of an archive; 16 layers in two directions with the optimiser's moments are below 500."""

_ROOM = 2**26
_RATIO = 4
"""An archive may unpack to `_ROOM` bytes and `_RATIO` times its own size: weights hardly compress."""

_KINDS = "fiubU"
"""Of arrays: floats, whole numbers, truth values and text."""


class DamagedArrays(ValueError):
    """The content is no array file; the message says why, without a full stop."""


def read_npy(file: IO[bytes]) -> NDArray[Any]:
    """The array of an ``.npy`` file that is open for reading, from its start to its end.

    Raises:
        DamagedArrays: it is damaged, or declares another size than it has.
        OSError, MemoryError: it cannot be read at this moment.
    """
    return _array(file, os.fstat(file.fileno()).st_size)


def read_npz(file: IO[bytes]) -> dict[str, NDArray[Any]]:
    """Every array of an ``.npz`` file that is open for reading, by name.

    Raises:
        DamagedArrays: it is damaged, or declares more than it can hold.
        OSError, MemoryError: it cannot be read at this moment.
    """
    try:
        size = os.fstat(file.fileno()).st_size
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_directory(members, size)
            arrays = {}
            for member in members:
                with archive.open(member) as content:
                    arrays[member.filename.removesuffix(".npy")] = _array(content, member.file_size)
            return arrays
    except (DamagedArrays, MemoryError):
        raise
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # a wrong place in the file, not a disk that fails
            raise DamagedArrays(str(error)) from error
        raise
    except Exception as error:  # zipfile raises nearly anything over damaged bytes
        raise DamagedArrays(str(error).rstrip(".") or type(error).__name__) from error


def declared(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """What the header of an ``.npy`` file says: shape and type of the array, and the bytes of the header.

    Raises:
        DamagedArrays: it is no such header.
        OSError: it cannot be read at this moment.
    """
    before = file.tell()
    try:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        else:
            shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    except OSError:
        raise
    except Exception as error:  # the header is Python's text, which its parser may choke on in many ways
        raise DamagedArrays(f"a header cannot be read ({error})".replace("\n", " ")[:200]) from error
    if any(side < 0 for side in shape):
        raise DamagedArrays(f"an array declares the shape {shape}")
    return shape, dtype, file.tell() - before


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MOST_MEMBERS:
        raise DamagedArrays(f"it holds {len(members):,} members; at most {MOST_MEMBERS:,} are read")
    for member in members:
        if not member.filename.endswith(".npy"):
            raise DamagedArrays("it holds something else than arrays")
        # Others may ask for gigabytes to unpack a few bytes.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DamagedArrays("it is compressed in a way that NumPy does not use")
    if (unpacked := sum(member.file_size for member in members)) > (most := _ROOM + _RATIO * size):
        raise DamagedArrays(f"it unpacks to {unpacked:,} bytes; a file of its size may to {most:,}")


def _array(file: IO[bytes], size: int) -> NDArray[Any]:
    """The array in ``file``, which has ``size`` bytes."""
    shape, dtype, header = declared(file)
    if dtype.kind not in _KINDS or not dtype.itemsize:
        raise DamagedArrays(f"an array is of type {dtype}")
    if (bytes_of_array := math.prod(shape) * dtype.itemsize) != size - header:
        raise DamagedArrays(f"an array of {bytes_of_array:,} bytes is declared; {size - header:,} are there")
    file.seek(0)
    try:
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise DamagedArrays(f"an array cannot be read ({error})") from error
    return array
