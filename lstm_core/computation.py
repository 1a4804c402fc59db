"""Which way of computing the layers is taken, and why."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_core import backend
from lstm_core.devices import Device
from lstm_core.hyperparameters import HyperParameters


@dataclass(frozen=True)
class Way:
    """``name``: a choice of `HyperParameters.computation` other than ``auto``; ``why``: for people."""

    name: str
    why: str


def way(settings: HyperParameters, device: Device) -> Way:
    """The way the settings choose, or, where they leave it open, the fastest one for ``device``.

    Fused, a step of 2 × 256 units and 128 images takes 0.7 of what stock Keras takes on two cores
    (`python -m benchmarks training_step`).
    """
    if settings.computation != "auto":
        return Way(settings.computation, "as chosen")
    if device.is_gpu:
        if settings.cell == "rnn":
            return Way("keras", "cuDNN is not used for a simple RNN")
        return Way("keras", "the cuDNN kernel is used when TensorFlow has CUDA")
    if backend.name() == "jax":
        return Way("keras", "the fused way is TensorFlow's, and this is JAX")
    if settings.cell != "lstm":
        return Way("keras", "the fused way knows the LSTM only")
    if settings.direction == "both":
        return Way("keras", "the fused way reads forward only")
    return Way("fused", "the fastest on a CPU")


def is_time_major(settings: HyperParameters) -> bool:
    """Whether the layers' sequences are ``(rows, batch, numbers)``."""
    return settings.layout == "time-major" or settings.computation == "fused"
