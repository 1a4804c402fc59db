"""IDX files, as of MNIST, Fashion-MNIST, EMNIST and Kuzushiji-MNIST, under any name.

Layout (LeCun, Cortes & Burges, "The MNIST database"): two zero bytes, a code for the type, the rank, then a
big-endian 32-bit size for each axis, then the numbers, big-endian.
"""

from __future__ import annotations

import math
import os

import numpy as np

from lstm_core.data.own.named_arrays import NamedArray
from lstm_core.data.own.sources import Source, guarded
from lstm_core.errors import DataRefused

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def is_idx(head: bytes) -> bool:
    """Whether a file that begins like this is an IDX file."""
    return len(head) >= 8 and head[:2] == b"\x00\x00" and head[2] in _TYPES and 1 <= head[3] <= 4


def read_idx(source: Source) -> NamedArray:
    """The array in an IDX file.

    Raises:
        DataRefused: it declares another size than it has, or cannot be read.
    """
    with source.on_disk() as file:
        head = guarded(source.name, lambda: file.read(4))
        rank = head[3]
        sizes = guarded(source.name, lambda: file.read(4 * rank))
        if len(sizes) < 4 * rank:
            raise DataRefused(f"{source.name} is cut short: an IDX file says {rank} sizes at its start.")
        shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
        dtype = np.dtype(_TYPES[head[2]])
        wanted = math.prod(shape) * dtype.itemsize
        there = os.fstat(file.fileno()).st_size - 4 - 4 * rank
        if wanted != there:
            said = " × ".join(f"{size:,}" for size in shape)
            problem = "is cut short" if there < wanted else "is longer than it says"
            raise DataRefused(
                f"{source.name} {problem}: its header says {said} numbers of {dtype.itemsize} bytes, "
                f"{wanted:,} in all, and {there:,} follow."
            )
        array = guarded(source.name, lambda: np.fromfile(file, dtype)).reshape(shape)
    return NamedArray(source.name, source.parts[-1], array, transposed="emnist" in source.parts[-1].lower())
