"""What the published tutorials report, what their presets reach here, and the command that trains them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
