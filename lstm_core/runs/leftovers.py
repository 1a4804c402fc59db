"""What a process that was killed left unfinished in the folder of all runs, and what clears it away.

A file is written under a temporary name beside its target (`lstm_core.files.write_whole`), a run is made
under ``.ID.new`` and deleted under ``.ID.deleted`` (`lstm_core.runs.store`). Whoever is killed meanwhile
leaves these, and nobody looks at them again. Lock files stay: one who waits for a lock would hold a file that
others no longer see.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lstm_core.runs.run import RUN_ID

SECONDS = 3600.0
"""Nothing is written for as long as that, so what is older is left over."""

_RANDOM = r"\.[0-9a-f]{12}"
_IN_ROOT = re.compile(r"\.(?:[a-z_]+\.json|(?:worker(?:-\d+)?|cluster)\.[a-z]+)" + _RANDOM)
_IN_RUN = re.compile(r"\.[a-z]+\.(?:json|npz|npy)" + _RANDOM)
_SNAPSHOT = re.compile(r"\.step-[0-9]{8}\.npz" + _RANDOM)
_KERNEL = re.compile(r"\.[0-9a-f]{64}\.npy" + _RANDOM)
_DRAWINGS = re.compile(r"\.drawings\.jsonl" + _RANDOM)
_UNFINISHED = re.compile(rf"\.{RUN_ID.pattern}\.(?:new|deleted)")

_log = logging.getLogger(__name__)


def clear_leftovers(
    root: Path, older_than: float = SECONDS, clock: Callable[[], float] = time.time
) -> list[Path]:
    """Remove what killed processes left under ``root``; never raises, follows no link, touches nothing else.

    Args:
        root: the folder of all runs, with ``runs/`` in it; it need not be there.
        older_than: seconds since the last change of what is removed.
        clock: seconds since the epoch.

    Returns:
        What was removed.
    """
    now = clock()
    removed = []
    for path in _leftovers(root):
        try:
            found = path.lstat()
            if now - max(found.st_mtime, found.st_ctime) < older_than:
                continue
            if stat.S_ISDIR(found.st_mode):
                shutil.rmtree(path)
            else:
                path.unlink()
            removed.append(path)
        except OSError as error:  # gone meanwhile, or not to be removed
            _log.debug("%s stays: %s", path, error)
    if removed:
        _log.info("Removed %d leftovers of processes that were ended", len(removed))
    return removed


def _leftovers(root: Path) -> Iterator[Path]:
    yield from _files(root, _IN_ROOT)
    yield from _files(root / "initial_kernels", _KERNEL)
    yield from _files(root / "hand", _DRAWINGS)
    for search in _folders(root / "searches"):
        yield from _files(search, _IN_RUN)
    for folder in _folders(root / "runs"):
        if RUN_ID.fullmatch(folder.name):
            yield from _files(folder, _IN_RUN)
            yield from _files(folder / "snapshots", _SNAPSHOT)
        elif _UNFINISHED.fullmatch(folder.name):
            yield folder


def _files(folder: Path, pattern: re.Pattern[str]) -> Iterator[Path]:
    for entry in _entries(folder):
        if pattern.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _folders(folder: Path) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing when it is a link, is not there, or cannot be read."""
    with contextlib.suppress(OSError):
        if not folder.is_symlink():
            with os.scandir(folder) as found:
                return list(found)
    return []
