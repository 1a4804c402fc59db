"""The process that goes on with a search: ``python -m lstm_core.search.process ROOT NAME``.

The page starts it, so that a search goes on when the tab is closed or the dashboard ends. It is steered by
the search's control file, and holds the search's lock while it lives. It trains nothing itself: the
training process does, as for every run.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from pathlib import Path

from lstm_core.errors import LstmError, SearchBusy, StorageError
from lstm_core.files import HOME_VARIABLE
from lstm_core.runs.detached_process import start_detached
from lstm_core.search.folder import SearchFolder, SearchFolders

_log = logging.getLogger("lstm_core.search.process")


def start(folder: SearchFolder) -> None:
    """Start a process that goes on with a search, unless there is one.

    Raises:
        StorageError: it cannot be started, or its log cannot be written.
    """
    if folder.is_worked_on:
        return
    root = folder.root.absolute()
    try:
        with (folder.folder / "process.log").open("wb") as log:
            process = start_detached(
                "lstm_core.search.process",
                str(root),
                folder.name,
                log=log,
                environment={HOME_VARIABLE: str(root)},
            )
    except OSError as error:
        raise StorageError(f"The search cannot be started: {error}.") from error
    threading.Thread(target=process.wait, name="search process", daemon=True).start()


def main(root: Path, name: str) -> int:
    """Go on with the search ``name``; the exit code."""
    from lstm_core.runs.jobs import Jobs
    from lstm_core.runs.store import RunStore
    from lstm_core.search.searching import Search

    try:
        Search(SearchFolders(root).get(name), Jobs(RunStore(root))).run()
    except SearchBusy as error:
        _log.info("%s", error)
    except LstmError:
        _log.exception("The search %s cannot go on", name)
        return 1
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
