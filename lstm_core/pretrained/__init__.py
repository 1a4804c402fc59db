"""The networks that ship with the project, their cards, and snapshots of the largest one's training."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
