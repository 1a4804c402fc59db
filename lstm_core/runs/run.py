"""Run folders: everything one training leaves behind, and the only thing two processes share.

    <root>/runs/<id>/
        run.json            identity, name and hyperparameters, written once (the name can change)
        status.json         where the run stands; written by the training process while it has the run,
                            by `lstm_core.runs.jobs` otherwise
        control.json        what a person wants of it; written by the dashboard or the command line
        events.jsonl        what happened, append-only; a torn last line is ignored
        weights.npz         what was learnt, once there is something to keep
        best-….npz          weights of the best validation, named after its step, where they are to be kept
        snapshots/          weights at some steps, float16
        checkpoint.npz      everything needed to go on from a step
        evaluation.json     the test images read with the final weights
        environment.json    versions, device, and how it computed
        marks.json          tags and notes of a person, see `lstm_core.runs.marks`
        compared.json       how a run without evaluation.json read the test images, once it was compared
        familiar.npz        what is familiar to the network, see `lstm_core.runs.familiar`
        drawing.npy         the drawing to be read while the network learns, if there was one

Every file is written whole or appended to, so whoever is killed leaves a folder the next start can read.
Reading changes nothing: what cannot be read is said with the reason and stays where it is, and fields that
this version does not know are kept when a file is written anew.

Every writer of what stands in `runs.index` touches ``runs/``, so that others look again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, TypeAdapter, ValidationError

from lstm_core.array_files import DamagedArrays, read_npy
from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue, RunDamaged, RunMissing, StorageError, WeightsError
from lstm_core.files import append_lines, locked, open_regular, read_bounded, write_text, write_whole
from lstm_core.reading.evaluation import TestResult
from lstm_core.reading.weights import LstmWeights, load_weights, read_arrays, save_weights
from lstm_core.runs.events import Failed, TrainingEvent, from_line, to_line
from lstm_core.runs.json_files import MOST_BYTES, read_model
from lstm_core.runs.names import checked_name
from lstm_core.runs.status import Control, Identity, Status, settings_of
from lstm_core.runs.thinning import thinned_out
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes

MAX_SNAPSHOTS = 24

_SNAPSHOT = re.compile(r"step-([0-9]{8})\.npz")
RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_VERSIONS = TypeAdapter(dict[str, str])


@dataclass(frozen=True)
class Run:
    """One run folder. Cheap to make; every property reads its file anew."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def identity(self) -> Identity:
        """Raises `RunDamaged`."""
        return read_model(self.folder / "run.json", Identity)

    @property
    def name(self) -> str:
        return self.identity.name

    @property
    def hyperparameters(self) -> HyperParameters:
        """Raises `RunDamaged`, or `RunNewer` when it has settings that this version does not know."""
        return settings_of(self.identity)

    def save_identity(self, identity: Identity) -> None:
        self.write_small_file("run.json", identity)

    def rename(self, name: str) -> None:
        """Raises `InvalidValue` for a name that is empty, long or cannot be shown."""
        self.save_identity(self.identity.model_copy(update={"name": checked_name(name)}))

    @property
    def status(self) -> Status:
        """Raises `RunDamaged`."""
        return read_model(self.folder / "status.json", Status)

    def set_status(self, status: Status) -> None:
        self.write_small_file("status.json", status)

    def fail(self, message: str, now: float, step: int | None = None) -> None:
        """Record that the training ended by itself, and why; ``step`` is that of the status unless told.

        The event comes first: who reads of the end in the status finds it among the events.
        """
        status = self.status
        step = status.step if step is None else step
        update = {"state": "failed", "since": now, "detail": message, "step": step}
        self.append(Failed(step=step, time=now, message=message))
        self.set_status(status.model_copy(update=update))

    @property
    def control(self) -> Control:
        """What is wanted of the training; without a file, or with a damaged one, nothing."""
        try:
            return self._control()
        except RunDamaged:
            return Control()

    @property
    def control_damage(self) -> str:
        """Why the wishes of a person cannot be read, or nothing."""
        try:
            self._control()
        except RunDamaged as error:
            return str(error)
        return ""

    def _control(self) -> Control:
        path = self.folder / "control.json"
        if not path.exists():
            return Control()
        control = read_model(path, Control)
        try:
            control.settings(self.hyperparameters)
        except InvalidValue as error:
            raise RunDamaged(f"{path.name} is damaged: {error}.") from error
        return control

    def steer(self, **changes: Any) -> Control:
        """Change what is wanted of the training; other wishes stay as they are.

        A file of wishes that cannot be read is replaced: a person just said what is wanted, and to stop
        must always be possible.

        Raises:
            InvalidValue: a setting breaks its rule, or cannot change while training; nothing is changed.
            RunMissing: the run was deleted.
        """
        for name in changes.keys() - Control.model_fields.keys():
            raise InvalidValue("change", f"of one of {', '.join(Control.model_fields)}", name)
        if not self.folder.is_dir():
            raise RunMissing(f"Run {self.id} is no longer there.")
        # Not in the run's own folder: that lock would make a folder again that is being deleted.
        with locked(self.folder.parent.parent / "control.lock"):
            wishes = {**self.control.model_dump(), **changes}
            known = [name for name in Control.model_fields if name not in ("paused", "stop")]
            numbers = {name: wishes[name] for name in known if wishes[name] is not None}
            settings = with_changes(self.hyperparameters, **numbers)
            control = Control(**(wishes | {name: getattr(settings, name) for name in numbers}))
            self.write_small_file("control.json", control)
        return control

    def append(self, event: TrainingEvent) -> None:
        try:
            append_lines(self.folder / "events.jsonl", to_line(event))
        except FileNotFoundError as error:
            raise RunMissing(f"Run {self.id} is no longer there.") from error
        except OSError as error:
            raise StorageError(f"Cannot write the events of run {self.id}: {error.strerror}.") from error

    def events(self, offset: int = 0) -> tuple[list[TrainingEvent], int]:
        """Events from byte ``offset`` on, and the offset to go on from; unreadable lines are skipped.

        Raises:
            StorageError: the file cannot be read at this moment.
        """
        try:
            with open_regular(self.folder / "events.jsonl") as file:
                file.seek(offset)
                content = file.read()
        except FileNotFoundError:
            return [], 0
        except OSError as error:
            raise StorageError(f"The events of run {self.id} cannot be read: {error.strerror}.") from error
        whole = content[: content.rfind(b"\n") + 1]
        events = []
        for line in whole.splitlines():
            with contextlib.suppress(RunDamaged):
                events.append(from_line(line))
        return events, offset + len(whole)

    def save_weights(self, weights: LstmWeights) -> None:
        with self._writing():
            save_weights(self._named(weights), self.folder / "weights.npz")

    def _named(self, weights: LstmWeights) -> LstmWeights:
        """With the names of the classes, where they are those of a data set of one's own."""
        with contextlib.suppress(RunDamaged):  # such as of a run that was deleted, which saving finds out
            return replace(weights, class_names=weights.class_names or self.hyperparameters.info.class_names)
        return weights

    @property
    def has_weights(self) -> bool:
        return (self.folder / "weights.npz").exists()

    def weights(self) -> LstmWeights:
        """What was learnt.

        Raises:
            WeightsError: there are none yet, or the file is damaged.
            StorageError: the file cannot be read at this moment.
        """
        path = self.folder / "weights.npz"
        if not path.exists():
            raise WeightsError(f"Run {self.id} has no weights yet.")
        try:
            return load_weights(path)
        except WeightsError as error:
            raise WeightsError(f"Run {self.id}: {error}") from error

    def save_snapshot(self, step: int, weights: LstmWeights) -> None:
        """Keep the weights of ``step``; at most `MAX_SNAPSHOTS`, thinned evenly in log(step)."""
        with self._writing():
            with contextlib.suppress(FileExistsError):
                (self.folder / "snapshots").mkdir()
            save_weights(self._named(weights), self._snapshot_path(step), dtype=np.float16)
        for excess in thinned_out(self.snapshots(), MAX_SNAPSHOTS):
            self._snapshot_path(excess).unlink(missing_ok=True)

    def snapshots(self) -> list[int]:
        """Steps of which the weights are kept, ascending."""
        files = (self.folder / "snapshots").glob("step-*.npz")
        return sorted(int(found[1]) for file in files if (found := _SNAPSHOT.fullmatch(file.name)))

    def snapshot(self, step: int) -> LstmWeights:
        """Raises `WeightsError` when it is missing or damaged."""
        return load_weights(self._snapshot_path(step))

    def snapshot_version(self, step: int) -> int:
        """Changes whenever the snapshot of ``step`` is written anew; 0 when there is none to be found."""
        try:
            return self._snapshot_path(step).stat().st_mtime_ns
        except OSError:
            return 0

    def _snapshot_path(self, step: int) -> Path:
        return self.folder / "snapshots" / f"step-{step:08d}.npz"

    def save_checkpoint(self, arrays: dict[str, NDArray[Any]]) -> None:
        with self._writing(), write_whole(self.folder / "checkpoint.npz") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]

    @property
    def has_checkpoint(self) -> bool:
        return (self.folder / "checkpoint.npz").exists()

    def checkpoint(self) -> dict[str, NDArray[Any]] | None:
        """The last checkpoint, or ``None`` when there is none.

        Raises:
            RunDamaged: it is no checkpoint.
            StorageError: it cannot be read at this moment.
        """
        path = self.folder / "checkpoint.npz"
        if not path.exists():
            return None
        try:
            return read_arrays(path)
        except WeightsError as error:
            raise RunDamaged(f"The checkpoint of run {self.id} is damaged.") from error

    def save_result(self, result: TestResult) -> None:
        self.write_small_file("evaluation.json", result)

    def result(self) -> TestResult | None:
        """How the test images were read, or ``None`` when they were not yet. Raises `RunDamaged`."""
        path = self.folder / "evaluation.json"
        return read_model(path, TestResult) if path.exists() else None

    def delete_result(self) -> None:
        """The weights are about to change, so how the old ones read the test images is no longer true."""
        with self._writing():
            (self.folder / "evaluation.json").unlink(missing_ok=True)

    def save_environment(self, environment: dict[str, str]) -> None:
        with self._writing():
            write_text(self.folder / "environment.json", json.dumps(environment, indent=2))

    def environment(self) -> dict[str, str]:
        """Versions, device, how it computes and why; empty before training began."""
        try:
            return _VERSIONS.validate_json(read_bounded(self.folder / "environment.json", MOST_BYTES))
        except (StorageError, ValidationError):
            return {}

    def save_drawing(self, image: FloatArray) -> None:
        with self._writing(), write_whole(self.folder / "drawing.npy") as file:
            np.save(file, image.astype(np.float32))

    def drawing(self) -> FloatArray | None:
        """The image to be read while the network learns, ``(rows, columns)`` float32, if there is one."""
        try:
            with open_regular(self.folder / "drawing.npy") as file:
                return read_npy(file)
        except (OSError, DamagedArrays, MemoryError):
            return None

    def size(self) -> int:
        """Bytes on disk."""
        total = 0
        for file in self.folder.rglob("*"):
            with contextlib.suppress(OSError):  # such as a temporary file of the training process
                total += file.stat().st_size if file.is_file() else 0
        return total

    def write_small_file(self, name: str, value: BaseModel) -> None:
        """Write a file of JSON in the folder. Raises `RunMissing`, `StorageError`."""
        with self._writing():
            write_text(self.folder / name, value.model_dump_json(indent=2))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Around everything that changes the folder: says that a deleted run is gone, and has others look.

        Raises:
            RunMissing: the run was deleted; nothing of it is made again.
            StorageError
        """
        try:
            yield
        except (StorageError, OSError) as error:
            if not self.folder.is_dir():
                raise RunMissing(f"Run {self.id} is no longer there.") from error
            if isinstance(error, StorageError):
                raise
            raise StorageError(f"Cannot write in {self.folder}: {error.strerror or error}.") from error
        with contextlib.suppress(OSError):
            now = time.time_ns()  # finer than the file system's clock
            os.utime(self.folder.parent, ns=(now, now))
