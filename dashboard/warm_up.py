"""Import what the first page needs while the browser is still loading the page's own scripts.

NumPy and pandas (which Streamlit wants for every component) take a quarter of a second. Imported when the
server starts, and beside it, they are there before the first person is; what only a stroke needs comes later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

AFTER_FIRST_PAGE = 2.0
"""Seconds that what the first stroke needs lets pass, so as not to slow down the first page."""


@asynccontextmanager
async def warm_up(app: Any) -> AsyncIterator[None]:
    """For the ``lifespan`` of ``st.App``; does not keep the server from starting."""
    threading.Thread(target=_import, name="warm-up", daemon=True).start()
    yield


def _import() -> None:
    import pandas  # noqa: F401
    import streamlit_drawable_canvas  # noqa: F401

    time.sleep(AFTER_FIRST_PAGE)
    import lstm_core.drawing
    import lstm_core.figures.evolution
    import lstm_core.figures.row_grid
    import lstm_core.figures.verdict_bars
    import lstm_core.pretrained
    import lstm_core.verdict  # noqa: F401
    from lstm_core.trace import use_one_core

    use_one_core()
