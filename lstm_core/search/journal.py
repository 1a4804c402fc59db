"""Optuna's journal file, safe against processes that are killed.

`optuna.storages.journal.JournalFileBackend` appends without looking whether the last line is whole, so that
after a kill or a full disk two operations would stand in one line, and nothing could be read any more. And
its lock is a file that a killed process leaves behind, for which others wait half a minute. Here the
operating system lets the lock go, and what was written of a torn line is cut off before the next one is
appended: nobody has read it, since readers take whole lines only.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, Any

from optuna.storages.journal import JournalFileBackend

from lstm_core.errors import StorageError
from lstm_core.files import locked

_BLOCK = 4096


class WholeLines(JournalFileBackend):
    """A journal file whose torn last line is cut off before anything is appended.

    Args:
        path: of the journal. Beside it is its lock file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Append operations, each a line, all or none of them. Raises `StorageError`."""
        lines = "".join(f"{json.dumps(log, separators=(',', ':'))}\n" for log in logs)
        with locked(self._path.with_name("trials.lock")):
            try:
                with self._path.open("rb+") as file:
                    file.truncate(file.seek(_end_of_whole_lines(file)))
                    file.write(lines.encode())
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise StorageError(f"Cannot write {self._path}: {error.strerror or error}.") from error


def _end_of_whole_lines(file: IO[bytes]) -> int:
    """The offset after the last newline, 0 where there is none."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        if (found := file.read(end - start).rfind(b"\n")) >= 0:
            return int(start + found + 1)
        end = start
    return 0
