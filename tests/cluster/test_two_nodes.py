"""A real Ray cluster of two nodes on this machine: runs go there, come home, and outlive a node.

Skipped without Ray, unless ``ROW_BY_ROW_REQUIRE_CLUSTER=1``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.data.own.kept import OwnSets
from lstm_core.files import HOME_VARIABLE
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.cluster_start import CLUSTER_VARIABLE
from lstm_core.runs.events import Started, Tweaked
from lstm_core.runs.jobs import Jobs, last_step
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import teaching_of
from lstm_core.runs.worker_start import spawn_for_cluster
from lstm_core.settings.validation import hyperparameters
from lstm_core.teaching.submit import teach
from tests.data.own.test_kept import add
from tests.networks import random_weights
from tests.teaching.lessons import drawings, finished_parent
from tests.training.real_workers import ENDLESS, SMALL, Workers, needs_keras

REQUIRED = os.environ.get("ROW_BY_ROW_REQUIRE_CLUSTER") == "1"

pytestmark = [
    pytest.mark.slow,
    needs_keras,
    pytest.mark.skipif(not REQUIRED and find_spec("ray") is None, reason="Ray is not installed"),
    pytest.mark.filterwarnings("ignore"),  # Ray's own, of the process that starts the cluster
]

LONG = {**SMALL, "steps": 1500, "evaluate_every": 100}


class OnCluster(Workers):
    """Jobs whose runs go to a cluster; what hands them on is ended with the test."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.jobs = Jobs(
            RunStore(root), self.launch, lambda root, address: self.keep(spawn_for_cluster(root, address))
        )

    @property
    def log(self) -> str:
        return (self.jobs.store.root / "cluster.log").read_text()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes with a core each; the second is the first one's list's last."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        made.add_node(num_cpus=1)
        made.wait_for_nodes()
        patch.setenv(CLUSTER_VARIABLE, made.address)
        yield made
        made.shutdown()


@pytest.fixture(scope="module")
def there(cluster: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnCluster]:
    workers = OnCluster(tmp_path_factory.mktemp("runs"))
    yield workers
    workers.kill()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    workers = Workers(tmp_path_factory.mktemp("local"))
    yield workers
    workers.kill()


def trained_here(here: Workers, run: Run) -> LstmWeights:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(CLUSTER_VARIABLE)
        local = here.jobs.submit(run.hyperparameters).run
        here.ended(local)
    return local.weights()


def close(a: LstmWeights, b: LstmWeights) -> bool:
    ours, theirs = a.arrays(), b.arrays()
    return all(np.allclose(ours[name], theirs[name], rtol=1e-4, atol=1e-5) for name in ours)


def test_runs_of_a_node_that_dies_go_on_elsewhere_and_equal_those_trained_here(
    there: OnCluster, here: Workers, cluster: Any
):
    """It comes first: of processes that have trained before one would be far ahead of the other."""
    runs = [there.submit(**LONG, seed=seed) for seed in range(4)]
    there.until(lambda: sum(run.status.state == "running" and last_step(run) > 200 for run in runs) == 2)
    *_, second = cluster.list_all_nodes()
    cluster.remove_node(second, allow_graceful=False)
    for run in runs:
        there.ended(run)
    assert [run.status.state for run in runs] == ["finished"] * 4, there.log[-3000:]
    assert "A process that is there takes the next run" in there.log
    begun = [[event.step for event in run.events()[0] if isinstance(event, Started)] for run in runs]
    (continued,) = [steps for steps in begun if len(steps) > 1]
    assert continued[1] >= 200  # from its checkpoint
    for run in runs[:2]:
        assert close(run.weights(), trained_here(here, run))


def test_a_run_is_steered_there_and_stopped_and_its_curves_come_home_meanwhile(there: OnCluster):
    run = there.submit(**ENDLESS)
    there.until(lambda: last_step(run) > 100)
    assert run.has_weights
    assert run.snapshots()
    run.steer(learning_rate=0.02)
    there.until(lambda: run.status.tweaked)
    assert any(isinstance(event, Tweaked) for event in run.events()[0])
    there.jobs.cancel(run)
    there.ended(run)
    assert run.status.state == "stopped", run.status.detail
    assert run.result() is not None
    assert len(there.started) == 1


@pytest.mark.parametrize("alone", [False, True], ids=["with the data set", "alone"])
def test_drawings_are_taught_there(there: OnCluster, alone: bool, monkeypatch: pytest.MonkeyPatch):
    """Alone as where the data set is not at home: then the run's folder is all that a node needs."""
    store = there.jobs.store
    monkeypatch.setenv(HOME_VARIABLE, str(store.root))
    if alone:
        kept = add(store.root, "letters")
        settings = hyperparameters({"dataset": "letters", "units": (4,), "batch_size": 16})
        weights = replace(
            random_weights((4,), rows=28, columns=28, classes=3), class_names=kept.info.class_names
        )
        parent = finished_parent(store, settings, weights=weights)
        OwnSets(store.root).remove("letters")
        images, labels = drawings(per_class=3, classes=3, side=28)
    else:
        parent = finished_parent(store)
        images, labels = drawings()
    run = teach(there.jobs, images, labels, parent, steps=30).run
    there.ended(run)
    assert run.status.state == "finished", (run.status.detail, there.log[-3000:])
    teaching = teaching_of(run)
    assert teaching is not None and bool(teaching.without) == alone
    assert teaching.own is not None and teaching.own.of == len(images) // 3
    assert (teaching.test is None) == alone
    assert run.weights().fingerprint != parent.weights().fingerprint
    assert last_step(run) == 30


def test_a_cluster_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(CLUSTER_VARIABLE, "127.0.0.1:9")
    lost = OnCluster(tmp_path)
    run = lost.submit(**SMALL)
    lost.ended(run)
    lost.kill()
    assert run.status.state == "failed"
    assert "The Ray cluster at 127.0.0.1:9 cannot be reached" in run.status.detail
