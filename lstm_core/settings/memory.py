"""How much memory and disk a training will take, before it starts, and whether that is there.

The figures below were found from the peaks of 18 trainings on a CPU with two lanes, which they meet within
a factor of 1.1; four others are met within 1.2. `tests/settings/test_memory.py` has them. What dominates are
the numbers that the backward pass needs again, so many bytes for each unit, row and image of a batch, and
what is kept of each parameter. Computing with JAX was not measured and is taken for Keras' way. Of a GPU's
memory nothing is said here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from lstm_core.errors import NotEnoughMemory, StorageError
from lstm_core.reading.cores import cores
from lstm_core.settings import available, library
from lstm_core.settings.computation import choose_computation, choose_precision
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.lanes import lanes as lanes_on
from lstm_core.settings.shapes import parameter_count

LIBRARY = 1_000_000_000
"""Bytes of the process before there is a network: TensorFlow, Keras, and compiled operations."""

ADDRESSES = 1_800_000_000
"""Bytes of addresses that the process reserves beyond the memory it uses."""

FLOAT = 4
KEPT_SNAPSHOTS = 24
EVENTS = 1_000_000
"""Bytes of a run's small files."""

_TRAINING = {
    "keras": 50.0,
    "cudnn": 50.0,
    "whole-sequence": 56.0,
    "unrolled": 62.0,
    "by-hand": 61.0,
    "separate-matrices": 80.0,
}
"""Bytes that training keeps for each unit, row and image, by the way of computing."""

_TRAINING_FUSED = {"float32": 42.0, "bfloat16": 26.0}
_TRAINING_PLAIN = 80.0
_OF_CELL = {"lstm": 1.0, "gru": 1.15, "rnn": 0.55}
_BOTH = 1.2
"""By how much more it is for a layer of both directions, unit for unit."""

_READING = {"float32": 12.0, "bfloat16": 5.5}
"""The same when images are only read."""

_SLOTS = {"adam": 2, "rmsprop": 1, "sgd": 1}
"""Numbers that the optimiser keeps of each parameter."""


@dataclass(frozen=True)
class Need:
    """Bytes that a training takes.

    Attributes:
        parameters: weights, gradients, what the optimiser keeps, and copies while they are saved.
        batch: numbers that a step keeps for its backward pass.
        evaluation: numbers that are there while a batch is only read; not at the same time as ``batch``.
        data: the images of the data set.
        disk: the run's folder at its largest.
    """

    parameters: int
    batch: int
    evaluation: int
    data: int
    disk: int

    @property
    def memory(self) -> int:
        """At its peak, with the libraries."""
        return LIBRARY + self.parameters + max(self.batch, self.evaluation) + self.data


def need(settings: HyperParameters, device: Device, obstacle: str = "") -> Need:
    """What training ``settings`` on ``device`` will take.

    Args:
        settings, obstacle: as in `lstm_core.settings.computation.choose_computation`.
        device: where; the memory is right for a CPU only.
    """
    info = settings.info
    weights = FLOAT * parameter_count(settings)
    kept = weights * (1 + _SLOTS[settings.optimizer])
    lanes = 1 if device.is_gpu or library.name() == "jax" else lanes_on(settings, cores())
    directions = 2 if settings.direction == "both" else 1
    numbers = info.rows * sum(settings.units) * directions
    precision = choose_precision(settings, device, obstacle).name
    in_16_bits = "bfloat16" if precision in ("bfloat16", "mixed") else "float32"
    images = info.train + info.validation + info.test
    early = min(settings.steps, settings.evaluate_every).bit_length()  # after steps 1, 2, 4, …
    snapshots = min(KEPT_SNAPSHOTS, early + math.ceil(settings.steps / settings.evaluate_every))
    best = weights if settings.kept_weights == "best" else 0
    return Need(
        parameters=2 * kept + (lanes + 2) * weights,
        batch=round(numbers * settings.batch_size * _bytes_in_training(settings, device, obstacle)),
        evaluation=round(numbers * min(settings.evaluation_batch_size, images) * _READING[in_16_bits]),
        data=images * info.rows * info.columns,
        disk=weights + best + 2 * kept + snapshots * weights // 2 + EVENTS,
    )


def _bytes_in_training(settings: HyperParameters, device: Device, obstacle: str) -> float:
    """For each unit, row and image of a batch."""
    way = choose_computation(settings, device, obstacle).name
    if way == "fused" and obstacle:
        return _TRAINING_PLAIN
    if way == "fused":
        return _TRAINING_FUSED.get(choose_precision(settings, device, obstacle).name, 42.0)
    both = _BOTH if settings.direction == "both" else 1.0
    return _TRAINING[way] * _OF_CELL[settings.cell] * both


def check_fits(
    settings: HyperParameters, device: Device, root: Path, *, obstacle: str = "", held: int | None = None
) -> Need:
    """What a training needs, if there is as much.

    Args:
        settings, device, obstacle: as in `need`.
        root: of the runs.
        held: bytes of memory that the training process has already, when it asks for itself: what others
            leave it now counts. Otherwise what the machine or container has in all counts, since what others
            use can be free when the training begins.

    Raises:
        NotEnoughMemory: there is too little; what is needed, what is there and what to change are named.
        StorageError: the disk has too little room.
    """
    needed = need(settings, device, obstacle)
    if not device.is_gpu:
        have = _memory(held)
        if needed.memory > have:
            raise NotEnoughMemory(
                f"This training needs about {size(needed.memory)} of memory, but this machine has "
                f"{size(have)}{'' if held is None else ' free now'}. {_advice(settings, needed)}"
            )
    try:
        room = available.free_disk(root)
    except OSError:
        return needed
    if needed.disk > room:
        raise StorageError(
            f"This training needs about {size(needed.disk)} of disk, and {root} has {size(room)} left. "
            "Delete runs that nobody needs, or choose fewer units."
        )
    return needed


def size(count: int) -> str:
    """Bytes for people, such as ``640 MB`` or ``1.2 GB``."""
    return f"{count / 1e9:.1f} GB" if count >= 0.9995e9 else f"{max(1, round(count / 1e6))} MB"


def _memory(held: int | None) -> int:
    memory = available.memory()
    have = memory.total if held is None else memory.free + held
    if (addresses := available.address_space()) is not None:
        have = min(have, max(0, addresses - ADDRESSES))
    return have


def _advice(settings: HyperParameters, needed: Need) -> str:
    """What to change, by what takes most."""
    units = f"`units` ({', '.join(map(str, settings.units))})"
    if needed.parameters > max(needed.batch, needed.evaluation):
        return f"Choose fewer {units}."
    if needed.evaluation > needed.batch:
        return f"Choose a smaller `evaluation_batch_size` ({settings.evaluation_batch_size})."
    return f"Choose a smaller `batch_size` ({settings.batch_size}) or fewer {units}."
