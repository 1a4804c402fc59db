"""Data sets that people bring: read from many formats, looked at before they are taken, and kept."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
