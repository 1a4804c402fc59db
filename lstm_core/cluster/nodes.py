"""The processes of the cluster that this home has there."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ray

from lstm_core.cluster.node import Node

KEPT_SECONDS = 10.0
"""How long a process without a run keeps its part of the cluster, for the next run like its last."""

_log = logging.getLogger("lstm_core.cluster")


@dataclass(frozen=True)
class _Idle:
    node: Any
    resources: Mapping[str, float]
    since: float


@dataclass
class Nodes:
    """Starts processes, and keeps those whose run has ended for a while."""

    _idle: list[_Idle] = field(default_factory=list)

    def take(self, resources: Mapping[str, float]) -> Any:
        """A process, as a handle of its actor, that has no run.

        Args:
            resources: what one training takes there, as `ray.remote` names it.
        """
        for at, idle in enumerate(self._idle):
            if idle.resources == resources:
                _log.info("A process that is there takes the next run")
                return self._idle.pop(at).node
        self.let_go(0)  # what they hold may be what is needed
        threads = {"env_vars": {"OMP_NUM_THREADS": str(max(1, int(resources["num_cpus"])))}}
        actor: Any = ray.remote(Node).options(
            **resources, max_restarts=0, max_concurrency=3, runtime_env=threads
        )
        return actor.remote()

    def keep(self, node: Any, resources: Mapping[str, float]) -> None:
        """Take back a process whose run has ended."""
        self._idle.append(_Idle(node, resources, time.monotonic()))

    def let_go(self, idle_seconds: float = KEPT_SECONDS) -> None:
        """End the processes that have had no run for so long."""
        now = time.monotonic()
        for idle in [one for one in self._idle if now >= one.since + idle_seconds]:
            end(idle.node)
            self._idle.remove(idle)


def end(node: Any) -> None:
    """End a process, whatever it does."""
    try:
        ray.kill(node)
    except ray.exceptions.RayError:
        _log.debug("A process of the cluster was gone already")
