"""Arrays in NumPy's files, ``.npz`` and ``.npy``, whatever their names."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_core.array_files import DamagedArrays, read_npy, read_npz
from lstm_core.data.own.named_arrays import NamedArray
from lstm_core.data.own.sources import Source, reason
from lstm_core.errors import DataRefused


def read_arrays(source: Source) -> Iterator[NamedArray]:
    """Every array of the file.

    Raises:
        DataRefused: it is damaged, declares more than it holds, or holds Python objects.
    """
    emnist = "emnist" in source.parts[-1].lower()
    try:
        with source.on_disk() as file:
            if source.head().startswith(b"\x93NUMPY"):
                found = {source.parts[-1].removesuffix(".npy"): read_npy(file)}
            else:
                found = read_npz(file)
    except DamagedArrays as error:
        if "type object" in str(error):
            raise DataRefused(
                f"{source.name} holds Python objects (a pickle), which can run programs when they "
                "are opened, "
                "so they are never opened here. Save images and labels as arrays of numbers."
            ) from error
        raise DataRefused(f"{source.name} cannot be read: {reason(error)}.") from error
    except MemoryError as error:
        raise DataRefused(f"{source.name} needs more memory than there is. Bring a part of it.") from error
    except OSError as error:
        raise DataRefused(f"{source.name} cannot be read: {error.strerror or error}.") from error
    for key, array in found.items():
        # Where the key says nothing, as of `numpy.savez(file, array)`, the file's name may.
        words = f"{key} {source.parts[-1]}" if key.startswith("arr_") else key
        yield NamedArray(f"{source.name}: {key}" if len(found) > 1 else source.name, words, array, emnist)
