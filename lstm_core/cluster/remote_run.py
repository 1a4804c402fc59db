"""A run of this home that a node of a cluster trains: started, followed, steered, and tried again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import ray

from lstm_core.cluster.news import MOST_BYTES, News, Stamp, bring_home, files_of
from lstm_core.cluster.nodes import Nodes, end
from lstm_core.errors import LstmError, RunMissing
from lstm_core.files import read_bounded
from lstm_core.runs.run import Run
from lstm_core.runs.run_end import last_step
from lstm_core.runs.status import ACTIVE

MOST_TRIES = 3
"""Nodes in a row that may end before the run came further; then it fails."""

_log = logging.getLogger("lstm_core.cluster")


class RemoteRun:
    """One run on the cluster. Nothing here waits for a node: `look` does what there is to do and returns.

    Args:
        run: that was claimed.
        dataset: what it learns from, as an object of the cluster; None where its folder holds all of it.
        resources: what one training takes there, as `ray.remote` names it.
        nodes: gives it a process there.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        run: Run,
        dataset: Any,
        resources: Mapping[str, float],
        nodes: Nodes,
        clock: Callable[[], float],
    ) -> None:
        self.run = run
        self.resources = resources
        self.nodes = nodes
        self.clock = clock
        self._dataset = dataset
        self._tries = 0
        self._reached = -1
        self._begin()

    def look(self) -> bool:
        """Take in what the node told since, and hand on what a person wants; false once the run has ended.

        Raises:
            RunMissing: it was deleted.
            StorageError: what was told cannot be kept.
        """
        self._steer()
        ready, _ = ray.wait([self._asked, self._trained], num_returns=1, timeout=0)
        if not ready:
            return True
        try:
            ended = self._has_ended()
            state = self._take_in()
            if ended and state in ACTIVE:
                state = self._take_in()  # what was asked before its end does not know of it
        except ray.exceptions.RayError as error:
            if self.run.status.state in ACTIVE:
                return self._try_again(error)
            self.let_go()
            return False
        if state in ACTIVE and ended:
            return self._try_again(RuntimeError("the training left its run unfinished"))
        if ended:
            self.nodes.keep(self._node, self.resources)
        return not ended

    def let_go(self) -> None:
        """End the training on the node, if it still goes on."""
        end(self._node)

    def _begin(self) -> None:
        """Start on some node, from what is at home."""
        files = files_of(self.run)
        self._known: Mapping[str, Stamp] = {}
        self._read = len(files.get("events.jsonl", b""))
        self._control = files.get("control.json", b"")
        self._reached = last_step(self.run)
        self._node = self.nodes.take(self.resources)
        self._begun = self._node.begin.remote(self.run.id, files, _kernels(self.run), self._dataset)
        self._trained = self._node.train.remote(self._begun)
        self._asked = self._node.news.remote(self._known, self._read, self._begun)

    def _take_in(self) -> str:
        """Keep what the node told, and ask for more; the state of the run."""
        news: News = ray.get(self._asked)
        self._known, self._read = news.stamps, news.read
        bring_home(self.run, news)
        self._asked = self._node.news.remote(self._known, self._read, self._begun)
        return news.status.state

    def _has_ended(self) -> bool:
        ready, _ = ray.wait([self._trained], timeout=0)
        if ready:
            ray.get(self._trained)
        return bool(ready)

    def _steer(self) -> None:
        path = self.run.folder / "control.json"
        if not path.exists():
            return
        control = read_bounded(path, MOST_BYTES)
        if control != self._control:
            self._control = control
            self._node.steer.remote(control, self._begun)

    def _try_again(self, error: Exception) -> bool:
        """Go on from the last checkpoint on another node; false when that was tried too often."""
        _log.warning("Run %s lost its node: %s", self.run.id, error)
        self.let_go()
        self.nodes.let_go(0)  # they may have been where this one was
        step = last_step(self.run)
        self._tries = 1 if step > self._reached else self._tries + 1
        if self._tries >= MOST_TRIES:
            self.run.fail(
                f"The node that trained it ended {MOST_TRIES} times at step {step}. Look into Ray's logs on "
                f"the nodes for the reason, then press Continue. The last message: {str(error)[:300]}",
                self.clock(),
                step,
            )
            return False
        detail = f"its node ended at step {step}; it goes on elsewhere from its last checkpoint"
        update = {"state": "preparing", "since": self.clock(), "detail": detail, "step": step}
        self.run.set_status(self.run.status.model_copy(update=update))
        self._begin()
        return True


def _kernels(run: Run) -> dict[str, bytes]:
    """The first weights its settings name, by their path in the home."""
    try:
        fingerprint = run.hyperparameters.initial_kernel
    except RunMissing:
        raise
    except LstmError:  # which its training finds out and says
        return {}
    name = f"initial_kernels/{fingerprint}.npy"
    path = run.folder.parent.parent / name
    return {name: read_bounded(path, MOST_BYTES)} if fingerprint and path.exists() else {}
