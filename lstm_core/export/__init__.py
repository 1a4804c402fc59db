"""A run for others: a script for plain Keras, an ONNX model, or the trace of one reading."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
