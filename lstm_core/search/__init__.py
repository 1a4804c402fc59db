"""Searches for good settings: which fields to vary and how far, trials over the queue of runs, and a
winner."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
