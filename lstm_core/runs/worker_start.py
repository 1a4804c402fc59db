"""Starting a training process, and the lock that it holds while it lives."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

from filelock import FileLock

from lstm_core.data.datasets import DATA_VARIABLE
from lstm_core.errors import StorageError
from lstm_core.runs import worker_end


def spawn(root: Path) -> subprocess.Popen[bytes]:
    """Start the training process for ``root`` on its own; its output goes to ``worker.log``, a new one each
    time, beside which the one before is kept as ``worker.log.before``.

    Raises:
        StorageError: it cannot be started, or its log cannot be written.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if data := environment.get(DATA_VARIABLE):
        environment[DATA_VARIABLE] = str(Path(os.path.expanduser(data)).absolute())  # noqa: PTH111
    try:
        root.mkdir(parents=True, exist_ok=True)
        output = root / worker_end.LOG
        with contextlib.suppress(FileNotFoundError):
            output.replace(root / f"{worker_end.LOG}.before")
        with output.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "lstm_core.training.worker", str(root.absolute())],
                cwd=Path(__file__).parents[2],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise StorageError(f"The training process cannot be started: {error}.") from error
    # Whoever starts a process must take its exit status, or it stays behind as a zombie.
    threading.Thread(target=_await_end, args=(process, root), name="training process", daemon=True).start()
    return process


def _await_end(process: subprocess.Popen[bytes], root: Path) -> None:
    worker_end.record(root, process.wait(), process.pid)


def worker_lock(root: Path) -> FileLock:
    """Held by the training process of ``root`` while it lives."""
    return FileLock(root / "worker.lock")
