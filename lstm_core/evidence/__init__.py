"""What the published tutorials report, what presets and experiments reach here, and the command for it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
