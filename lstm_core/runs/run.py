"""Run folders: everything one training leaves behind, and the only thing two processes share.

    <root>/runs/<id>/
        run.json            identity, name and hyperparameters, written once (the name can change)
        status.json         where the run stands; written by the training process while it has the run,
                            by `lstm_core.runs.jobs` otherwise
        control.json        what a person wants of it; written by the dashboard or the command line
        events.jsonl        what happened, append-only; a torn last line is ignored
        weights.npz         what was learnt, once there is something to keep
        snapshots/          weights at some steps, float16
        checkpoint.npz      everything needed to go on from a step
        evaluation.json     the test images read with the final weights
        environment.json    versions, device, and how it computed
        drawing.npy         the drawing to be read while the network learns, if there was one

Every file is written whole or appended to, so whoever is killed leaves a folder the next start can read.
A run whose files cannot be read is set aside under ``<root>/damaged``, never deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, TypeAdapter, ValidationError

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue, RunDamaged, RunMissing, StorageError, WeightsError
from lstm_core.files import locked, write_text, write_whole
from lstm_core.reading.evaluation import TestResult
from lstm_core.reading.weights import LstmWeights, load_weights, read_arrays, save_weights
from lstm_core.runs.events import TrainingEvent, from_line, to_line
from lstm_core.runs.names import checked_name
from lstm_core.runs.status import Control, Identity, Status
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters, with_changes

MAX_SNAPSHOTS = 24

_SNAPSHOT = re.compile(r"step-([0-9]{8})\.npz")
RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_Model = TypeVar("_Model", bound=BaseModel)
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
        return _read(self.folder / "run.json", Identity)

    @property
    def name(self) -> str:
        return self.identity.name

    @property
    def hyperparameters(self) -> HyperParameters:
        """Raises `RunDamaged`."""
        try:
            return hyperparameters(self.identity.hyperparameters)
        except InvalidValue as error:
            raise RunDamaged(f"Run {self.id}: {error}") from error

    def rename(self, name: str) -> None:
        """Raises `InvalidValue` for a name that is empty, long or cannot be shown."""
        write_json(self.folder / "run.json", self.identity.model_copy(update={"name": checked_name(name)}))

    @property
    def status(self) -> Status:
        """Raises `RunDamaged`."""
        return _read(self.folder / "status.json", Status)

    def set_status(self, status: Status) -> None:
        write_json(self.folder / "status.json", status)

    @property
    def control(self) -> Control:
        """What is wanted of the training; a damaged file is set aside and wants nothing."""
        path = self.folder / "control.json"
        if not path.exists():
            return Control()
        try:
            return _read(path, Control)
        except RunDamaged:
            _set_file_aside(path)
            return Control()

    def steer(self, **changes: Any) -> Control:
        """Change what is wanted of the training; other wishes stay as they are.

        Raises:
            InvalidValue: a setting breaks its rule; nothing is changed.
            RunMissing: the run was deleted.
        """
        if not self.folder.is_dir():  # taking the lock would make the folder again
            raise RunMissing(f"Run {self.id} is no longer there.")
        with locked(self.folder / "control.lock"):
            wishes = {**self.control.model_dump(), **changes}
            numbers = {n: v for n, v in wishes.items() if n not in ("paused", "stop") and v is not None}
            settings = with_changes(self.hyperparameters, **numbers)
            control = Control(**(wishes | {name: getattr(settings, name) for name in numbers}))
            write_json(self.folder / "control.json", control)
        return control

    def append(self, event: TrainingEvent) -> None:
        try:
            with (self.folder / "events.jsonl").open("ab") as file:
                if file.tell() and not self._ends_whole():
                    file.write(b"\n")
                file.write(to_line(event))
        except OSError as error:
            raise StorageError(f"Cannot write the events of run {self.id}: {error.strerror}.") from error

    def events(self, offset: int = 0) -> tuple[list[TrainingEvent], int]:
        """Events from byte ``offset`` on, and the offset to go on from; unreadable lines are skipped."""
        try:
            with (self.folder / "events.jsonl").open("rb") as file:
                file.seek(offset)
                content = file.read()
        except FileNotFoundError:
            return [], 0
        whole = content[: content.rfind(b"\n") + 1]
        events = []
        for line in whole.splitlines():
            with contextlib.suppress(RunDamaged):
                events.append(from_line(line))
        return events, offset + len(whole)

    def _ends_whole(self) -> bool:
        with (self.folder / "events.jsonl").open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def save_weights(self, weights: LstmWeights) -> None:
        save_weights(weights, self.folder / "weights.npz")

    @property
    def has_weights(self) -> bool:
        return (self.folder / "weights.npz").exists()

    def weights(self) -> LstmWeights:
        """What was learnt.

        Raises:
            WeightsError: there are none yet, or the file is damaged; a damaged file is set aside.
        """
        path = self.folder / "weights.npz"
        if not path.exists():
            raise WeightsError(f"Run {self.id} has no weights yet.")
        try:
            return load_weights(path)
        except WeightsError as error:
            _set_file_aside(path)
            raise WeightsError(f"Run {self.id}: {error} It was set aside as {path.name}.damaged.") from error

    def save_snapshot(self, step: int, weights: LstmWeights) -> None:
        """Keep the weights of ``step``; at most `MAX_SNAPSHOTS`, thinned evenly in log(step)."""
        save_weights(weights, self.folder / "snapshots" / f"step-{step:08d}.npz", dtype=np.float16)
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
        """Changes whenever the snapshot of ``step`` is written anew; 0 when there is none."""
        try:
            return self._snapshot_path(step).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _snapshot_path(self, step: int) -> Path:
        return self.folder / "snapshots" / f"step-{step:08d}.npz"

    def save_checkpoint(self, arrays: dict[str, NDArray[Any]]) -> None:
        with write_whole(self.folder / "checkpoint.npz") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]

    @property
    def has_checkpoint(self) -> bool:
        return (self.folder / "checkpoint.npz").exists()

    def checkpoint(self) -> dict[str, NDArray[Any]] | None:
        """The last checkpoint, or ``None`` when there is none.

        Raises:
            RunDamaged: it cannot be read and was set aside, so that the next time there is none.
        """
        path = self.folder / "checkpoint.npz"
        if not path.exists():
            return None
        try:
            return read_arrays(path)
        except WeightsError as error:
            _set_file_aside(path)
            raise RunDamaged(
                f"The checkpoint was damaged and was set aside as {path.name}.damaged. "
                "Continue starts over from the first step."
            ) from error

    def save_result(self, result: TestResult) -> None:
        write_json(self.folder / "evaluation.json", result)

    def result(self) -> TestResult | None:
        """How the test images were read, or ``None`` when they were not yet. Raises `RunDamaged`."""
        path = self.folder / "evaluation.json"
        return _read(path, TestResult) if path.exists() else None

    def delete_result(self) -> None:
        """The weights are about to change, so how the old ones read the test images is no longer true."""
        (self.folder / "evaluation.json").unlink(missing_ok=True)

    def save_environment(self, environment: dict[str, str]) -> None:
        write_text(self.folder / "environment.json", json.dumps(environment, indent=2))

    def environment(self) -> dict[str, str]:
        """Versions, device, how it computes and why; empty before training began."""
        try:
            return _VERSIONS.validate_json((self.folder / "environment.json").read_bytes())
        except (OSError, ValidationError):
            return {}

    def save_drawing(self, image: FloatArray) -> None:
        with write_whole(self.folder / "drawing.npy") as file:
            np.save(file, image.astype(np.float32))

    def drawing(self) -> FloatArray | None:
        """The image to be read while the network learns, ``(rows, columns)`` float32, if there is one."""
        path = self.folder / "drawing.npy"
        try:
            image: FloatArray = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return image

    def size(self) -> int:
        """Bytes on disk."""
        total = 0
        for file in self.folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # a temporary file of the training process
                total += file.stat().st_size if file.is_file() else 0
        return total


def thinned_out(steps: list[int], keep: int) -> list[int]:
    """Those of ``steps`` (ascending) to drop so that ``keep`` remain, evenly in log(step).

    The first and the last always stay; the one whose neighbours are closest in ratio goes first.
    """
    kept = list(steps)
    dropped = []
    while len(kept) > max(keep, 2):
        ratios = [(kept[i + 1] + 1) / (kept[i - 1] + 1) for i in range(1, len(kept) - 1)]
        dropped.append(kept.pop(1 + ratios.index(min(ratios))))
    return dropped


def _set_file_aside(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.replace(path.with_name(f"{path.name}.damaged"))


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError) as error:
        raise RunDamaged(f"{path.parent.name}/{path.name} cannot be read.") from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error


def write_json(path: Path, value: BaseModel) -> None:
    write_text(path, value.model_dump_json(indent=2))
