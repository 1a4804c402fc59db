"""Memory and processors that Linux lets a control group use, such as the processes of a container."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
"""Names the groups that this process is in."""

_MEMORY_FILES = (
    ("", "memory.max", "memory.current"),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
)
"""Of version 2 and version 1: the controller, then the files of the limit and of what is used."""

_NO_LIMIT = 1 << 60
"""Version 1 writes a number near 2⁶³ where there is none."""


def memory(mount: Path = MOUNT, own: Path = OWN) -> tuple[int, int] | None:
    """Bytes that the strictest group may use, and bytes of these that are free; None without a limit."""
    found = []
    for controller, limit_name, used_name in _MEMORY_FILES:
        for folder in _folders(controller, mount, own):
            limit = _number(folder / limit_name)
            if limit is not None and limit < _NO_LIMIT:
                used = (_number(folder / used_name) or 0) - _cache(folder)
                found.append((limit, max(0, limit - used)))
    return min(found, key=lambda pair: pair[1], default=None)


def processors(mount: Path = MOUNT, own: Path = OWN) -> float | None:
    """How many processors' time the strictest group may use; None without a limit."""
    found = []
    for folder in _folders("", mount, own):
        quota, _, period = _text(folder / "cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit():
            found.append(int(quota) / int(period))
    for folder in _folders("cpu", mount, own):
        quota_us, period_us = _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
        if quota_us and period_us and quota_us > 0:
            found.append(quota_us / period_us)
    return min(found, default=None)


def _folders(controller: str, mount: Path, own: Path) -> Iterator[Path]:
    """The group of this process and those around it; ``controller`` is empty for version 2."""
    for line in _text(own).splitlines():
        _, controllers, path = line.split(":", 2)
        if controller not in controllers.split(","):
            continue
        root = mount / controller
        here = root / path.lstrip("/")
        # In a container the path can be that of the machine outside, of which only the root is seen.
        yield from (folder for folder in (here, *here.parents) if folder == root or root in folder.parents)


def _cache(folder: Path) -> int:
    """Bytes of files that the system holds in memory and lets go when somebody needs it."""
    for line in _text(folder / "memory.stat").splitlines():
        name, _, number = line.partition(" ")
        if name in ("inactive_file", "total_inactive_file") and number.isdigit():
            return int(number)
    return 0


def _number(file: Path) -> int | None:
    text = _text(file)
    return int(text) if text.lstrip("-").isdigit() else None


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
