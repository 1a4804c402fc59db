"""Which way of computing the layers is taken, in which precision, and why."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_core.settings import library
from lstm_core.settings.devices import Device, computes_in_bfloat16
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes


@dataclass(frozen=True)
class Choice:
    """``name``: a choice of a hyperparameter other than ``auto``; ``why``: for people."""

    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


AS_CHOSEN = "as chosen"


POLICIES = {"auto": "float32", "float32": "float32", "mixed": "mixed_float16", "bfloat16": "mixed_bfloat16"}
"""Keras' name for each precision; one that was left open is none of 16 bits."""


def choose_computation(settings: HyperParameters, device: Device, obstacle: str = "") -> Choice:
    """The `HyperParameters.computation` that is chosen or, where it is left open, the fastest for ``device``.

    Fused, a step of 2 × 256 units and 128 images takes 0.53 to 0.58 of what stock Keras takes on two cores
    (`python -m benchmarks training_step`).

    Args:
        settings: what is trained.
        device: where.
        obstacle: why TensorFlow cannot have the fused way's compiled operations on this CPU and computes it
            of plain ones; empty when it can, or when nobody has tried. `lstm_core.training.backend.obstacle`
            tries, and `lstm_core.runs.missing_operations` tells processes without TensorFlow.
    """
    choice = _choose_computation(settings, device)
    if choice.name != "fused" or not obstacle or device.is_gpu or library.name() == "jax":
        return choice
    return Choice("fused", f"{choice.why}, of TensorFlow's plain operations here ({obstacle})")


def _choose_computation(settings: HyperParameters, device: Device) -> Choice:
    if settings.computation != "auto":
        return Choice(settings.computation, AS_CHOSEN)
    on_jax = library.name() == "jax"
    if on_jax and not device.is_gpu:
        return Choice("keras", "with JAX the fused way is faster on a GPU only")
    if device.is_gpu and not on_jax:
        if settings.cell == "rnn":
            return Choice("keras", "cuDNN is not used for a simple RNN")
        return Choice("keras", "the cuDNN kernel is used when TensorFlow has CUDA")
    if settings.cell != "lstm":
        return Choice("keras", "the fused way knows the LSTM only")
    if settings.direction == "both":
        return Choice("keras", "the fused way reads forward only")
    return Choice("fused", "with JAX the fastest on a GPU" if on_jax else "the fastest on a CPU")


def choose_precision(settings: HyperParameters, device: Device, obstacle: str = "") -> Choice:
    """The `HyperParameters.precision` that is chosen or, left open, the fastest that learns as well.

    Only the fused way gains from bfloat16: it takes 0.41 of the time, stock Keras 0.94
    (`python -m benchmarks training_step`). ``obstacle`` as in `choose_computation`.
    """
    if settings.precision != "auto":
        return Choice(settings.precision, AS_CHOSEN)
    if device.is_gpu:
        return Choice("float32", "a GPU is fast in it; mixed can be faster")
    if choose_computation(settings, device).name != "fused" or library.name() == "jax":
        return Choice("float32", "on a CPU only TensorFlow's fused way is faster in 16 bits")
    if obstacle:
        return Choice("float32", "16 bits are taken with the compiled operations only")
    if not computes_in_bfloat16():
        return Choice("float32", "this processor has no bfloat16")
    return Choice("bfloat16", "this processor multiplies it fastest")


def resolve(settings: HyperParameters, device: Device, obstacle: str = "") -> HyperParameters:
    """``settings`` with nothing left open of how ``device`` computes; ``obstacle`` as above."""
    return with_changes(
        settings,
        computation=choose_computation(settings, device, obstacle).name,
        precision=choose_precision(settings, device, obstacle).name,
        device=device.name,
    )


def may_use_cudnn(resolved: HyperParameters) -> bool:
    """Whether Keras may call cuDNN for ``resolved``, settings as `resolve` gives them.

    With JAX it would also where it cannot: on the CPU of a machine with a GPU, and in 16 bits.
    """
    return library.name() != "jax" or (resolved.device != "cpu" and resolved.precision == "float32")


def is_time_major(settings: HyperParameters) -> bool:
    """Whether the layers' sequences are ``(rows, batch, numbers)``."""
    return settings.layout == "time-major" or settings.computation == "fused"
