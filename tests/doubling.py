"""A contender for `test_benchmarks`: doubles the number of the round, or cannot start."""

from __future__ import annotations

import sys

from benchmarks.contender import answer


def doubling(plus="0"):
    print("what a library prints is no answer")  # noqa: T201
    return lambda number: 2 * number + int(plus)


def broken():
    raise SystemExit("no such library: install it")


def failing():
    raise SystemExit("Warning: nothing of interest\nValueError: no such type\nand a note")


if __name__ == "__main__":
    answer({"doubling": doubling, "broken": broken, "failing": failing}, sys.argv[1:])
