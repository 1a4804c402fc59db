"""From what a person drew or brought to an image like those the network learnt from."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
