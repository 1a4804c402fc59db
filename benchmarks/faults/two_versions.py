"""Two versions of the program on one folder of runs: neither moves, changes or fails the other's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.attack import Attack, Limits
from benchmarks.faults.homes import ROOT, SMALL, command, contents, end_trainings, train
from lstm_core.runs.store import HOME_VARIABLE

ROUNDS = 5
SEED_FIELD = "    seed: int = Field(\n"
NEW_FIELD = """    warmth: int = Field(
        3, ge=0, le=9, description="Of a later version.", json_schema_extra=_about("Warmth")
    )
"""


def attacks(limits: Limits) -> Iterator[Attack]:
    newer = _newer_version(limits.folder / "newer")
    attack = Attack("two versions of the program on one folder of runs, one of them training")
    for number in limits.rounds(ROUNDS):
        attack.times += 1
        home = limits.folder / f"home-{number}"
        first, second = (newer, ROOT) if number % 2 else (ROOT, newer)
        _expect_success(attack, "the first trains", train(home, *_only(first, newer), root=first))
        end_trainings(home)
        before = contents(home / "runs")
        training = _begin(home, second, _only(second, newer))
        for _ in range(3):
            _expect_success(attack, "the first lists meanwhile", command(home, "runs", root=first))
        try:
            _, errors = training.communicate(timeout=240)
            attack.expect(training.returncode == 0, f"the second trains: {errors[-200:]}")
        except subprocess.TimeoutExpired:
            training.kill()
            training.communicate()
            attack.faults.append("the second trains: it hung")
        _expect_success(attack, "the second lists", command(home, "runs", root=second))
        after = contents(home / "runs")
        changed = [name for name, content in before.items() if after.get(name) != content]
        attack.expect(not changed, f"of the first one's run changed: {', '.join(changed[:3])}")
        end_trainings(home)
    yield attack


def _newer_version(folder: Path) -> Path:
    """A copy of the program with one more hyperparameter."""
    leave = shutil.ignore_patterns("__pycache__")
    for name in ("lstm_core", "dashboard"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    path = folder / "lstm_core" / "settings" / "hyperparameters.py"
    path.write_text(path.read_text().replace(SEED_FIELD, NEW_FIELD + SEED_FIELD, 1))
    key = folder / "lstm_core" / "settings" / "run_key.py"
    key.write_text(key.read_text().replace("_ADDED = {\n", '_ADDED = {\n    "warmth",\n', 1))
    return folder


def _only(root: Path, newer: Path) -> tuple[str, ...]:
    """Settings that the newer version alone knows."""
    return ("warmth=7", "seed=5") if root == newer else ()


def _begin(home: Path, root: Path, more: tuple[str, ...]) -> subprocess.Popen[str]:
    assignments = [part for setting in (*SMALL, "steps=400", *more) for part in ("--set", setting)]
    return subprocess.Popen(
        [sys.executable, "-m", "lstm_core", "train", *assignments],
        cwd=root,
        env={**os.environ, HOME_VARIABLE: str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _expect_success(attack: Attack, what: str, done: subprocess.CompletedProcess[str]) -> None:
    attack.expect(done.returncode == 0, f"{what}: {done.stderr[-200:]}")
    attack.expect("Traceback" not in done.stderr, f"{what}: a traceback")
