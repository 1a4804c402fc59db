"""Runs beside each other: what differs in their settings, and whether that made a difference. No screens."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
