"""The arrays of an HDF5 file from a stranger, read in a process of their own: see `hdf5_process`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from numpy.typing import NDArray

from lstm_core.array_files import DamagedArrays, read_npz
from lstm_core.errors import ModelRejected, StorageError

REFUSED = 3
"""Exit status of the process when it says why it does not read a file."""

ATTRIBUTES, NAMES, OTHERS = "attributes", "names", "others"
"""What the process hands over beside the arrays, each JSON as bytes: text that Keras keeps at the root, the
arrays' names in the order of their members, and by name the type of arrays that were left out."""

SECONDS = 60.0
"""Until the process is ended, should its own bound on processor time not do."""

_ALONE = {
    "HDF5_PLUGIN_PRELOAD": "::",  # no plug-ins
    "HDF5_USE_FILE_LOCKING": "FALSE",
    "OPENBLAS_NUM_THREADS": "1",  # each thread would take memory that is bounded
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Hdf5Content:
    """What is read of an HDF5 file.

    Attributes:
        texts: what Keras says at the root: ``model_config``, ``keras_version``.
        arrays: of the layers, by their paths; floats only.
        others: by path, the type of arrays that are no floats.
    """

    texts: Mapping[str, str]
    arrays: Mapping[str, NDArray[Any]]
    others: Mapping[str, str]


def read_hdf5(content: bytes, what: str) -> Hdf5Content:
    """The arrays of a file of Keras.

    Args:
        content: of the file.
        what: begins what is said of it, such as "The file".

    Raises:
        ModelRejected: it is damaged, too large, or leads out of itself.
        StorageError: no process can be started, or nothing be written, at this moment.
    """
    try:
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
            source.write(content)
            source.seek(0)
            done = _process(source, target)
            if done.returncode == REFUSED:
                reason = done.stderr.decode(errors="replace").strip()
                raise ModelRejected(f"{what} cannot be read: {reason}.")
            if done.returncode:
                raise ModelRejected(f"{what} is damaged: reading it {_ended(done.returncode)}.")
            target.seek(0)
            arrays = read_npz(target)
    except subprocess.TimeoutExpired as error:
        raise ModelRejected(f"{what} is damaged: reading it took more than {SECONDS:.0f} seconds.") from error
    except DamagedArrays as error:
        raise ModelRejected(f"{what} is damaged: {error}.") from error
    except OSError as error:
        raise StorageError(f"{what} cannot be read at this moment: {error.strerror or error}.") from error
    texts, names, others = (json.loads(arrays.pop(key).tobytes()) for key in (ATTRIBUTES, NAMES, OTHERS))
    return Hdf5Content(texts, {name: arrays[str(number)] for number, name in enumerate(names)}, others)


def _process(source: IO[bytes], target: IO[bytes]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "lstm_core.elsewhere.hdf5_process"],
        stdin=source,
        stdout=target,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **_ALONE},
        timeout=SECONDS,
        check=False,
    )


def _ended(status: int) -> str:
    """Words for the end of a process, to follow what it did."""
    if status < 0:
        try:
            return f"ended with {signal.Signals(-status).name}"
        except ValueError:
            return f"ended with signal {-status}"
    return f"ended with status {status}"
