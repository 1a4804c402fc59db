"""Whether a network's layers run in cuDNN's fused kernel on a GPU.

`keras.layers.LSTM` and `GRU` use it for tanh and sigmoid activations, a bias, no recurrent dropout and no
unrolling (Keras documentation of the layers). `lstm_core.cells` builds Keras' layers like that: dropout acts
outside the recurrence. What is computed in another way, and the simple RNN, cuDNN is not used for.
"""

from __future__ import annotations

from lstm_core.devices import Device
from lstm_core.hyperparameters import HyperParameters


def note(device: Device, settings: HyperParameters) -> str:
    """One line for the form, empty on a CPU, where there is no cuDNN.

    The driver lists a GPU even where the TensorFlow that is installed was built without CUDA, and only
    the training process can tell.
    """
    if not device.is_gpu:
        return ""
    if settings.computation not in ("keras", "cudnn"):
        return "cuDNN kernel: not used, as only Keras' layers can"
    if settings.cell == "rnn":
        return "cuDNN kernel: not used for a simple RNN"
    return "cuDNN kernel: used when TensorFlow has CUDA"
