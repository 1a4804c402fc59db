"""Starting a training process, and the lock that it holds while it lives."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from itertools import count
from pathlib import Path

from filelock import FileLock

from lstm_core.errors import StorageError
from lstm_core.files import is_held
from lstm_core.runs import worker_end
from lstm_core.runs.detached_process import start_detached
from lstm_core.runs.worker_files import CLUSTER, numbers, worker_file


def spawn(root: Path) -> subprocess.Popen[bytes]:
    """Start another training process for ``root`` on its own, with the first number that is free.

    Its output goes to its log, ``worker.log`` of the first process, a new one each time, beside which the one
    before is kept as ``worker.log.before``.

    Raises:
        StorageError: it cannot be started, or its log cannot be written.
    """
    number = next(number for number in count(1) if not is_alive(root, number))
    return _start(root, number, "lstm_core.training.worker", str(number))


def spawn_for_cluster(root: Path, address: str) -> subprocess.Popen[bytes]:
    """Start what hands the runs of ``root`` to the cluster at ``address``, on its own; its log is
    ``cluster.log``. Raises `StorageError`."""
    return _start(root, CLUSTER, "lstm_core.cluster.dispatcher", address)


def _start(root: Path, number: int, module: str, argument: str) -> subprocess.Popen[bytes]:
    try:
        root.mkdir(parents=True, exist_ok=True)
        output = worker_file(root, "log", number)
        with contextlib.suppress(FileNotFoundError):
            output.replace(output.with_name(f"{output.name}.before"))
        with output.open("ab") as log:
            process = start_detached(module, str(root.absolute()), argument, log=log)
    except OSError as error:
        raise StorageError(f"The training process cannot be started: {error}.") from error
    name = f"training process {number}"
    threading.Thread(target=_await_end, args=(process, root, number), name=name, daemon=True).start()
    return process


def _await_end(process: subprocess.Popen[bytes], root: Path, number: int) -> None:
    worker_end.record(root, process.wait(), process.pid, number)


def worker_lock(root: Path, number: int = 1) -> FileLock:
    """Held by the training process ``number`` of ``root`` while it lives."""
    return FileLock(worker_file(root, "lock", number))


def is_alive(root: Path, number: int) -> bool:
    """Whether the training process ``number`` lives; for one who has the lock of the queue, since all who try
    its lock hold it for a moment. Raises `StorageError`."""
    if number > 1 and not worker_file(root, "lock", number).exists():
        return False
    return is_held(worker_file(root, "lock", number))


def alive(root: Path) -> list[int]:
    """The numbers of the training processes that live; as `is_alive`."""
    return [number for number in numbers(root) if is_alive(root, number)]
