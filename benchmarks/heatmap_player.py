"""How long the heatmaps of Inside's gates take from a press of *Next* to the next row.

    python -m benchmarks.heatmap_player

Measured within the page, in a headless Chromium: from the click until the figure's words are those of the
next row and a frame was drawn. All six quantities of 256 units are shown.
"""

from __future__ import annotations

import os

import numpy as np

from benchmarks.draw_latency import ROOT, chromium, serving

STEPS = """async ([figure, said]) => {
    const plot = document.querySelector(figure);
    const next = [...plot.querySelectorAll(".updatemenu-button")].find(one => /Next/.test(one.textContent));
    const frame = () => new Promise(requestAnimationFrame);
    const times = [];
    for (let row = 1; row < 28; row++) {
        await new Promise(done => setTimeout(done, 250));
        const before = plot.querySelector(said).textContent;
        const start = performance.now();
        next.dispatchEvent(new MouseEvent("click", { bubbles: true }));
        while (plot.querySelector(said).textContent === before) await frame();
        await frame();
        times.push(performance.now() - start);
    }
    return times;
}"""


def main() -> None:
    figure = "[class*=every-unit] .js-plotly-plot[data-linked]"
    with chromium() as browser, serving(ROOT / "app.py") as address:
        page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{address}/inside?panel=gates&row=1&unit=1")
        page.locator(f"{figure} .updatemenu-button").first.wait_for()
        page.wait_for_timeout(2000)
        times = page.evaluate(STEPS, [figure, ".shape-label text"])
        browser.close()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    print(
        f"from a press to the next row: {np.median(times):.0f} ms in median, "
        f"{np.quantile(times, 0.95):.0f} ms at the 95th percentile"
    )


if __name__ == "__main__":
    main()
