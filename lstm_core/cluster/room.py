"""What one training takes of a cluster, and for how many more there is room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.lanes import is_small

LARGE_CORES = 4
"""What a training of a large network uses of a CPU; a small one takes one core."""


def resources(settings: HyperParameters, nodes: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """What a training takes, as `ray.remote` names it.

    Args:
        settings: what is trained.
        nodes: as `ray.nodes` tells of them.
    """
    there = [node["Resources"] for node in nodes if node["Alive"]]
    if settings.device != "cpu" and any(node.get("GPU", 0) >= 1 for node in there):
        return {"num_cpus": 1, "num_gpus": 1}
    largest = int(max((node.get("CPU", 0) for node in there), default=1))
    return {"num_cpus": 1 if is_small(settings) else max(1, min(LARGE_CORES, largest)), "num_gpus": 0}


def has_room(
    wanted: Mapping[str, float], taken: Iterable[Mapping[str, float]], nodes: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether the nodes have what is wanted besides what is taken.

    Args:
        wanted: by one more training.
        taken: by each of those that go on.
        nodes: as `ray.nodes` tells of them.
    """
    taken = list(taken)
    there = [node["Resources"] for node in nodes if node["Alive"]]
    for name, of_ray in (("num_cpus", "CPU"), ("num_gpus", "GPU")):
        in_use = sum(one[name] for one in taken)
        if wanted[name] and in_use + wanted[name] > sum(node.get(of_ray, 0) for node in there):
            return False
    return True
