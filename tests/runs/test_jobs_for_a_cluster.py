"""The queue with runs that are meant for a cluster; nobody is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.errors import InvalidValue, PackageMissing
from lstm_core.runs import cluster_start
from lstm_core.runs.cluster_start import CLUSTER_VARIABLE, chosen_cluster
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_end import record
from lstm_core.runs.worker_files import CLUSTER
from lstm_core.runs.worker_start import worker_lock
from lstm_core.runs.worker_starts import MOST_STARTS
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.pretended import Launches

HERE, THERE = "", "ray://head:10001"
SETTINGS = hyperparameters({"dataset": "digits", "units": (8,), "steps": 30})


@pytest.fixture
def started() -> list[str]:
    """Addresses of clusters for which somebody was started."""
    return []


@pytest.fixture
def jobs(tmp_path: Path, started: list[str], monkeypatch: pytest.MonkeyPatch) -> Jobs:
    monkeypatch.setattr(cluster_start, "find_spec", lambda name: name)
    return Jobs(RunStore(tmp_path), Launches(), lambda root, address: started.append(address))


@pytest.fixture
def on_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLUSTER_VARIABLE, THERE)


def launched(jobs: Jobs) -> int:
    """How many training processes were started here."""
    assert isinstance(jobs.launch, Launches)
    return len(jobs.launch)


@pytest.mark.usefixtures("on_the_cluster")
def test_a_run_for_the_cluster_waits_for_that_alone(jobs: Jobs, started: list[str]):
    run = jobs.submit(SETTINGS).run
    assert (started, launched(jobs)) == ([THERE], 0)
    assert jobs.queue() == [run]
    assert jobs.startable() == []
    assert jobs.claim(1) is None
    assert jobs.claim(CLUSTER, "ray://another:10001") is None
    assert jobs.claim(CLUSTER, THERE) == run
    assert run.status.worker == CLUSTER


def test_runs_for_both_places_are_taken_side_by_side(
    jobs: Jobs, started: list[str], monkeypatch: pytest.MonkeyPatch
):
    here = jobs.submit(SETTINGS).run
    monkeypatch.setenv(CLUSTER_VARIABLE, THERE)
    there = [jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in (1, 2, 3)]
    assert (launched(jobs), started) == (1, [THERE])
    assert [jobs.claim(CLUSTER, THERE) for _ in range(4)] == [*there, None]
    assert jobs.startable() == [here]
    assert jobs.claim(1) == here


@pytest.mark.usefixtures("on_the_cluster")
def test_runs_of_the_cluster_are_interrupted_when_their_dispatcher_is_gone(jobs: Jobs, started: list[str]):
    runs = [jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in (1, 2)]
    lock = worker_lock(jobs.store.root, CLUSTER)
    lock.acquire(timeout=0)
    jobs.take_over(CLUSTER)
    jobs.ready(CLUSTER)
    for _ in runs:
        jobs.claim(CLUSTER, THERE)
    jobs.refresh()
    assert jobs.active_runs() == runs
    assert len(started) == 1
    lock.release()
    assert jobs.active_runs() == []
    assert {run.status.state for run in runs} == {"interrupted"}
    jobs.resume(runs[0])
    assert runs[0].status.cluster == THERE
    assert len(started) == 2


def test_an_interrupted_run_of_a_cluster_goes_on_where_it_is_wanted_now(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(CLUSTER_VARIABLE, THERE)
    run = jobs.submit(SETTINGS).run
    jobs.claim(CLUSTER, THERE)
    jobs.refresh()
    monkeypatch.delenv(CLUSTER_VARIABLE)
    jobs.resume(run)
    assert jobs.claim(1) == run


@pytest.mark.usefixtures("on_the_cluster")
def test_a_cluster_that_nobody_can_be_started_for_fails_its_runs_with_the_reason(
    jobs: Jobs, started: list[str]
):
    run = jobs.submit(SETTINGS).run
    (jobs.store.root / "cluster.lock").touch()
    (jobs.store.root / "cluster.log").write_text("No module named 'ray.something'\n")
    for _ in range(MOST_STARTS + 1):
        record(jobs.store.root, 1, 7, CLUSTER)
        jobs.refresh()
    assert len(started) == MOST_STARTS
    assert run.status.state == "failed"
    assert "No module named 'ray.something'" in run.status.detail
    assert "see whether Ray works here" in run.status.detail


@pytest.mark.usefixtures("on_the_cluster")
def test_nothing_is_warmed_up_for_a_cluster(jobs: Jobs, started: list[str]):
    jobs.warm_up()
    assert (started, launched(jobs)) == ([], 0)


@pytest.mark.parametrize("address", ["auto", "ray://head:10001", "10.0.0.1:6379", "[::1]:6379", " auto "])
def test_addresses_of_clusters(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster_start, "find_spec", lambda name: name)
    assert chosen_cluster({CLUSTER_VARIABLE: address}) == address.strip()


@pytest.mark.parametrize("address", ["head", "http://head:80", "ray://head", "head:port", "a b:1"])
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(InvalidValue, match="`ROW_BY_ROW_RAY` must be auto, HOST:PORT or ray://HOST:PORT"):
        chosen_cluster({CLUSTER_VARIABLE: address})


def test_without_ray_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster_start, "find_spec", lambda name: None)
    with pytest.raises(PackageMissing, match="pip install"):
        chosen_cluster({CLUSTER_VARIABLE: "auto"})
    assert chosen_cluster({}) == ""
