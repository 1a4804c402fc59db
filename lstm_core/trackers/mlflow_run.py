"""A run for MLflow, through its own client: settings as parameters, curves as metrics.

The package `mlflow` or `mlflow-skinny` is optional and is imported where a run is logged. Where to, says
``MLFLOW_TRACKING_URI``, as for every program that uses MLflow.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any

from lstm_core.errors import InvalidValue, PackageMissing, StorageError
from lstm_core.runs.events import TrainingEvent
from lstm_core.runs.history import History
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.trackers.scalars import Scalar, scalars
from lstm_core.trackers.subject import Subject, subject_of

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "Row by Row"
RUN_TAG, GROUP_TAG = "row_by_row.run", "row_by_row.group"
MISSING = (
    "MLflow needs the package `mlflow` or `mlflow-skinny`, which is not installed. Install it with: "
    "pip install mlflow-skinny"
)

_AT_ONCE = 1000
"""Metrics that a tracking server takes in one request."""


def log_to_mlflow(run: Run, *, force: bool = False) -> str:
    """Log a run in the experiment `EXPERIMENT`.

    Args:
        run: which; later curves of it are not added.
        force: replace what was logged of this run before.

    Returns:
        MLflow's identifier of its run.

    Raises:
        InvalidValue: the run was logged before.
        PackageMissing: MLflow is not installed.
        RunError: the run was not trained here.
        StorageError: the tracking server cannot be reached or refuses it.
    """
    try:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
    except ImportError as error:
        raise PackageMissing(MISSING) from error

    subject = subject_of(run)
    events, _ = run.events()
    try:
        return _log(MlflowClient(), subject, events, _state(run), force=force)
    except (MlflowException, OSError) as error:
        raise StorageError(f"MLflow does not take the run: {error}") from error


def _log(
    client: MlflowClient, subject: Subject, events: list[TrainingEvent], state: str, *, force: bool
) -> str:
    known = client.get_experiment_by_name(EXPERIMENT)
    experiment = known.experiment_id if known else client.create_experiment(EXPERIMENT)
    before = client.search_runs([experiment], f"tags.`{RUN_TAG}` = '{subject.id}'")
    if before and not force:
        rule = "one that was not logged before (--force replaces what was logged)"
        raise InvalidValue("--run", rule, subject.id)
    made = client.create_run(
        experiment,
        start_time=_milliseconds(events[0].time if events else subject.created),
        run_name=subject.name,
        tags={RUN_TAG: subject.id, GROUP_TAG: subject.group},
    ).info.run_id
    from mlflow.entities import Param

    client.log_batch(made, params=[Param(name, str(value)) for name, value in subject.settings.items()])
    points = iter(_points(events))
    while batch := list(itertools.islice(points, _AT_ONCE)):
        client.log_batch(made, metrics=[_metric(point) for point in batch])
    if state != "RUNNING":
        client.set_terminated(made, state, _milliseconds(events[-1].time if events else subject.created))
    for earlier in before:
        client.delete_run(earlier.info.run_id)
    return made


def _points(events: list[TrainingEvent]) -> list[Scalar]:
    """Of every step as it was last taken, and of the last test."""
    history = History()
    history.add(events)
    tests = [point for event in events for point in scalars(event) if point.name == "accuracy/test"]
    told: list[TrainingEvent] = [*history.batches, *history.evaluations]
    return [point for event in told for point in scalars(event)] + tests[-1:]


def _metric(point: Scalar) -> Any:
    from mlflow.entities import Metric

    return Metric(point.name, point.value, _milliseconds(point.time), point.step)


def _state(run: Run) -> str:
    """In MLflow's words."""
    state = run.status.state
    if state in WAITING_OR_ACTIVE:
        return "RUNNING"
    return {"finished": "FINISHED", "failed": "FAILED"}.get(state, "KILLED")


def _milliseconds(seconds: float) -> int:
    return round(1000 * seconds)
