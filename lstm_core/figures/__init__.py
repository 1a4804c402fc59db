"""What the pages show: one figure a file.

Mostly Plotly's, the data half (``…_info``) first, then the figure half; only data where a page draws itself.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
