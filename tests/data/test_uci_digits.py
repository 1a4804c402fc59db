"""The digits that come with the project. That they are scikit-learn's is tested where they are loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lstm_core.data.info import DATASETS
from lstm_core.data.uci_digits import FILE, read_digits
from lstm_core.errors import DataDamaged

FINGERPRINT = DATASETS["digits"].fingerprint


def test_the_digits_are_whole_and_cannot_be_written_to():
    images, labels = read_digits(FINGERPRINT)
    assert images.shape == (1797, 8, 8)
    assert labels.shape == (1797,)
    assert images.dtype == np.uint8
    assert labels.dtype == np.uint8
    assert not images.flags.writeable and not labels.flags.writeable
    assert (FILE.with_name("digits.md")).read_text(encoding="utf-8").count("CC BY 4.0") == 1


def test_changed_digits_are_noticed(tmp_path: Path):
    images, labels = read_digits(FINGERPRINT)
    changed = images.copy()
    changed[5, 3, 3] ^= 1
    np.savez(tmp_path / "digits.npz", images=changed, labels=labels)
    with pytest.raises(DataDamaged, match="known digits; install Row by Row again"):
        read_digits(FINGERPRINT, tmp_path / "digits.npz")


@pytest.mark.parametrize("content", [None, b"", b"PK", b"no archive", FILE.read_bytes()[:20_000]])
def test_a_missing_or_damaged_file_says_what_to_do(content: bytes | None, tmp_path: Path):
    file = tmp_path / "digits.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataDamaged, match="install Row by Row again"):
        read_digits(FINGERPRINT, file)


def test_an_archive_of_something_else_is_refused(tmp_path: Path):
    np.savez(tmp_path / "digits.npz", images=np.zeros(3))
    with pytest.raises(DataDamaged, match="labels"):
        read_digits(FINGERPRINT, tmp_path / "digits.npz")
