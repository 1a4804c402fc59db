"""A disk without room or inodes, or that can only be read: what is there is listed and can be deleted."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.faults.attack import Attack, Limits
from benchmarks.faults.homes import another, command, end_trainings, trained_home
from lstm_core.errors import LstmError
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters

MOMENTS = 50
SIZE, INODES = "4m", 200
SETTINGS = hyperparameters({"dataset": "digits", "units": (8,), "steps": 60})


def attacks(limits: Limits) -> Iterator[Attack]:
    disk = limits.folder / "disk"
    disk.mkdir()
    try:
        _mount(disk)
    except (OSError, subprocess.CalledProcessError):
        yield Attack("a small disk", notes=["left out: no file system can be mounted here; root can"])
        return
    _unmount(disk)
    _, run = trained_home(limits.folder)
    for name, fill, frees in (
        ("a full disk", _without_room, True),
        ("a disk without inodes", _without_inodes, True),
        ("a disk that can only be read", _read_only, False),
    ):
        attack = Attack(f"{name}, at a random moment")
        share = Limits(limits.seconds / 3, limits.folder, limits.random)
        for _ in share.rounds(MOMENTS):
            attack.times += 1
            _mount(disk)
            try:
                _one_moment(attack, disk, run, share, fill, frees)
            except LstmError as error:
                attack.faults.append(f"{type(error).__name__}: {error}")
            finally:
                end_trainings(disk)
                _unmount(disk)
        yield attack


def _one_moment(
    attack: Attack,
    disk: Path,
    run: Run,
    limits: Limits,
    fill: Callable[[Path, int], None],
    frees: bool,
) -> None:
    home = disk / "home"
    shutil.copytree(run.folder, home / "runs" / run.id)
    there, doomed = Run(home / "runs" / run.id), another(Run(home / "runs" / run.id), 1)
    store = RunStore(home)
    jobs = Jobs(store, lambda _: None)
    fill(disk, limits.random.randrange(64))
    known = {there.id, doomed.id}
    for act in limits.random.sample(_ACTS, len(_ACTS)):
        try:
            act(jobs, there)
        except LstmError:
            pass  # which is a message
        except Exception as error:  # noqa: BLE001 (whatever it is, it is a fault)
            attack.faults.append(f"{act.__name__}: {type(error).__name__}: {error}")
    _expect_whole(attack, home)
    done = command(home, "runs")
    attack.expect(done.returncode == 0 and "Traceback" not in done.stderr, f"runs: {done.stderr[-150:]}")
    attack.expect(all(one in done.stdout for one in known), "not all runs are listed")
    try:
        store.delete(doomed)
        attack.expect(not doomed.folder.exists(), "the deleted run is still there")
    except LstmError as error:
        attack.expect(not frees, f"a run cannot be deleted: {error}")
    _make_room(disk)
    with contextlib.suppress(LstmError):
        for queued in jobs.queue():
            jobs.cancel(queued)
    try:
        there.rename("There is room again")
        jobs.submit(SETTINGS.model_copy(update={"seed": 77}))
    except LstmError as error:
        attack.faults.append(f"it does not go on when there is room: {error}")


def _submit(jobs: Jobs, _: Run) -> None:
    jobs.submit(SETTINGS)


def _rename(_: Jobs, run: Run) -> None:
    run.rename("Renamed without room")


def _steer(_: Jobs, run: Run) -> None:
    run.steer(paused=True)


def _save_weights(_: Jobs, run: Run) -> None:
    run.save_weights(run.weights())


def _save_checkpoint(_: Jobs, run: Run) -> None:
    if checkpoint := run.checkpoint():
        run.save_checkpoint(checkpoint)


def _refresh(jobs: Jobs, _: Run) -> None:
    jobs.refresh()


_ACTS = (_submit, _rename, _steer, _save_weights, _save_checkpoint, _refresh)


def _expect_whole(attack: Attack, home: Path) -> None:
    """What can be listed can be read, whole."""
    for summary in RunStore(home).summaries():
        attack.expect(not summary.problem, f"half written: {summary.problem}")
        run = Run(home / "runs" / summary.id)
        try:
            if run.has_weights:
                run.weights()
            run.checkpoint()
            _ = run.control
        except LstmError as error:
            attack.faults.append(f"half written: {error}")


def _mount(disk: Path) -> None:
    options = f"size={SIZE},nr_inodes={INODES}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
    if sys.platform != "linux":
        raise OSError("only Linux has tmpfs")
    subprocess.run(command, check=True, capture_output=True)


def _unmount(disk: Path) -> None:
    subprocess.run(["umount", "-l", str(disk)], check=True, capture_output=True)


def _without_room(disk: Path, left: int) -> None:
    """All but about ``left`` KiB."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
    with contextlib.suppress(OSError), (disk / "filler-0").open("wb") as file:
        file.write(bytes(max(0, free - 1024 * left)))


def _without_inodes(disk: Path, left: int) -> None:
    """All but a few."""
    for number in range(max(0, os.statvfs(disk).f_ffree - left % 6)):
        with contextlib.suppress(OSError):
            (disk / f"filler-{number}").touch()


def _read_only(disk: Path, _: int) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)


def _make_room(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True, capture_output=True)
    for filler in disk.glob("filler-*"):
        filler.unlink()
