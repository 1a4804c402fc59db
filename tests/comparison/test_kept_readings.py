from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lstm_core.comparison import kept_readings
from lstm_core.comparison.kept_readings import FILE, read_test_images, readings_of
from lstm_core.data.info import DATASETS, Dataset
from lstm_core.errors import InvalidValue, RunDamaged
from lstm_core.reading.trace import read
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.store import RunStore
from tests.networks import random_weights
from tests.pretended import Launches, a_finished_run, a_run


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(RunStore(tmp_path), Launches())


def test_the_result_of_the_training_is_taken_where_there_is_one(jobs: Jobs) -> None:
    run = a_finished_run(jobs)
    assert readings_of(run, DATASETS["digits"]) == run.result()
    assert not (run.folder / FILE).exists()


def test_a_result_of_other_images_is_refused(jobs: Jobs) -> None:
    with pytest.raises(RunDamaged, match="cannot be compared"):
        readings_of(a_finished_run(jobs), DATASETS["mnist"])


def test_a_run_without_a_result_is_read_once(
    jobs: Jobs, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run(jobs, "interrupted")
    assert readings_of(run, digits.info) is None
    done: list[int] = []
    result = read_test_images(run, digits, done.append)
    assert done[-1] == len(digits.test)
    for index in (0, 17, 299):
        alone = read(run.weights(), digits.test.pixels()[index]).probabilities[-1].argmax()
        assert result.readings[index] == alone
    monkeypatch.setattr(kept_readings, "evaluate", None)
    assert readings_of(run, digits.info) == result


def test_other_weights_are_read_anew(jobs: Jobs, digits: Dataset) -> None:
    run = a_run(jobs, "interrupted")
    read_test_images(run, digits)
    run.save_weights(random_weights((16,), seed=5))
    assert readings_of(run, digits.info) is None


def test_a_damaged_file_is_read_anew(jobs: Jobs, digits: Dataset) -> None:
    run = a_run(jobs, "interrupted")
    read_test_images(run, digits)
    (run.folder / FILE).write_text("{", encoding="utf-8")
    assert readings_of(run, digits.info) is None


def test_images_that_the_network_does_not_read_are_refused(jobs: Jobs, digits: Dataset) -> None:
    run = a_run(jobs, "interrupted")
    run.save_weights(random_weights((16,), rows=28, columns=28))
    with pytest.raises(InvalidValue, match="of 28 × 28 images"):
        read_test_images(run, digits)
    assert np.array_equal(sorted(path.name for path in run.folder.glob("compared*")), [])
