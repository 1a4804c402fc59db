"""Files, values, addresses and weights that are no such thing, as `benchmarks.malformed` makes them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.faults.attack import Attack, Limits
from benchmarks.faults.visitor import Answer, Visitor

TIMES = 1000
HANGS = 10.0
MOST_MEMORY = 2 * 2**30
"""Bytes that the process of all visits may come to."""


def attacks(limits: Limits) -> Iterator[Attack]:
    try:
        makers: Mapping[str, Callable[[Random], Any]] = importlib.import_module("benchmarks.malformed").MAKERS
    except (ImportError, AttributeError):
        yield Attack("malformed files and values", notes=["left out: `benchmarks.malformed` has no `MAKERS`"])
        return
    home = limits.folder / "home"
    home.mkdir()
    with Visitor() as visitor:
        visitor.visit(home, [("draw", {})])  # it loads what it needs
        for kind, make in makers.items():
            attack = Attack(f"malformed: {kind}")
            codes: dict[str, int] = {}
            share = Limits(limits.seconds / len(makers), limits.folder, limits.random)
            for number in share.rounds(TIMES // len(makers)):
                attack.times += 1
                answer = VISITS[kind](visitor, home, limits.folder / f"{kind}-{number}", make(share.random))
                attack.expect(not answer.hung, f"no answer within {HANGS:.0f} s")
                attack.faults += answer.tracebacks
                attack.expect(answer.peak < MOST_MEMORY, f"{answer.peak / 2**20:,.0f} MiB of memory")
                for said in answer.said:
                    if said[:1].isdigit():
                        codes[said.split()[0]] = codes.get(said.split()[0], 0) + 1
            if codes:
                attack.notes.append(
                    "exit codes " + ", ".join(f"{code}: {n}" for code, n in sorted(codes.items()))
                )
            yield attack


def _image(visitor: Visitor, home: Path, path: Path, content: bytes) -> Answer:
    path.write_bytes(content)
    commands = [["classify", str(path)], ["classify", "--drawing", str(path)]]
    return visitor.visit(home, commands=commands, seconds=HANGS)


def _csv(visitor: Visitor, home: Path, path: Path, content: bytes) -> Answer:
    """With a step count that no training takes, so that what is well formed is refused, too."""
    path.write_bytes(content)
    train = ["train", "--set", "steps=0", "--initial-kernel", str(path)]
    return visitor.visit(home, commands=[train], seconds=HANGS)


def _value(visitor: Visitor, home: Path, path: Path, assignment: str) -> Answer:
    train = ["train", "--set", "steps=0", "--set", assignment]
    return visitor.visit(home, commands=[train], seconds=HANGS)


def _address(visitor: Visitor, home: Path, path: Path, address: tuple[str, dict[str, str]]) -> Answer:
    return visitor.visit(home, [address], seconds=HANGS)


VISITS: Mapping[str, Callable[[Visitor, Path, Path, Any], Answer]] = {
    "image": _image,
    "csv": _csv,
    "value": _value,
    "address": _address,
}
"""By kind, what is done with one: bytes of a file, ``FIELD=VALUE``, or a page's name with its address."""
