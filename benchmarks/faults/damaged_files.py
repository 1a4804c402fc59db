"""Every file of a run folder, damaged in every way: nothing may move, fail or hide the other runs."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.faults.attack import Attack, Limits
from benchmarks.faults.homes import another, contents, trained_home
from benchmarks.faults.visitor import Visitor
from lstm_core.runs.run import Run

FILES = (
    "run.json",
    "status.json",
    "control.json",
    "events.jsonl",
    "weights.npz",
    "checkpoint.npz",
    "evaluation.json",
    "familiar.npz",
    "environment.json",
    "drawing.npy",
    "snapshots/",
)
NEEDED = ("run.json", "status.json")
"""Without these nothing is known of a run, so its line says why."""


def _garbled(path: Path) -> None:
    path.write_bytes(os.urandom(1000))


def _truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _missing(path: Path) -> None:
    path.unlink()


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _a_loop_of_links(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _not_to_be_read(path: Path) -> None:
    path.chmod(0)


def _of_a_newer_version(path: Path) -> None:
    newer = json.loads(path.read_text())
    newer["from_the_future"] = {"of": ["a", "later", "version"]}
    if "hyperparameters" in newer:
        newer["hyperparameters"]["from_the_future"] = 7
    path.write_text(json.dumps(newer))


DAMAGES: tuple[Callable[[Path], None], ...] = (
    _garbled, _truncated, _empty, _missing, _a_folder, _a_pipe, _a_loop_of_links, _not_to_be_read,
    _of_a_newer_version,
)  # fmt: skip


def attacks(limits: Limits) -> Iterator[Attack]:
    home, run = trained_home(limits.folder)
    run.steer(paused=False)
    run.save_drawing(np.zeros((8, 8), np.float32))
    other = another(run, 1)
    digit = _a_picture(limits.folder)
    damages = [one for one in DAMAGES if one is not _not_to_be_read or os.geteuid() != 0]
    cases = [(file, damage) for file in FILES for damage in damages]
    cases = [case for case in cases if case[1] is not _of_a_newer_version or case[0].endswith(".json")]
    limits.random.shuffle(cases)
    lines = {one: Attack(f"a file of a run: {one.__name__.replace('_', ' ').strip()}") for one in damages}
    with Visitor() as visitor:
        for number in limits.rounds(len(cases)):
            file, damage = cases[number]
            attack = lines[damage]
            attack.times += 1
            place = limits.folder / f"case-{number}"
            shutil.copytree(home, place, symlinks=True)
            _damage(Run(place / "runs" / run.id), file, damage)
            before = contents(place)
            answer = visitor.visit(
                place,
                [("draw", {"network": run.id}), ("train", {"run": run.id}), ("runs", {}), ("inside", {})],
                [
                    ["runs"],
                    ["runs", "--json"],
                    ["classify", "--run", run.id, str(digit)],
                    *(
                        ["export", "--run", run.id, "--to", to, "--output", str(place.with_suffix(ending))]
                        for to, ending in (("script", ".py"), ("npz", ".npz"))
                    ),
                ],
            )
            attack.expect(not answer.hung, f"{file}: it hung")
            for traceback in answer.tracebacks:
                attack.faults.append(f"{file}: {traceback}")
            after = contents(place)
            changed = sorted({name for name, _ in after.items() ^ before.items()})
            attack.expect(not changed, f"{file}: changed {', '.join(changed[:3])}")
            listed = next((text for text in answer.said if text.startswith("0 runs:")), "")
            attack.expect(answer.hung or other.id in listed, f"{file}: the other run is not listed")
            if file in NEEDED and damage is not _of_a_newer_version:
                attack.expect(answer.hung or run.id in listed, f"{file}: nothing is said of the run")
            shutil.rmtree(place, ignore_errors=True)
    yield from (line for line in lines.values() if line.times)
    if os.geteuid() == 0:
        yield Attack("a file of a run: not to be read", notes=["left out: root reads everything"])


def _damage(run: Run, file: str, damage: Callable[[Path], None]) -> None:
    if file.endswith("/"):
        for path in list((run.folder / file).iterdir()):
            damage(path)
    else:
        damage(run.folder / file)


def _a_picture(folder: Path) -> Path:
    """An image as large as the network's."""
    path = folder / "digit.png"
    image = Image.new("L", (8, 8))
    for row in range(1, 7):
        image.putpixel((4, row), 255)
    image.save(path)
    return path
