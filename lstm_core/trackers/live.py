"""Curves for TensorBoard while a run trains, in the folder that ``ROW_BY_ROW_TENSORBOARD`` names.

A thread of the training process reads the run's own events and hands them on, so training waits for nobody,
and whatever is wrong with the folder is for the log alone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from lstm_core.errors import LstmError, StorageError
from lstm_core.files import make_folder
from lstm_core.runs.run import Run
from lstm_core.trackers.subject import subject_of
from lstm_core.trackers.tensorboard_events import EventFile, event_files, new_event_file

TENSORBOARD_VARIABLE = "ROW_BY_ROW_TENSORBOARD"
LOOK_SECONDS = 0.5

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def shown_live(run: Run, environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Hand on what is told of ``run`` while the block trains it, and the rest when it ends.

    Args:
        run: which.
        environment: where no folder is named, nothing is done.
    """
    folder = environment.get(TENSORBOARD_VARIABLE, "").strip()
    if not folder:
        yield
        return
    ended = threading.Event()
    place = Path(os.path.expanduser(folder)) / run.id  # noqa: PTH111 - an unknown user's folder stays as it is
    arguments = (run, place, _told_before(run, place), ended)
    thread = threading.Thread(target=_hand_on, args=arguments, name="TensorBoard", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _told_before(run: Run, place: Path) -> int:
    """Up to where its events are in the files of whoever trained it before."""
    with contextlib.suppress(StorageError):
        if event_files(place):
            return run.events()[1]
    return 0


def _hand_on(run: Run, place: Path, told: int, ended: threading.Event) -> None:
    try:
        make_folder(place)
        with new_event_file(place).open("xb") as file:
            writer = EventFile(file, subject_of(run))
            while True:
                last = ended.wait(LOOK_SECONDS)
                events, told = run.events(told)
                for event in events:
                    writer.add(event)
                if last:
                    return
    except (LstmError, OSError) as error:
        _log.warning("TensorBoard is not told of run %s: %s", run.id, error)
