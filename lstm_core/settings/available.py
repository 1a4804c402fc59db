"""What this machine, this container and this process leave to a training: memory, disk."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from lstm_core.reading import control_group


@dataclass(frozen=True)
class Memory:
    """Bytes: ``total`` is what there would be if nothing else ran, ``free`` what there is now; with swap."""

    total: int
    free: int


def memory() -> Memory:
    """Of the machine, or of the control group this process is in where that has less."""
    machine, swap = psutil.virtual_memory(), psutil.swap_memory()
    total, free = int(machine.total + swap.total), int(machine.available + swap.free)
    if limit := control_group.memory():
        total, free = min(total, limit[0]), min(free, limit[1])
    return Memory(total, free)


def address_space() -> int | None:
    """Bytes of addresses that a process may have, as ``ulimit -v`` limits them; None without a limit."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


def free_disk(folder: Path) -> int:
    """Bytes that can be written in ``folder``, which need not be there yet. Raises `OSError`."""
    folder = folder.absolute()
    there = next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
    return shutil.disk_usage(there).free


def resident() -> int:
    """Bytes of memory that this process has."""
    return int(psutil.Process().memory_info().rss)


def peak_resident() -> int:
    """Bytes of memory that this process had at most."""
    if os.name == "nt":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
