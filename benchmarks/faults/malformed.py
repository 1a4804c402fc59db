"""Files, values and addresses that are no such thing, as `benchmarks.malformed` makes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import malformed
from benchmarks.faults.attack import Attack, Limits
from benchmarks.faults.visitor import Answer, Visitor
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters

TIMES = 1000
HANGS = 10.0
MOST_MEMORY = 2 * 2**30
"""Bytes that the process of all visits may come to."""

REFUSED = ["--name", "x" * (MAX_NAME + 1)]
"""So that what happens to be well formed is refused in the end, and nothing is trained."""


@dataclass(frozen=True)
class Place:
    """Where things are brought: a folder of runs with one in it, and a path for a file."""

    visitor: Visitor
    home: Path
    run: Run
    file: Path

    def commands(self, *commands: list[str], pages: tuple[str, ...] = ()) -> Answer:
        opened = [(page, {"run": self.run.id}) for page in pages]
        return self.visitor.visit(self.home, opened, list(commands), HANGS)


def attacks(limits: Limits) -> Iterator[Attack]:
    home = limits.folder / "home"
    run = RunStore(home).create(hyperparameters({"dataset": "digits", "units": (8,), "steps": 30}))
    run.set_status(run.status.model_copy(update={"state": "finished", "step": 30}))
    with Visitor() as visitor:
        for name, (make, bring) in KINDS.items():
            attack = Attack(f"malformed {name}")
            codes: Counter[str] = Counter()
            place = Place(visitor, home, run, limits.folder / "file")
            share = Limits(limits.seconds / len(KINDS), limits.folder, limits.random)
            made = islice(make(limits.random.randrange(2**31)), TIMES // len(KINDS))
            for _, (kind, content) in zip(share.rounds(TIMES), made, strict=False):
                attack.times += 1
                visitor.visit(home)  # it has loaded what it needs, also after it was replaced
                answer = bring(place, kind, content)
                attack.expect(not answer.hung, f"{kind[:60]!r}: no answer within {HANGS:.0f} s")
                attack.faults += [f"{kind[:60]!r}: {last}" for last in answer.tracebacks]
                attack.expect(answer.peak < MOST_MEMORY, f"{answer.peak / 2**20:,.0f} MiB of memory")
                codes.update(said.split()[0] for said in answer.said if said[:1].isdigit())
            if codes:
                counted = ", ".join(f"{code} {times}×" for code, times in sorted(codes.items()))
                attack.notes.append(f"exit codes: {counted}")
            yield attack


def _picture(place: Place, _: str, content: bytes) -> Answer:
    place.file.write_bytes(content)
    return place.commands(["classify", str(place.file)], ["classify", "--drawing", str(place.file)])


def _array_file(place: Place, kind: str, content: bytes) -> Answer:
    file = place.run.folder / ("weights.npz" if kind.startswith("npz") else "drawing.npy")
    place.file.write_bytes(content)
    try:
        file.write_bytes(content)
        return place.commands(
            ["classify", "--run", place.run.id, str(place.file)], ["runs"], pages=("train",)
        )
    finally:
        file.unlink(missing_ok=True)


def _run_file(place: Place, name: str, content: bytes) -> Answer:
    file = place.run.folder / name
    before = file.read_bytes() if file.exists() else None
    try:
        file.write_bytes(content)
        return place.commands(["runs"], ["runs", "--json"], pages=("runs", "train"))
    finally:
        if before is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(before)


def _assignment(place: Place, _: str, assignment: str) -> Answer:
    return place.commands(["train", "--set", assignment, *REFUSED])


def _csv(place: Place, _: str, content: bytes) -> Answer:
    place.file.write_bytes(content)
    small = ["--set", "dataset=digits", "--set", "units=8"]
    return place.commands(["train", *small, "--initial-kernel", str(place.file), *REFUSED])


def _address(place: Place, _: str, query: dict[str, str]) -> Answer:
    return place.visitor.visit(place.home, [("train", query)], seconds=HANGS)


Make = Callable[[int], Iterator[tuple[str, Any]]]
Bring = Callable[[Place, str, Any], Answer]
KINDS: dict[str, tuple[Make, Bring]] = {
    "pictures": (malformed.pictures, _picture),
    "array files": (malformed.array_files, _array_file),
    "files of a run": (malformed.run_files, _run_file),
    "settings": (malformed.assignments, _assignment),
    "CSV files of first weights": (malformed.csv_files, _csv),
    "addresses": (malformed.addresses, _address),
}
"""By name, who makes them and what is done with one."""
