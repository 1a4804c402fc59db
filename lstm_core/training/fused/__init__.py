"""The LSTM of this project: its own forward and backward pass, for TensorFlow on a CPU and for JAX."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
