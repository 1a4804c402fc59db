"""The weights that ship with the project, their card, and snapshots of their training."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
