"""Trainings on other machines: runs are handed to a Ray cluster, and what they write comes home."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
