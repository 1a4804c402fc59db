"""Models, training steps and the training process: what imports TensorFlow, Keras or JAX."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
