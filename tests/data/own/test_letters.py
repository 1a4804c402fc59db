"""The capital letters of many writers, as people bring them: a part of them is read, looked at and cut."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from lstm_core.data.datasets import DATA_VARIABLE
from lstm_core.data.own.bring import from_paths
from lstm_core.data.own.look import look_at
from lstm_core.data.own.splits import split
from tests.conftest import NAMED_FOLDER

FOLDER = Path(NAMED_FOLDER or "nowhere")
TRAIN, TEST = FOLDER / "pen_letters_train.jsonl", FOLDER / "pen_letters_test.jsonl"


@pytest.mark.skipif(not TRAIN.exists(), reason=f"{DATA_VARIABLE} names no folder with {TRAIN.name}")
@pytest.mark.slow
def test_some_letters_of_many_writers_become_a_data_set_that_a_neighbour_reads(tmp_path: Path):
    for file, count in ((TRAIN, 780), (TEST, 260)):
        with file.open() as lines:
            (tmp_path / file.name).write_text("".join(itertools.islice(lines, count)))
    look = look_at(from_paths([tmp_path / TRAIN.name], [tmp_path / TEST.name]))
    assert look.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert not look.turned_over
    assert not look.transposed
    found = split(look)
    assert len(found.test) + len(found.train) + len(found.validation) + look.repeated > 1_020
    train, test = (np.reshape(piece.images, (len(piece), -1)) / 255 for piece in (found.train, found.test))
    distances = (test**2).sum(1)[:, None] - 2 * test @ train.T + (train**2).sum(1)
    right = found.train.labels[distances.argmin(axis=1)] == found.test.labels
    assert right.mean() > 0.5  # upright, of one size and rightly labelled; by chance it is 0.04
