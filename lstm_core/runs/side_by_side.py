"""How many trainings go on at the same time, and which of them go together.

By default a GPU trains one run, and a CPU small networks side by side but a large one alone: a small network
leaves most of two cores unused, a large one does not (`python -m benchmarks side_by_side`). With
``ROW_BY_ROW_WORKERS`` a person says how many, whatever their size. In either case a run waits rather than
train beside others with which it would not fit into memory.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lstm_core.errors import DeviceUnavailable, InvalidValue
from lstm_core.reading.cores import cores
from lstm_core.settings import available, library
from lstm_core.settings.devices import Device, choose
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.lanes import is_small
from lstm_core.settings.memory import need

WORKERS_VARIABLE = "ROW_BY_ROW_WORKERS"
MOST_WORKERS = 64
MOST_BY_DEFAULT = 4
"""On a CPU: each takes about a gigabyte for its libraries."""


@dataclass(frozen=True)
class Training:
    """``settings`` that the training process ``worker`` trains, or would."""

    settings: HyperParameters
    worker: int


@dataclass(frozen=True)
class Places:
    """Where trainings go on.

    Attributes:
        workers: how many trainings go on at the same time at most.
        chosen: a person said so.
        devices: there are, GPUs first.
    """

    workers: int
    chosen: bool
    devices: Sequence[Device]

    def device_of(self, training: Training) -> Device | None:
        """Where it computes: each process takes a GPU of its own where the settings leave it open; None where
        there is no such device."""
        gpus = [device for device in self.devices if device.is_gpu]
        if training.settings.device == "auto" and gpus:
            return gpus[(training.worker - 1) % len(gpus)]
        try:
            return choose(training.settings.device, list(self.devices))
        except DeviceUnavailable:
            return None

    def together(self, settings: HyperParameters, obstacle: str = "") -> int:
        """How many trainings with the same ``settings`` go on at the same time when many wait; at least 1."""
        going: list[Training] = []
        for worker in range(1, self.workers + 1):
            another = Training(settings, worker)
            if not self.goes_beside(another, going, obstacle):
                break
            going.append(another)
        return len(going)

    def goes_beside(self, training: Training, others: Sequence[Training], obstacle: str = "") -> bool:
        """Whether ``training`` may begin while ``others`` go on.

        Args:
            training: that would begin.
            others: that train.
            obstacle: as in `lstm_core.settings.computation.choose_computation`.
        """
        if not others:
            return True
        device = self.device_of(training)
        if device is None:
            return True  # which its process finds out and says
        if device.is_gpu:
            gpus = sum(one.is_gpu for one in self.devices)
            there = sum(self.device_of(other) == device for other in others)
            return there < math.ceil(self.workers / gpus)
        there_too = [other for other in others if self.device_of(other) == device]
        if there_too and not self.chosen and not all(map(_small, [training, *there_too])):
            return False
        together = sum(need(one.settings, device, obstacle).memory for one in [training, *there_too])
        return not there_too or together <= available.memory().total


def places(devices: Sequence[Device], environment: Mapping[str, str] = os.environ) -> Places:
    """How many trainings go on side by side on ``devices``.

    Raises:
        InvalidValue: the variable holds no such number.
    """
    text = environment.get(WORKERS_VARIABLE, "").strip()
    if text:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_WORKERS:
            raise InvalidValue(WORKERS_VARIABLE, f"a whole number from 1 to {MOST_WORKERS}", text)
        return Places(int(text), True, devices)
    if gpus := sum(device.is_gpu for device in devices):
        return Places(gpus, False, devices)
    on_cpu = 1 if library.name() == "jax" else min(cores(), MOST_BY_DEFAULT)
    return Places(on_cpu, False, devices)


def _small(training: Training) -> bool:
    return is_small(training.settings)
