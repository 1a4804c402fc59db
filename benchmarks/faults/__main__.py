"""``python -m benchmarks.faults``: attack, print the table, and exit with 1 when something did not hold."""

from __future__ import annotations

import argparse
import importlib
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.faults.attack import HEADING, Attack, Limits
from benchmarks.faults.homes import end_trainings

FAMILIES = {
    "damaged_files": "every file of a run folder, damaged in every way, on the pages and the command line",
    "kills": "a training process killed at random moments",
    "two_versions": "two versions of the program on one folder of runs",
    "no_room": "a disk without room or inodes, or that can only be read",
    "malformed": "files, values and addresses that are no such thing",
    "many_runs": "five runs against 500",
}
MINUTES = 25.0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.faults",
        description="Attack the program, and print what was attacked, how often, and what was found.",
        epilog="\n".join(f"{name:<16}{about}" for name, about in FAMILIES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=MINUTES, help="for all (default: %(default)g)")
    parser.add_argument("--only", action="append", choices=FAMILIES, help="this family; repeatable")
    parser.add_argument("--seed", type=int, default=0, help="of every choice of chance")
    options = parser.parse_args()
    if not options.minutes > 0:
        parser.error(f"argument --minutes: must be above 0; got {options.minutes:g}")
    names = options.only or list(FAMILIES)
    logging.disable(logging.WARNING)  # what is said of faults that are made on purpose
    end = time.monotonic() + 60 * options.minutes
    print(HEADING, flush=True)
    held = True
    for number, name in enumerate(names):
        seconds = max(1.0, (end - time.monotonic()) / (len(names) - number))
        for attack in _attacks(name, seconds, options.seed):
            print(attack, flush=True)
            held &= not attack.faults
    return 0 if held else 1


def _attacks(name: str, seconds: float, seed: int) -> list[Attack]:
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        limits = Limits(seconds, Path(folder), random.Random(f"{seed} {name}"))  # noqa: S311
        try:
            return list(importlib.import_module(f"benchmarks.faults.{name}").attacks(limits))
        except Exception as error:  # noqa: BLE001 (one family that cannot go on must not end the others)
            return [Attack(name, faults=[f"it could not go on: {type(error).__name__}: {error}"])]
        finally:
            end_trainings(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
