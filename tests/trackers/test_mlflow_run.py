"""A run logged in MLflow's embedded store."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lstm_core.errors import InvalidValue, PackageMissing, StorageError
from lstm_core.runs.run import Run
from lstm_core.trackers.mlflow_run import EXPERIMENT, GROUP_TAG, log_to_mlflow
from lstm_core.trackers.subject import subject_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    pytest.importorskip("mlflow")
    pytest.importorskip("sqlalchemy")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.mark.slow
def test_a_run_is_logged_once_with_settings_and_curves(run: Run, uri: str):
    from mlflow import MlflowClient

    client = MlflowClient(uri)
    logged = client.get_run(log_to_mlflow(run))
    assert logged.info.run_name == run.name
    assert logged.info.status == "FINISHED"
    assert (logged.info.start_time, logged.info.end_time) == (100_000, 165_000)
    assert logged.data.params["units"] == "8,4"
    assert logged.data.params["seed"] == "7"
    assert logged.data.tags[GROUP_TAG] == subject_of(run).group
    assert logged.data.metrics["accuracy/test"] == 0.875
    curve = client.get_metric_history(logged.info.run_id, "loss/training")
    assert sorted((point.step, point.value) for point in curve) == [(10, 2.0), (20, 1.25), (30, 1.0)]

    with pytest.raises(InvalidValue, match="not logged before"):
        log_to_mlflow(run)
    again = log_to_mlflow(run, force=True)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    assert [found.info.run_id for found in client.search_runs([experiment.experiment_id])] == [again]


@pytest.mark.slow
def test_a_store_that_cannot_be_used_is_said(run: Run, uri: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "nothing://here")
    with pytest.raises(StorageError, match="MLflow does not take the run"):
        log_to_mlflow(run)


def test_without_the_package_it_is_said_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(PackageMissing, match="pip install mlflow-skinny"):
        log_to_mlflow(run)
