"""Memory of reading 10,000 images in one batch, in a fresh process; see `evidence.memory_of_a_batch`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.line import Line
from benchmarks.timing import Measured
from lstm_core.evidence import memory_of_a_batch
from lstm_core.settings.devices import Device

IMAGES = 10_000
WANTED = 1 / 5
TUTORIAL_MIB = 725.0
"""Of GPU memory, as huang-2017 states it for the same network and as many images."""


def lines(rounds: int) -> Iterator[Line]:
    taken = [
        memory_of_a_batch.measure("lstm", IMAGES, Device("cpu", "")).extra_bytes / 2**20
        for _ in range(rounds)
    ]
    ours, peer = Measured(tuple(taken), "MiB"), Measured((TUTORIAL_MIB,), "MiB")
    yield Line(f"memory of {IMAGES:,} images in one batch", ours, peer, "as the tutorial states", WANTED)
