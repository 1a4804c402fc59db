"""Figures of several runs: curves overlaid, seeds as dots, what two of them mistake, searches."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
