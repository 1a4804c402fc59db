"""The UCI digits, which come with the project; source and licence are in ``digits.md`` beside this file."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from pathlib import Path

import numpy as np

from lstm_core.data.info import Pixels
from lstm_core.errors import DataDamaged

FILE = Path(__file__).with_name("digits.npz")


def read_digits(fingerprint: str, file: Path = FILE) -> tuple[Pixels, Pixels]:
    """The images ``(1797, 8, 8)`` and labels ``(1797,)``, both uint8 and read-only.

    Args:
        fingerprint: SHA-256 that the contents must have.
        file: where they are; by default what is installed.

    Raises:
        DataDamaged: the file is missing or damaged, or holds something else.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            images, labels = arrays["images"], arrays["labels"]
        found = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataDamaged(f"{file} cannot be read ({error}); install Row by Row again.") from error
    if found != fingerprint:
        raise DataDamaged(f"{file} does not hold the known digits; install Row by Row again.")
    images.setflags(write=False)
    labels.setflags(write=False)
    return images, labels
