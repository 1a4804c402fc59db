"""Folders of runs to attack: a real small training in them, and what they hold before and after."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import uuid
from pathlib import Path

import psutil

from lstm_core.runs.run import Run
from lstm_core.runs.store import HOME_VARIABLE, RunStore

ROOT = Path(__file__).parents[2]
SMALL = ("dataset=digits", "units=8", "batch_size=16", "steps=60", "evaluate_every=20")
"""A training that takes a second once its process is warm."""

_CHANGE_BY_LOOKING = (".lock", ".sqlite", ".sqlite-journal", "worker.starting", "worker.log")
"""Ends of names of what a look may write: locks, the index, and the start of a training process."""


def command(
    home: Path, *arguments: object, root: Path = ROOT, seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """``python -m lstm_core`` of the program under ``root``, over the runs of ``home``."""
    return subprocess.run(
        [sys.executable, "-m", "lstm_core", *map(str, arguments)],
        cwd=root,
        env={**os.environ, HOME_VARIABLE: str(home)},
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def train(home: Path, *settings: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A small training to its end."""
    assignments = [part for setting in (*SMALL, *settings) for part in ("--set", setting)]
    return command(home, "train", *assignments, "--json", root=root)


def trained_home(folder: Path) -> tuple[Path, Run]:
    """A folder of runs with one that was really trained."""
    home = folder / "home"
    done = train(home)
    if done.returncode:
        raise RuntimeError(f"nothing could be trained: {done.stderr[-300:]}")
    end_trainings(home)
    (run,) = RunStore(home).list()
    return home, run


def another(run: Run, number: int) -> Run:
    """A copy of ``run`` in the same folder of runs, under an identifier of its own."""
    copy = Run(run.folder.with_name(f"20200101-{number:06d}-{uuid.uuid4().hex[:6]}"))
    shutil.copytree(run.folder, copy.folder)
    return copy


def contents(home: Path) -> dict[str, str]:
    """Every path under ``home`` with its kind and content, but for what a look may write."""
    found = {}
    for path in home.rglob("*"):
        name = str(path.relative_to(home))
        if name.endswith(_CHANGE_BY_LOOKING):
            continue
        mode = path.lstat().st_mode
        found[name] = str(stat.S_IFMT(mode))
        if stat.S_ISREG(mode):
            found[name] += hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def trainings(folder: Path) -> list[psutil.Process]:
    """Training processes of this campaign: those over a folder of runs under ``folder``."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        arguments = process.info["cmdline"] or []
        if "lstm_core.training.worker" in arguments and Path(arguments[-1]).is_relative_to(folder):
            found.append(process)
    return found


def end_trainings(folder: Path) -> None:
    """They would stay ready for minutes."""
    processes = trainings(folder)
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)
