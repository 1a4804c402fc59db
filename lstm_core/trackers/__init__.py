"""Curves of a run for the programs in which people look at them: CSV, TensorBoard, MLflow."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
