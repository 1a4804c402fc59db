"""How the costs of a training step, a reading and a server grow, beside the growth of their multiply-adds.

    python -m benchmarks.scale --out FOLDER [--rounds 5] [AXIS…]

From two layers of 256, batch 128 and 28 rows of 28 numbers, one size changes at a time; and the people who
draw at once, each a stroke every 3 to 4 seconds in a browser elsewhere. Printed are medians and slopes: the
exponent of the power of the size with which a cost grows, from the size before and over all. Below the
arithmetic's own slope, costs that do not depend on the size prevail. Written are ``scale.html`` and
``scale.json``, the same as a Plotly figure.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contender import answer, contender
from benchmarks.draw_latency import ROOT, chromium, serving
from benchmarks.elsewhere import PAUSE, drawing_elsewhere
from benchmarks.sessions import processor_seconds, said_while_drawing
from benchmarks.timing import Measured, seconds
from lstm_core.evidence.memory_of_a_batch import LSTM_PRESET, random_lstm
from lstm_core.reading.trace import read, read_batch, use_one_core
from lstm_core.settings.presets import preset
from lstm_core.settings.shapes import image_flops, step_flops
from lstm_core.settings.validation import hyperparameters

ROUNDS = 5
UNITS = 256
AXES: dict[str, tuple[int, ...]] = {
    "batch": (8, 16, 32, 64, 128, 256, 512, 1024),
    "units": (16, 32, 64, 128, 256, 512, 1024),
    "layers": (1, 2, 3, 4, 6),
    "rows": (8, 28, 98, 196, 392, 784),
    "people": (1, 2, 5, 10, 20, 40),
}
COSTS = ("training step", "reading")
"""A reading is of one digit with all gates and states; along the batch, of so many digits' probabilities."""
SERVER = "server, a second"
"""What people cost: processor time of the server in a second."""
DRAWING_SECONDS = 10


@dataclass(frozen=True)
class Point:
    """One size on one axis: what a cost is, and its multiply-adds."""

    size: int
    cost: Measured
    multiply_adds: float


def settings_of(axis: str, size: int) -> dict[str, str]:
    """What a contender is told."""
    layers = size if axis == "layers" else 2
    units = size if axis == "units" else UNITS
    return {
        "units": ",".join([str(units)] * layers),
        "batch_size": str(size if axis == "batch" else 128),
        "rows": str(size if axis == "rows" else 28),
    }


def multiply_adds(cost: str, axis: str, told: dict[str, str]) -> float:
    """Of the matrix products, every one of which is as many rows times as there are rows."""
    settings = hyperparameters({name: value for name, value in told.items() if name != "rows"})
    rows = int(told["rows"]) / settings.info.rows
    digits = settings.batch_size if axis == "batch" else 1
    flops = step_flops(settings) if cost == COSTS[0] else image_flops(settings) * digits
    return rows * flops / 2


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The exponent p with which ``size ** p`` fits ``costs`` best, by least squares of the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def measure(cost: str, axis: str, rounds: int) -> list[Point]:
    if cost == SERVER:
        return _measure_people(rounds)
    points = []
    for size in AXES[axis]:
        told = settings_of(axis, size)
        if cost == COSTS[0]:
            started = contender("benchmarks.training_step", "ours", steps=2, **told)
        else:
            batch = told.pop("batch_size")
            digits = batch if axis == "batch" else 1
            started = contender("benchmarks.scale", "reading", digits=digits, **told)
        with started as process:
            taken = Measured(tuple(process.ask(number) for number in range(rounds)))
        points.append(Point(size, taken, multiply_adds(cost, axis, settings_of(axis, size))))
    return points


def _measure_people(rounds: int) -> list[Point]:
    """The server's share of a processor, of which a reading is a small part."""
    points = []
    settings = preset(LSTM_PRESET).settings()
    with chromium() as browser:
        for people in AXES["people"]:
            with serving(ROOT / "app.py") as address:
                said = said_while_drawing(browser, address)
                with drawing_elsewhere(address, people, said, seed=f"{people}"):
                    time.sleep(PAUSE[1])
                    taken = Measured(tuple(_share_of(ROOT / "app.py") for _ in range(rounds)))
            strokes = people / statistics.mean(PAUSE)
            points.append(Point(people, taken, strokes * image_flops(settings) / 2))
    return points


