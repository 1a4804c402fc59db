"""How the training process ended, for whoever finds it gone.

Its lock tells only that it lives or not. Whoever started it waits for its exit status and leaves it in
``<root>/worker.exit``, each process of several in a file of its own; a process that ends itself because it
makes no progress leaves it there first.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections import deque
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lstm_core.errors import StorageError
from lstm_core.files import write_text
from lstm_core.runs.worker_files import worker_file

STUCK = 75
"""Exit status of a training process that ended itself because it made no progress."""

MOST_LOG_LINES = 6
MOST_LOG_BYTES = 8_000

_ASKED_FOR = {"SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"}
"""Signals by which a person or the system ends a process; not every system has them all."""


class WorkerEnd(BaseModel):
    """``status`` as of `subprocess.Popen.returncode`: below zero, the signal that killed it."""

    model_config = ConfigDict(frozen=True)

    status: int
    pid: int
    time: float

    @property
    def by_itself(self) -> bool:
        """Whether it was a fault of its own, and not a person or the system who ended it."""
        return self.status > 0 or (self.status < 0 and _signal(-self.status)[0] not in _ASKED_FOR)

    @property
    def words(self) -> str:
        """How it ended, in words that complete "The training process …"."""
        if self.status == STUCK:
            return "made no progress and was ended"
        if self.status >= 0:
            return f"ended with exit status {self.status}"
        name, about = _signal(-self.status)
        return f"was ended by signal {name}{about}"

    @property
    def advice(self) -> str:
        """What to do about a training that ended so."""
        if self.status == STUCK:
            return "That can happen when memory runs out: continue, or try a smaller batch or fewer units."
        again = "if it ends again, try a smaller batch or fewer units."
        return f"Continue goes on from its last checkpoint; {again}"


def record(root: Path, status: int, pid: int, number: int = 1) -> WorkerEnd:
    """Leave how the training process ``number`` ended, as far as that can be written: the disk may be full,
    or ``root`` gone."""
    end = WorkerEnd(status=status, pid=pid, time=time.time())
    with contextlib.suppress(StorageError):
        write_text(worker_file(root, "exit", number), end.model_dump_json())
    return end


def last_end(root: Path, number: int = 1) -> WorkerEnd | None:
    """How the last process with that number ended, or None when nobody knows."""
    try:
        return WorkerEnd.model_validate_json(worker_file(root, "exit", number).read_bytes())
    except (OSError, ValidationError):
        return None


def end_of_log(root: Path, number: int = 1) -> str:
    """The last lines that the training process ``number`` wrote, or nothing."""
    try:
        with worker_file(root, "log", number).open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - MOST_LOG_BYTES))
            lines = deque(file.read().decode(errors="replace").splitlines(), maxlen=MOST_LOG_LINES)
    except OSError:
        return ""
    return "\n".join(line[:300] for line in lines if line.strip())


def _signal(number: int) -> tuple[str, str]:
    about = {
        "SIGKILL": ", as the system does when memory runs out",
        "SIGILL": ": the library was built for another processor",
        "SIGSEGV": ": a fault in a library",
        "SIGBUS": ": a fault in a library, or a full disk",
        "SIGABRT": ": a library gave up, often because memory ran out",
    }
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = str(number)
    return name, about.get(name, "")
