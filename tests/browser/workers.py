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
    """They stay ready for one test after the other, and would for minutes after the last."""
    processes = workers()
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=60)
