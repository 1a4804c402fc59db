"""A network is taught somebody's own drawings: fine-tuning, as a run like any other."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
