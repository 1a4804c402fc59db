"""What the server does before its first visitor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dashboard import warm_up

WARMED = """
import asyncio, gc, sys
from dashboard import warm_up

CANVAS = "streamlit_drawable_canvas"  # registers with a running server; the browser tests import it
warm_up.FOR_THE_FIRST_PAGE = tuple(name for name in warm_up.FOR_THE_FIRST_PAGE if name != CANVAS)

async def serve():
    async with warm_up.warm_up(None):
        missing = [name for name in warm_up.FOR_THE_FIRST_PAGE if name not in sys.modules]
        print(missing, "tensorflow" in sys.modules, gc.get_freeze_count() > 10_000)

asyncio.run(serve())
"""


def test_what_the_first_page_needs_is_there_when_the_server_answers_and_tensorflow_is_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WARMED],
        cwd=Path(warm_up.__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split("\n")[0] == "[] False True", done.stderr
