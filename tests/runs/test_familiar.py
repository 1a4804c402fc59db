"""The file in a run's folder that holds what is familiar to its network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lstm_core.data.datasets import load
from lstm_core.inside.familiarity import learn, save
from lstm_core.runs.familiar import FILE, familiarity_of, version
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters
from tests.networks import random_weights

WEIGHTS = random_weights((6,), rows=8, columns=8)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = RunStore(tmp_path).create(hyperparameters({"dataset": "digits", "units": (6,)}))
    made.save_weights(WEIGHTS)
    return made


def test_an_earlier_run_has_none_and_nothing_is_made_of_it(run: Run):
    assert familiarity_of(run, WEIGHTS) is None
    assert version(run) == 0
    assert not (run.folder / FILE).exists()


def test_it_is_found_for_just_the_weights_it_was_measured_of(run: Run, caplog: pytest.LogCaptureFixture):
    digits = load("digits")
    measured = learn(WEIGHTS, digits.train, digits.validation)
    save(measured, run.folder / FILE)
    assert version(run) > 0
    found = familiarity_of(run, WEIGHTS)
    assert found is not None
    assert found.threshold == measured.threshold
    np.testing.assert_array_equal(found.means, measured.means)
    with caplog.at_level("INFO"):
        assert familiarity_of(run, random_weights((6,), seed=9, rows=8, columns=8)) is None
    assert "of other weights" in caplog.text


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_damaged_one_is_left_where_it_is_and_the_run_reads_without(run: Run, content: bytes):
    (run.folder / FILE).write_bytes(content)
    assert familiarity_of(run, WEIGHTS) is None
    assert (run.folder / FILE).read_bytes() == content
