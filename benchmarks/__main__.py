"""``python -m benchmarks [NAME…]``: measure beside the peers, and print the table.

Each of `LINES` is a module whose ``lines(rounds)`` measures and yields `benchmarks.line.Line`; each runs in a
fresh process. The peers come from ``benchmarks/requirements.txt``.

``python -m benchmarks own_hand FILE`` has no peer, and a table of its own: see `benchmarks.own_hand`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks import own_hand
from benchmarks.line import Line, heading, lines_of
from lstm_core.settings.devices import cores, list_devices

LINES = {
    "training_step": "one step against stock Keras, torch and its matrix products",
    "time_to_accuracy": "the preset quick against the tutorial's recipe, over three seeds",
    "best_accuracy": "the preset reference over three seeds",
    "side_by_side": "eight trainings by several training processes against one",
    "evaluation_memory": "10,000 images in one batch",
    "evaluation_time": "10,000 images against predict",
    "reading": "one trace against predict",
    "train_latency": "press Train → first loss; drawing while a training runs",
    "sessions": "five, ten and twenty people drawing at once against one",
    "many_runs": "Runs, Compare, Draw and the command runs with 500 runs in the home against few",
    "search_gain": "a search of 30 trials against 30 at random, in five studies",
    "draw_latency": "one person drawing; the first page of a fresh server",
}
ROUNDS = 5


def main() -> int:
    if sys.argv[1:2] == ["own_hand"]:
        return own_hand.main(sys.argv[2:])
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure beside the peers of benchmarks/requirements.txt, in turns, and print the table.",
        epilog="\n".join(f"{name:<20}{about}" for name, about in LINES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only these of the lines below; default: all"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="measurements of each (default: %(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results, too")
    options = parser.parse_args()
    if unknown := set(options.names) - set(LINES):
        parser.error(f"no such line: {', '.join(sorted(unknown))}; choose from {', '.join(LINES)}")
    names = options.names or list(LINES)
    print(f"{_machine()}\n\n{heading()}", flush=True)
    found: list[tuple[str, Line]] = []
    failed = False
    for name in names:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            measured = process.submit(lines_of, name, options.rounds)
            if error := measured.exception():
                failed = True
                print(f"{name} could not be measured: {type(error).__name__}: {error}", flush=True)
                continue
            found += [(name, line) for line in measured.result()]
            print(*measured.result(), sep="\n", flush=True)
        if options.json:
            _write(found, options.json)
    return 1 if failed else 0


def _write(found: list[tuple[str, Line]], file: Path) -> None:
    results = {"machine": _machine(), "lines": [{"name": name, **line.as_json()} for name, line in found]}
    file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def _machine() -> str:
    *gpus, processor = list_devices()
    named = ", ".join(gpu.title for gpu in gpus) or "no GPU here, so nothing is measured on one"
    return f"{processor.title}, {cores()} cores, load {os.getloadavg()[0]:.2f}; {named}"


if __name__ == "__main__":
    sys.exit(main())
