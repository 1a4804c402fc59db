"""The training processes that the server of these tests started."""

from __future__ import annotations

import psutil


def workers() -> list[psutil.Process]:
    """Those that live, found among this process's descendants."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "lstm_core.training.worker" in process.cmdline():
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def end_workers() -> None:
    """They would stay ready for minutes after the tests."""
    processes = workers()
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)
