"""How long a training will take, before it starts.

A simple model of the machine gives the time of a step; if settings were trained on the same device
before, the model is scaled so that it gives their measured time, which cancels most of what it does not
know. `Estimate.basis` says which of the two it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lstm_core.data.info import DATASETS
from lstm_core.settings.computation import choose_precision
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.shapes import image_flops, step_flops


@dataclass(frozen=True)
class Machine:
    """A model of a processor: matrix products at ``flops`` operations a second, and what comes on top.

    Attributes:
        flops: floating-point operations a second.
        step_overhead: seconds of every step, whatever its size.
        row_overhead: seconds of every row in every layer and direction of a step.
    """

    flops: float
    step_overhead: float
    row_overhead: float

    def step_seconds(self, settings: HyperParameters) -> float:
        """Time of one training step."""
        directions = 2 if settings.direction == "both" else 1
        rows = DATASETS[settings.dataset].rows * len(settings.units) * directions
        return self.step_overhead + self.row_overhead * rows + step_flops(settings) / self.flops

    def seconds(self, settings: HyperParameters) -> float:
        """Time of the whole training with its validations and the test at its end."""
        info = DATASETS[settings.dataset]
        validations = math.ceil(settings.steps / settings.evaluate_every)
        images = validations * info.validation + info.test
        # Reading takes the forward third of what training on an image does.
        reading = image_flops(settings) * images / self.flops
        return settings.steps * self.step_seconds(settings) + reading


CPU = Machine(flops=340e9, step_overhead=2e-3, row_overhead=0.1e-3)
"""Two cores of a 2024 server: 59 ms for 2 × 256 units, batch 128, 28 rows, computed by the fused way."""

CPU_IN_16_BITS = Machine(flops=850e9, step_overhead=2e-3, row_overhead=0.1e-3)
"""The same in bfloat16: 28 ms."""

GPU = Machine(flops=5e12, step_overhead=3e-3, row_overhead=0.02e-3)
"""A rough middle of current GPUs with cuDNN: small networks are bound by the row after row, not by size."""


@dataclass(frozen=True)
class Measurement:
    """How fast a run was, and what it was."""

    name: str
    settings: HyperParameters
    steps_per_second: float


@dataclass(frozen=True)
class Estimate:
    """``seconds`` of training after the first step is compiled, and in words what this is based on."""

    seconds: float
    steps_per_second: float
    basis: str


def estimate(
    settings: HyperParameters, device: Device, earlier: Sequence[Measurement] = (), obstacle: str = ""
) -> Estimate:
    """How long ``settings`` will train on ``device``.

    Args:
        settings: what is to be trained.
        device: where; `lstm_core.settings.devices.choose` gives it.
        earlier: runs on that device; the one most like ``settings`` is used.
        obstacle: as in `lstm_core.settings.computation.choose_computation`.
    """
    machine = _machine(settings, device, obstacle)
    if not earlier:
        basis = f"a typical {'GPU' if device.is_gpu else 'CPU of two cores'}; no run was measured here yet"
        return Estimate(machine.seconds(settings), 1 / machine.step_seconds(settings), basis)

    def difference(other: Measurement) -> tuple[int, float]:
        alike = ("augmentation", "computation", "precision", "cell")
        unlike = sum(getattr(other.settings, name) != getattr(settings, name) for name in alike)
        return unlike, abs(math.log(step_flops(other.settings) / step_flops(settings)))

    nearest = min(earlier, key=difference)
    its_machine = _machine(nearest.settings, device, obstacle)
    slower = 1 / nearest.steps_per_second / its_machine.step_seconds(nearest.settings)
    return Estimate(
        seconds=slower * machine.seconds(settings),
        steps_per_second=1 / (slower * machine.step_seconds(settings)),
        basis=f"the speed of the run “{nearest.name}” on this device",
    )


def _machine(settings: HyperParameters, device: Device, obstacle: str) -> Machine:
    if device.is_gpu:
        return GPU
    return CPU_IN_16_BITS if choose_precision(settings, device, obstacle).name == "bfloat16" else CPU
