"""Hands runs to a cluster: ``python -m lstm_core.cluster.dispatcher ROOT ADDRESS``.

It takes the place of a training process for the runs that are meant for the cluster at ADDRESS: it holds a
lock, claims them from the queue, and is found dead by whoever looks. It computes nothing, and unlike a
training process it gives way to nobody. The nodes need nothing but Python and the packages that training
needs; the code of this version comes with the first run, a data set once for each node.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import time
from pathlib import Path
from typing import Any

from filelock import Timeout

from lstm_core.data.datasets import load
from lstm_core.errors import DataMissing, LstmError, RunMissing
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_files import CLUSTER
from lstm_core.runs.worker_start import worker_lock
from lstm_core.trackers.live import shown_live

IDLE_SECONDS = 60.0
POLL_SECONDS = 0.2
CONNECT_SECONDS = 10.0

log = logging.getLogger("lstm_core.cluster")


def main(root: Path, address: str) -> None:
    """Hand runs to the cluster until none has waited for a while."""
    if not root.is_dir():
        return
    lock = worker_lock(root, CLUSTER)
    try:
        lock.acquire(timeout=2.0)
    except Timeout:
        return  # another one is at work
    jobs = Jobs(RunStore(root))
    jobs.take_over(CLUSTER)
    jobs.announce("connecting to the cluster", address)
    try:
        _connect(address)
    except Exception as error:  # each run that waits is to say why
        log.exception("There is no way to the cluster")
        while run := jobs.claim(CLUSTER, address):
            run.fail(f"The Ray cluster at {address} cannot be reached: {error}", time.time())
        return
    jobs.ready(CLUSTER)
    _Dispatcher(jobs, address).work()


def _connect(address: str) -> None:
    """Raises what is wrong; Ray itself would try for minutes where nobody answers."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    import ray

    import lstm_core

    ray.init(
        address=address,
        namespace="row-by-row",
        runtime_env={"py_modules": [str(Path(lstm_core.__file__).parent)]},
        log_to_driver=False,
    )


class _Dispatcher:
    def __init__(self, jobs: Jobs, address: str) -> None:
        from lstm_core.cluster.nodes import Nodes
        from lstm_core.cluster.remote_run import RemoteRun

        self.jobs = jobs
        self.address = address
        self.remote_run = RemoteRun
        self.nodes = Nodes()
        self.going: list[RemoteRun] = []
        self.datasets: dict[str, Any] = {}
        self.shown: dict[str, contextlib.ExitStack] = {}

    def work(self) -> None:
        idle_since = time.monotonic()
        while True:
            self._begin()
            self.going = [run for run in self.going if self._goes_on(run)]
            self.nodes.let_go()
            if self.going:
                idle_since = time.monotonic()
            if time.monotonic() >= idle_since + IDLE_SECONDS:
                with self.jobs.store.queue_lock():
                    if not self.jobs.waiting_for(self.address):
                        return
            time.sleep(POLL_SECONDS)

    def _begin(self) -> None:
        """Start what there is room for."""
        import ray

        from lstm_core.cluster.room import has_room, resources

        while waiting := self.jobs.waiting_for(self.address):
            nodes = ray.nodes()  # type: ignore[no-untyped-call]
            wanted = resources(waiting[0].hyperparameters, nodes)
            if not has_room(wanted, [run.resources for run in self.going], nodes):
                return
            run = self.jobs.claim(CLUSTER, self.address)
            if run is None:
                return
            try:
                status = run.status.model_copy(update={"detail": "going to a node of the cluster"})
                run.set_status(status)
                remote = self.remote_run(run, self._dataset(run), wanted, self.nodes, self.jobs.store.clock)
                self.going.append(remote)
                self.shown[run.id] = contextlib.ExitStack()
                self.shown[run.id].enter_context(shown_live(run))
            except LstmError as error:
                log.exception("Run %s cannot go to the cluster", run.id)
                with contextlib.suppress(RunMissing):
                    run.fail(str(error), time.time())

    def _dataset(self, run: Run) -> Any:
        """What ``run`` learns from, put into the cluster once; None where its folder holds all of it.

        Raises `DataError`.
        """
        import ray

        tuning = run.hyperparameters.fine_tuning
        if tuning and not tuning.with_data_set:
            return None
        info = run.hyperparameters.info
        if info.fingerprint not in self.datasets:
            found = load(info.name, root=self.jobs.store.root)
            if found.info.fingerprint != info.fingerprint:
                raise DataMissing(f"The data set {info.name!r} is another one now than for this run.")
            self.datasets[info.fingerprint] = ray.put(found)
        return self.datasets[info.fingerprint]

    def _goes_on(self, remote: Any) -> bool:
        try:
            return bool(remote.look()) or self._ended(remote)
        except RunMissing:
            log.info("Run %s was deleted", remote.run.id)
        except LstmError as error:
            log.exception("What run %s told cannot be kept", remote.run.id)
            with contextlib.suppress(LstmError):
                remote.run.fail(str(error), time.time())
        remote.let_go()
        return self._ended(remote)

    def _ended(self, remote: Any) -> bool:
        """False, once nothing more is told of it."""
        self.shown.pop(remote.run.id).close()
        return False


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    main(Path(sys.argv[1]), sys.argv[2])
