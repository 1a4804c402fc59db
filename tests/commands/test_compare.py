"""`compare` and what `runs` says more, over runs that were never really trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from lstm_core.__main__ import main
from lstm_core.data.info import Dataset
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.marks import change_marks
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import with_changes
from tests.pretended import SETTINGS, Launches, a_finished_run, a_run


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(RunStore(tmp_path), Launches())


def invoke(jobs: Jobs, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"ROW_BY_ROW_HOME": str(jobs.store.root)})


def objects(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def a_tested_run(jobs: Jobs, digits: Dataset, wrong: int, **changes: Any) -> Run:
    """A run that reads the first ``wrong`` test images as another digit."""
    run = a_finished_run(jobs, with_changes(SETTINGS, **changes))
    labels = digits.test.labels.astype(int)
    readings = labels.copy()
    readings[:wrong] = (readings[:wrong] + 1) % 10
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, readings), 1)
    by_rows = [0.1] * 7 + [1 - wrong / 300]
    losses = [1.0] * 8
    result = TestResult(
        accuracy=by_rows[-1],
        accuracy_by_rows=by_rows,
        loss_by_rows=losses,
        confusion=confusion.tolist(),
        readings=readings.tolist(),
    )
    run.save_result(result)
    return run


def test_compare_tells_what_differs_the_accuracies_and_p_against_the_first(
    jobs: Jobs, digits: Dataset
) -> None:
    first = a_tested_run(jobs, digits, 12)
    second = a_tested_run(jobs, digits, 2, dropout=0.25)
    third = a_tested_run(jobs, digits, 11, dropout=0.25, seed=4)
    found = objects(invoke(jobs, "compare", first.id, second.id, third.id, "--json"))
    assert [each["id"] for each in found] == [first.id, second.id, third.id]
    assert [each["differing"] for each in found] == [
        {"dropout": 0.5, "seed": 0},
        {"dropout": 0.25, "seed": 0},
        {"dropout": 0.25, "seed": 4},
    ]
    assert [each["accuracy"] for each in found] == [1 - 12 / 300, 1 - 2 / 300, 1 - 11 / 300]
    assert found[0]["mcnemar"] is None
    # Ten images that only the second reads right; two tests were made.
    assert (found[1]["mcnemar"]["only_first"], found[1]["mcnemar"]["only_this"]) == (0, 10)
    assert found[1]["mcnemar"]["p"] == pytest.approx(2 / 2**10)
    assert found[1]["mcnemar"]["p_adjusted"] == pytest.approx(4 / 2**10)
    assert found[2]["mcnemar"]["p"] == 1.0
    group = found[2]["group"]
    assert group == found[1]["group"]
    assert (group["ids"], group["n"]) == ([second.id, third.id], 2)
    assert group["mean"] == pytest.approx(1 - 6.5 / 300)


def test_compare_says_it_in_words(jobs: Jobs, digits: Dataset) -> None:
    first, second = a_tested_run(jobs, digits, 12), a_tested_run(jobs, digits, 2, units=(8,))
    said = invoke(jobs, "compare", first.id, second.id).stdout
    assert "A  digits 16 adam: test accuracy 96.00 %, n = 1; units 16" in said
    assert "B  digits 8 adam: test accuracy 99.33 %, n = 1; units 8" in said
    assert "it takes three seeds of each" in said
    assert "B is right more often than chance would explain (p = 0.002)" in said


def test_runs_of_other_data_have_no_p_and_it_is_said(jobs: Jobs, digits: Dataset) -> None:
    first = a_tested_run(jobs, digits, 1)
    other = a_run(jobs, "finished", with_changes(SETTINGS, dataset="mnist"))
    untested = a_run(jobs, "interrupted", with_changes(SETTINGS, seed=9))
    done = invoke(jobs, "compare", first.id, other.id, untested.id, "--json")
    assert [each["mcnemar"] for each in objects(done)] == [None, None, None]
    assert f"{other.id} learnt from other data than {first.id}." in done.stderr
    assert "must be that of a run that has read the test images" in done.stderr


def test_one_run_alone_is_refused(jobs: Jobs, digits: Dataset) -> None:
    run = a_tested_run(jobs, digits, 1)
    done = invoke(jobs, "compare", run.id, run.id)
    assert done.exit_code == 2
    assert "`ID` must be given for at least two runs" in done.output


def test_runs_tell_curves_and_what_was_noted(jobs: Jobs) -> None:
    run = a_finished_run(jobs)
    change_marks(run, tags=["good"], starred=True)
    (found,) = objects(invoke(jobs, "runs", "--json", "--curves"))
    assert (found["tags"], found["starred"], found["archived"], found["note"]) == (["good"], True, False, "")
    assert found["curves"]["training"] == {
        "step": [20], "images": [20 * SETTINGS.batch_size], "seconds": [1.0], "loss": [0.9], "accuracy": [0.7]
    }  # fmt: skip
    assert found["curves"]["validation"]["accuracy"] == [0.65]
    assert invoke(jobs, "runs", "--curves").exit_code == 2


def test_archived_runs_are_listed_only_when_asked_for(jobs: Jobs) -> None:
    change_marks(a_finished_run(jobs), archived=True)
    assert objects(invoke(jobs, "runs", "--json")) == []
    assert len(objects(invoke(jobs, "runs", "--json", "--archived"))) == 1