def _share_of(script: Path) -> float:
    """Seconds of processor time that the server of ``script`` takes in a second."""
    before, began = processor_seconds(script)[0], time.perf_counter()
    time.sleep(DRAWING_SECONDS)
    return (processor_seconds(script)[0] - before) / (time.perf_counter() - began)


def reading(units: str, rows: str, digits: str) -> Callable[[int], float]:
    """One digit as the dashboard reads it, or many at once on all cores."""
    weights = random_lstm(units=[int(each) for each in units.split(",")])
    shape = int(digits), int(rows), weights.columns
    images = np.random.default_rng(0).random(shape, dtype=np.float32)

    def act() -> object:
        return read(weights, images[0]) if digits == "1" else read_batch(weights, images)

    if digits == "1":
        use_one_core()
    act()
    return lambda _: seconds(act)


def report(cost: str, axis: str, points: Sequence[Point]) -> None:
    print(f"\n{cost} against {axis}\n{'':>8}{'median':>26}{'slope':>8}{'arithmetic':>12}{'GFLOP/s':>10}")
    for before, point in zip([None, *points], points, strict=False):
        speed = 2e-9 * point.multiply_adds / point.cost.median
        slopes = _slopes([before, point]) if before else ""
        print(f"{point.size:>8}{point.cost!s:>26}{slopes:20}{speed:10.1f}")
    print(f"{'over all':>34}{_slopes(points):20}", flush=True)


def _slopes(points: Sequence[Point]) -> str:
    sizes = [point.size for point in points]
    measured = slope(sizes, [point.cost.median for point in points])
    return f"{measured:8.2f}{slope(sizes, [point.multiply_adds for point in points]):12.2f}"


def plot(found: dict[tuple[str, str], list[Point]]) -> Any:
    """Every cost against every axis, both logarithmic, and the arithmetic through the greatest size."""
    from plotly.subplots import make_subplots

    titles = [f"{cost} against {axis}" for cost, axis in found]
    lines = math.ceil(len(found) / len(COSTS))
    figure = make_subplots(rows=lines, cols=len(COSTS), subplot_titles=titles)
    figure.update_layout(showlegend=False, height=350 * lines)
    for number, ((_, axis), points) in enumerate(found.items()):
        place = {"row": number // len(COSTS) + 1, "col": number % len(COSTS) + 1}
        sizes = [point.size for point in points]
        milliseconds = [1e3 * point.cost.median for point in points]
        last = points[-1]
        arithmetic = [milliseconds[-1] * point.multiply_adds / last.multiply_adds for point in points]
        figure.add_scatter(
            x=sizes, y=arithmetic, name="arithmetic", mode="lines", line={"dash": "dot"}, **place
        )
        figure.add_scatter(x=sizes, y=milliseconds, name="measured", mode="lines+markers", **place)
        figure.update_xaxes(type="log", title=axis, tickvals=sizes, **place)
        figure.update_yaxes(type="log", title="ms", **place)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("axes", nargs="*", metavar="AXIS", help=f"only these of {', '.join(AXES)}")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the plot goes")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="measurements of each (default: %(default)s)"
    )
    options = parser.parse_args()
    if unknown := set(options.axes) - set(AXES):
        parser.error(f"no such axis: {', '.join(sorted(unknown))}; choose from {', '.join(AXES)}")
    found = {}
    for axis in options.axes or AXES:
        for cost in [SERVER] if axis == "people" else COSTS:
            found[cost, axis] = measure(cost, axis, options.rounds)
            report(cost, axis, found[cost, axis])
    options.out.mkdir(parents=True, exist_ok=True)
    figure = plot(found)
    figure.write_html(options.out / "scale.html")
    figure.write_json(options.out / "scale.json")


if __name__ == "__main__":
    if sys.argv[1:2] == ["reading"]:
        answer({"reading": reading}, sys.argv[1:])
    else:
        main()
