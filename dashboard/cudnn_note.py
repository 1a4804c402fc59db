"""Whether a network's LSTM layers run in cuDNN's fused kernel on a GPU.

`keras.layers.LSTM` uses it for tanh and sigmoid activations, a bias, no recurrent dropout and no
unrolling (Keras documentation of the layer). `lstm_core.model` always builds layers like that: its
dropout acts on the layers' outputs, outside the recurrence. So nothing that can be chosen rules cuDNN
out, and this is the one place to say so should a choice ever do.
"""

from __future__ import annotations

from lstm_core.devices import Device


def note(device: Device) -> str:
    """One line for the form, empty on a CPU, where there is no cuDNN.

    The driver lists a GPU even where the TensorFlow that is installed was built without CUDA, and only
    the training process can tell.
    """
    return "cuDNN kernel: used when TensorFlow has CUDA" if device.is_gpu else ""
