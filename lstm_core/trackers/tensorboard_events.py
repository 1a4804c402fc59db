"""TensorBoard's event files of a run: its curves, and its settings for the HParams page.

A file is a row of TFRecords, each an ``Event``. The package `tensorboard` is optional and is imported where
one is written; its own writer is left aside, because it loads TensorFlow wherever that is installed. Runs
that differ in nothing but the seed are sessions of one group, so the HParams page shows their mean.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lstm_core.errors import InvalidValue, PackageMissing
from lstm_core.files import make_folder, write_whole
from lstm_core.runs.events import Failed, Finished, Started, Stopped, TrainingEvent
from lstm_core.runs.run import Run
from lstm_core.trackers.scalars import scalars
from lstm_core.trackers.subject import Subject, subject_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary

MISSING = (
    "TensorBoard's files need the package `tensorboard`, which is not installed. Install it with: "
    "pip install tensorboard"
)

_NAME = "events.out.tfevents"
"""By which TensorBoard knows its files."""


class EventFile:
    """Writes what events tell to a file that TensorBoard reads, each event at once.

    Args:
        file: open for writing or appending, at a place where a record may begin.
        subject: the run.

    Raises:
        PackageMissing: the package `tensorboard` is not installed.
    """

    def __init__(self, file: IO[bytes], subject: Subject) -> None:
        try:
            from tensorboard.compat.proto import event_pb2
            from tensorboard.summary.writer.record_writer import RecordWriter
        except ImportError as error:
            raise PackageMissing(MISSING) from error
        self.subject = subject
        self._event = event_pb2.Event
        self._session = event_pb2.SessionLog
        self._writer = RecordWriter(file)
        self._described = False
        self._write(subject.created, file_version="brain.Event:2")

    def add(self, event: TrainingEvent) -> None:
        """Write what ``event`` tells. Raises `OSError`."""
        if isinstance(event, Started):
            # What was told of later steps is void: the training went on from a checkpoint before them.
            start = self._session(status=self._session.START)
            self._write(event.time, event.step + 1, session_log=start)
        if not self._described:
            self._described = True
            self._write(event.time, summary=_settings(self.subject))
        if told := scalars(event):
            from tensorboard.compat.proto.summary_pb2 import Summary

            values = [Summary.Value(tag=scalar.name, simple_value=scalar.value) for scalar in told]
            self._write(event.time, event.step, summary=Summary(value=values))
        if isinstance(event, Finished | Stopped | Failed):
            self._write(event.time, summary=_end(event))
        self._writer.flush()

    def _write(self, wall_time: float, step: int = 0, **content: Any) -> None:
        self._writer.write(self._event(wall_time=wall_time, step=step, **content).SerializeToString())


def write_event_file(run: Run, folder: Path, *, force: bool = False) -> Path:
    """Write the events of ``run`` so that ``tensorboard --logdir FOLDER`` shows them.

    Args:
        run: which; its identifier is the name of its folder in ``folder``.
        folder: of one or many runs; made where it is missing.
        force: replace event files of this run that are there already.

    Returns:
        The file.

    Raises:
        InvalidValue: there are event files of this run in ``folder`` already.
        PackageMissing: the package `tensorboard` is not installed.
        RunError: the run was not trained here.
        StorageError
    """
    subject = subject_of(run)
    events, _ = run.events()
    place = folder / run.id
    there = event_files(place)
    if there and not force:
        raise InvalidValue("--output", "a folder without this run (--force replaces it)", str(folder))
    make_folder(place)
    path = place / f"{_NAME}.{int(subject.created)}.{run.id}"
    with write_whole(path) as file:
        writer = EventFile(file, subject)
        for event in events:
            writer.add(event)
    for other in there:
        if other != path:
            other.unlink(missing_ok=True)
    return path


def event_files(place: Path) -> list[Path]:
    """TensorBoard's files that lie in ``place``, which need not be there."""
    return sorted(place.glob(f"{_NAME}.*"))


def new_event_file(place: Path) -> Path:
    """Where to write the next file of a run that has others in ``place``; later ones are read later."""
    number = max([int(time.time()), *(_stamp(path) + 1 for path in event_files(place))])
    return place / f"{_NAME}.{number}.live"


def _stamp(path: Path) -> int:
    stamp = path.name.removeprefix(f"{_NAME}.").partition(".")[0]
    return int(stamp) if stamp.isdigit() else 0


def _settings(subject: Subject) -> Summary:
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb

    return hparams_pb(dict(subject.settings), trial_id=subject.group, start_time_secs=subject.created)


def _end(event: Finished | Stopped | Failed) -> Summary:
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams import metadata, plugin_data_pb2
    from tensorboard.plugins.hparams.api_pb2 import Status

    status = Status.STATUS_FAILURE if isinstance(event, Failed) else Status.STATUS_SUCCESS
    end = plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=event.time)
    data = plugin_data_pb2.HParamsPluginData(session_end_info=end)
    value = Summary.Value(
        tag=metadata.SESSION_END_INFO_TAG,
        metadata=metadata.create_summary_metadata(data),
        tensor=metadata.NULL_TENSOR,
    )
    return Summary(value=[value])
