"""How smoothly the cell on the Inside page plays, and how much one reading of it sends to the browser.

    python -m benchmarks.cell_frames [--seconds N]

The time between two frames is what ``requestAnimationFrame`` says in a headless Chromium while the cell
plays. At least 30 frames a second are wanted, and at most 400 kB on the wire before compression.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

import numpy as np

from benchmarks.draw_latency import ROOT, chromium, serving

WANTED_FRAMES = 30
WANTED_KB = 400

FRAMES = """seconds => new Promise(done => {
    const times = [];
    const frame = time => {
        times.push(time);
        time - times[0] < 1000 * seconds ? requestAnimationFrame(frame) : done(times);
    };
    requestAnimationFrame(frame);
})"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=float, default=10)
    options = arguments.parse_args()
    received: list[int] = []

    def count(frame: Any) -> None:
        received.append(len(frame))

    with chromium() as browser, serving(ROOT / "app.py") as address:
        page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        page.on("websocket", lambda socket: socket.on("framereceived", count))
        page.goto(f"{address}/inside?row=1")
        page.locator(".cell .sentence").wait_for(timeout=120_000)
        page.wait_for_timeout(2000)
        sent = sum(received) / 1000
        page.get_by_role("button", name="Play").click()
        waits = np.diff(page.evaluate(FRAMES, options.seconds))
        browser.close()
    rate = 1000 / float(waits.mean())
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    print(f"one reading: {sent:.0f} kB, wanted at most {WANTED_KB} kB")
    print(
        f"playing: {rate:.1f} frames a second in mean, wanted at least {WANTED_FRAMES}; between two frames "
        f"{np.median(waits):.1f} ms in median, {np.quantile(waits, 0.95):.1f} ms at the 95th percentile"
    )


if __name__ == "__main__":
    main()
