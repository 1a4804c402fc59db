"""Do once, when the server starts, what would otherwise keep the first visitor waiting.

What the first page needs is ready before the server answers; what only a stroke needs comes after the first
page, so as not to slow it down. Two steps are not imports, and both were found by a profile of the first
page: Streamlit asks before its first element whether it runs in a console, for which `inspect` reads the
path of every module there is (0.15 s once, then remembered); and it collects garbage after every run of a
page, looking through every imported module each time (0.1 s, while no stroke is answered) unless they are
frozen.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import inspect
import threading
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lstm_core.errors import LstmError

FOR_THE_FIRST_PAGE = (
    "pandas",  # which Streamlit wants for every component
    "PIL.Image",  # and for the page's icon
    "streamlit_drawable_canvas",
    "dashboard.session.network_choice",
    "dashboard.draw.reading",
    "dashboard.draw.sources",
    "lstm_core.pretrained.shipped",
    "lstm_core.pretrained.small_networks",
)
FOR_A_STROKE = (
    "dashboard.draw.unfamiliar",
    "lstm_core.data.hand.own_hand",
    "lstm_core.drawing.normalise",
    "lstm_core.figures.evolution",
    "lstm_core.figures.verdict_bars",
    "lstm_core.inside.familiarity",
    "lstm_core.reading.numbers",
    "plotly.colors",
    "scipy.ndimage",
)
AFTER_FIRST_PAGE = 2.0
"""Seconds that what the first stroke needs lets pass."""


@asynccontextmanager
async def warm_up(app: Any) -> AsyncIterator[None]:
    """For the ``lifespan`` of ``st.App``."""
    _import(FOR_THE_FIRST_PAGE)
    inspect.stack()
    gc.freeze()
    threading.Thread(target=_after_first_page, name="warm-up", daemon=True).start()
    yield


def _after_first_page() -> None:
    time.sleep(AFTER_FIRST_PAGE)
    _import(FOR_A_STROKE)
    from lstm_core.reading.trace import use_one_core

    use_one_core()
    gc.freeze()
    from lstm_core.runs.leftovers import clear_leftovers
    from lstm_core.runs.store import home

    clear_leftovers(home())
    forget_drawings(home())


def forget_drawings(root: Path) -> None:
    """Take drawings that were deleted, and can no longer be restored, out of the person's collection.

    What cannot be read or written is left for another time, and the page of the drawings says so.
    """
    from lstm_core.data.hand.own_hand import OwnHand

    with contextlib.suppress(LstmError):
        OwnHand(root).forget()


def _import(modules: Iterable[str]) -> None:
    for module in modules:
        importlib.import_module(module)
