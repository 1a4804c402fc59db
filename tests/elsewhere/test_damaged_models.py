"""Files that were cut off or whose bits turned over: each is told what is wrong, or read as what it says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from lstm_core.elsewhere.model_file import Model, read_model
from lstm_core.errors import ModelRejected
from lstm_core.reading.trace import read_batch
from tests.elsewhere.keras_models import built, saved

EACH = {"keras": 80, "npz": 60, "h5": 60}
"""Damaged files of each form."""

MOST_MEGABYTES = 150
"""That reading small files may add to this process."""


def damaged(content: bytes, number: int) -> bytes:
    """One of many ways: cut off, a piece left out, bits turned over, or a piece of noise."""
    rng = np.random.default_rng(number)
    made = bytearray(content)
    at = int(rng.integers(len(made)))
    match number % 4:
        case 0:
            del made[at:]
        case 1:
            del made[at : at + int(rng.integers(1, 200))]
        case 2:
            for place in rng.integers(len(made), size=int(rng.integers(1, 9))):
                made[place] ^= 1 << int(rng.integers(8))
        case _:
            noise = rng.bytes(int(rng.integers(1, 64)))
            made[at : at + len(noise)] = noise
    return bytes(made)


def outcome(content: bytes) -> str | Model:
    try:
        return read_model(content)
    except ModelRejected as error:
        return str(error)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*HDF5 file.*legacy.*")
@pytest.mark.parametrize("form", EACH)
def test_a_damaged_file_is_refused_in_words_or_is_a_whole_network(form: str, tmp_path: Path):
    whole = saved(built("lstm with dropout"), form, tmp_path)
    assert isinstance(outcome(whole), Model)
    before = psutil.Process().memory_info().rss
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(outcome, (damaged(whole, number) for number in range(EACH[form]))))
    refused = [said for said in found if isinstance(said, str)]
    for said in refused:
        assert said.endswith(".") and said.isprintable() and 10 < len(said) < 500, said
        assert "Traceback" not in said
    image = np.ones((1, 8, 8), np.float32)
    for model in found:
        if isinstance(model, Model):  # what turned over was a weight, or nothing that is read
            assert np.isfinite(read_batch(model.weights, image)).all()
    assert len(refused) > EACH[form] / 3
    assert psutil.Process().memory_info().rss - before < MOST_MEGABYTES * 2**20
