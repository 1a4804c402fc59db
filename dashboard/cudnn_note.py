"""Whether a network's LSTM layers can run in cuDNN's fused kernel on a GPU.

`keras.layers.LSTM` uses it for tanh and sigmoid activations, a bias, no recurrent dropout and no
unrolling (Keras documentation of the layer). `lstm_core.model` always builds layers like that: its
dropout acts on the layers' outputs, outside the recurrence. So nothing that can be chosen rules cuDNN
out, and this is the one place to say so should a choice ever do.
"""

from __future__ import annotations

from lstm_core.devices import Device
from lstm_core.hyperparameters import HyperParameters


def obstacles(settings: HyperParameters) -> tuple[str, ...]:
    """The hyperparameters of ``settings`` that rule cuDNN out; none of them can at present."""
    return ()


def note(settings: HyperParameters, device: Device) -> str:
    """One line for the form, empty on a CPU, where there is no cuDNN."""
    if not device.is_gpu:
        return ""
    if in_the_way := obstacles(settings):
        return f"cuDNN kernel: not used, because of {', '.join(in_the_way)}"
    return "cuDNN kernel: used"
