"""Where a person wants trainings: here, or on a cluster of machines that Ray holds together.

``ROW_BY_ROW_RAY``, or ``--on`` on the command line, names the cluster; it is kept with each run that is
queued, so a run waits for the place it was meant for. The process that hands runs to a cluster is started and
watched like a training process, and has a number that none of those has.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from lstm_core.errors import InvalidValue, PackageMissing
from lstm_core.runs.worker_files import CLUSTER
from lstm_core.runs.worker_starts import WorkerStarts

CLUSTER_VARIABLE = "ROW_BY_ROW_RAY"
MISSING = (
    "Training on a cluster needs the package `ray`, which is not installed. Install it with: "
    "pip install 'row-by-row[cluster]'"
)

_ADDRESS = re.compile(r"auto|(?:ray://)?(?:[\w.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}", re.ASCII)


def chosen_cluster(environment: Mapping[str, str] = os.environ) -> str:
    """The address of the cluster, or nothing for this machine.

    Raises:
        InvalidValue: the variable holds no address.
        PackageMissing: Ray is not installed.
    """
    address = environment.get(CLUSTER_VARIABLE, "").strip()
    if not address:
        return ""
    if not _ADDRESS.fullmatch(address):
        raise InvalidValue(CLUSTER_VARIABLE, "auto, HOST:PORT or ray://HOST:PORT", address)
    if find_spec("ray") is None:
        raise PackageMissing(MISSING)
    return address


def cluster_starts(root: Path, launch: Callable[[], object], clock: Callable[[], float]) -> WorkerStarts:
    """The starts of what hands runs to a cluster, which ``launch`` starts; as for training processes."""
    return WorkerStarts(root, lambda _: launch(), clock, lambda _: [CLUSTER], "cluster.starting", "Ray")
