"""A person's own drawings and what they show, kept in a file that is only appended to."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
