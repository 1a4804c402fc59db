"""Run folders: everything one training leaves behind, and the only thing two processes share.

    <root>/runs/<id>/
        run.json            identity, name and hyperparameters, written once (the name can change)
        status.json         where the run stands; written by the training process while it has the run,
                            by `lstm_core.jobs` otherwise
        control.json        what a person wants of it; written by the dashboard or the command line
        events.jsonl        what happened, append-only; a torn last line is ignored
        weights.npz         what was learnt, once there is something to keep
        snapshots/          weights at some steps, float16
        checkpoint.npz      everything needed to go on from a step
        evaluation.json     the test images read with the final weights
        environment.json    versions and device
        drawing.npy         the drawing to be read while the network learns, if there was one

Every file is written whole or appended to, so whoever is killed leaves a folder the next start can read.
A run whose files cannot be read is set aside under ``<root>/damaged``, never deleted.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import os
import re
import shutil
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from lstm_core.errors import InvalidValue, RunBusy, RunDamaged, RunMissing, StorageError, WeightsError
from lstm_core.evaluation import TestResult
from lstm_core.events import TrainingEvent, from_line, to_line
from lstm_core.files import write_text, write_whole
from lstm_core.hyperparameters import HyperParameters, hyperparameters
from lstm_core.presets import PRESETS
from lstm_core.weights import FloatArray, LstmWeights, load_weights, read_arrays, save_weights

HOME_VARIABLE = "ROW_BY_ROW_HOME"
MAX_NAME = 80
MAX_SNAPSHOTS = 24
LOCK_SECONDS = 30.0
"""Every lock is held for milliseconds; who waits longer than this waits for a process that hangs."""

State = Literal["queued", "preparing", "running", "paused", "finished", "stopped", "failed", "interrupted"]
ACTIVE: tuple[State, ...] = ("preparing", "running", "paused")
WAITING_OR_ACTIVE: tuple[State, ...] = ("queued", *ACTIVE)

_SNAPSHOT = re.compile(r"step-([0-9]{8})\.npz")
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_Model = TypeVar("_Model", bound=BaseModel)
_VERSIONS = TypeAdapter(dict[str, str])


def home() -> Path:
    """The folder of all runs: ``$ROW_BY_ROW_HOME``, or the user's data folder."""
    chosen = os.environ.get(HOME_VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else user_data_path("row-by-row")


class Identity(BaseModel):
    """What a run is: its name and settings. ``key`` is `HyperParameters.run_key`."""

    model_config = ConfigDict(frozen=True)

    name: str
    key: str
    created: float
    hyperparameters: dict[str, Any]


class Status(BaseModel):
    """Where a run stands, as its training process last said, or `lstm_core.jobs` while it has none.

    ``detail`` says in words what is being prepared, or why it failed. ``step`` is as of the last change
    of state or checkpoint; the events know more. ``tweaked`` is true once a person changed settings while
    it trained, so that it no longer is the answer to its hyperparameters. ``seconds`` counts training
    only, over all interruptions.
    """

    model_config = ConfigDict(frozen=True)

    state: State
    since: float
    detail: str = ""
    step: int = 0
    tweaked: bool = False
    seconds: float = 0.0
    device: str = ""
    peak_memory: int = 0


class Control(BaseModel):
    """What a person wants of a training. ``None`` leaves the run's own setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paused: bool = False
    stop: bool = False
    learning_rate: float | None = None
    dropout: float | None = None
    batch_size: int | None = None
    steps: int | None = None

    def settings(self, original: HyperParameters) -> HyperParameters:
        """The hyperparameters now wanted. Raises `InvalidValue`."""
        wanted = self.model_dump(exclude={"paused", "stop"}, exclude_none=True)
        return original.changed(**wanted) if wanted else original


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
        _write(self.folder / "run.json", self.identity.model_copy(update={"name": checked_name(name)}))

    @property
    def status(self) -> Status:
        """Raises `RunDamaged`."""
        return _read(self.folder / "status.json", Status)

    def set_status(self, status: Status) -> None:
        _write(self.folder / "status.json", status)

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
            settings = self.hyperparameters.changed(**numbers)
            control = Control(**(wishes | {name: getattr(settings, name) for name in numbers}))
            _write(self.folder / "control.json", control)
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
        _write(self.folder / "evaluation.json", result)

    def result(self) -> TestResult | None:
        """How the test images were read, or ``None`` when they were not yet. Raises `RunDamaged`."""
        path = self.folder / "evaluation.json"
        return _read(path, TestResult) if path.exists() else None

    def forget_result(self) -> None:
        """The weights are about to change, so how the old ones read the test images is no longer true."""
        (self.folder / "evaluation.json").unlink(missing_ok=True)

    def save_environment(self, environment: dict[str, str]) -> None:
        write_text(self.folder / "environment.json", json.dumps(environment, indent=2))

    def environment(self) -> dict[str, str]:
        """Versions and device; empty before training began."""
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


class RunStore:
    """All runs under one root folder.

    Args:
        root: made when first written to.
        clock: seconds since the epoch.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.root = root
        self.clock = clock

    @property
    def folder(self) -> Path:
        return self.root / "runs"

    def create(self, settings: HyperParameters, name: str = "", drawing: FloatArray | None = None) -> Run:
        """A new queued run. Raises `StorageError`, or `InvalidValue` for a bad name."""
        name = checked_name(name) if name else default_name(settings)
        now = self.clock()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        run_id = f"{stamp}-{uuid.uuid4().hex[:6]}"
        # Made under another name, so that nobody finds a run of which half the files are there.
        coming = Run(self.folder / f".{run_id}.new")
        identity = Identity(
            name=name,
            key=settings.run_key(),
            created=now,
            hyperparameters=settings.model_dump(mode="json"),
        )
        try:
            _write(coming.folder / "run.json", identity)
            if drawing is not None:
                coming.save_drawing(drawing)
            coming.set_status(Status(state="queued", since=now))
            coming.folder.replace(self.folder / run_id)
        except OSError as error:
            shutil.rmtree(coming.folder, ignore_errors=True)
            raise StorageError(f"The run cannot be written: {error.strerror or error}.") from error
        except BaseException:
            shutil.rmtree(coming.folder, ignore_errors=True)
            raise
        return Run(self.folder / run_id)

    def get(self, run_id: str) -> Run:
        """Raises `RunMissing`; the identifier never becomes a path unless it looks like one of ours."""
        if not _ID.fullmatch(run_id) or not (self.folder / run_id / "run.json").exists():
            if run_id in self.damaged():
                raise RunMissing(f"Run {run_id} was damaged; it lies in {self.root / 'damaged'}.")
            raise RunMissing(f"There is no run {run_id!r} among the saved ones.")
        return Run(self.folder / run_id)

    def list(self) -> list[Run]:
        """Every readable run, newest first; those that cannot be read are set aside."""
        runs = []
        for run in self._folders():
            try:
                _ = run.hyperparameters, run.status
                runs.append((run.identity.created, run.id, run))
            except RunDamaged:
                self._set_aside(run)
            except StorageError:  # it cannot be read at this moment
                continue
        return [run for *_, run in sorted(runs, key=lambda item: item[:2], reverse=True)]

    def in_state(self, *states: State) -> builtins.list[tuple[Status, Run]]:
        """Runs in one of ``states``, those that came into it first first. Cheaper than `list`."""
        found = []
        for run in self._folders():
            try:
                if (status := run.status).state in states:
                    found.append((status.since, run.identity.created, run.id, status, run))
            except RunDamaged:
                self._set_aside(run)
            except StorageError:  # it cannot be read at this moment
                continue
        return [(status, run) for *_, status, run in sorted(found, key=lambda item: item[:3])]

    def _folders(self) -> builtins.list[Run]:
        if not self.folder.is_dir():
            return []
        return [Run(folder) for folder in self.folder.iterdir() if _ID.fullmatch(folder.name)]

    def damaged(self) -> builtins.list[str]:
        """Identifiers of runs that were set aside."""
        folder = self.root / "damaged"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def find(self, key: str, states: Iterable[State] = ("finished",)) -> Run | None:
        """The newest run with that key whose settings were not changed, nor are to be, while it trains."""
        for run in self.list():
            try:
                status = run.status
                if run.identity.key != key or status.state not in states or status.tweaked:
                    continue
                if status.state == "finished":
                    as_submitted = run.has_weights
                else:
                    control, settings = run.control, run.hyperparameters
                    as_submitted = not control.stop and control.settings(settings) == settings
            except RunDamaged:
                continue
            if as_submitted:
                return run
        return None

    def delete(self, run: Run) -> None:
        """Raises `RunBusy` while it trains, `RunMissing` when it is gone already."""
        if not run.folder.is_dir():
            raise RunMissing(f"Run {run.id} is no longer there.")
        with self.queue_lock():
            if run.status.state in ACTIVE:
                raise RunBusy(f"Run {run.name} is being trained; stop it first.")
            # Renamed first, so that nobody finds a run of which half the files are gone.
            going = run.folder.with_name(f".{run.id}.deleted")
            try:
                run.folder.replace(going)
            except OSError as error:
                raise StorageError(f"Run {run.id} cannot be deleted: {error.strerror}.") from error
        shutil.rmtree(going, ignore_errors=True)

    def queue_lock(self) -> contextlib.AbstractContextManager[None]:
        """Held by whoever changes which run waits or trains. Raises `StorageError`."""
        return locked(self.root / "queue.lock")

    def _set_aside(self, run: Run) -> None:
        target = self.root / "damaged" / run.id
        with contextlib.suppress(OSError):
            target.parent.mkdir(exist_ok=True)
            run.folder.replace(target)


def checked_name(name: str) -> str:
    """``name`` with single spaces. Raises `InvalidValue` when it is empty, long or cannot be shown."""
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidValue("name", f"1 to {MAX_NAME} characters long", name)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise InvalidValue("name", "made of characters that can be shown", name)
    return name


def default_name(settings: HyperParameters) -> str:
    """Such as ``mnist 256-256 adam`` and what is unusual, or a published preset's; and a seed but 0."""
    key = settings.changed(seed=0).run_key()
    published = [
        found.name for found in PRESETS.values() if found.source and found.settings().run_key() == key
    ]
    seed = [f"seed {settings.seed}"] if settings.seed else []
    units = "-".join(map(str, settings.units))
    words = published or [settings.dataset, units, settings.optimizer, *_unusual(settings)]
    return " ".join([*words, *seed])[:MAX_NAME].rstrip()


def _unusual(settings: HyperParameters) -> Iterator[str]:
    """Words for what makes it another network than the usual one, or computed in another way."""
    if settings.cell != "lstm":
        yield settings.cell
    if settings.direction == "both":
        yield "both ways"
    if settings.layer_weights == "shared":
        yield "shared"
    if settings.input_projection:
        yield f"projected {settings.input_projection}"
    if settings.initial_state == "trainable":
        yield "learnt start"
    if settings.initializer != "keras":
        yield settings.initializer
    if settings.computation != "auto":
        yield settings.computation.replace("-", " ")
    if settings.supervised_rows == "all":
        yield "every row"
    if settings.augmentation != "none":
        yield settings.augmentation


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


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``, which the operating system lets go whatever ends this process.

    Raises:
        StorageError: the file cannot be made, or another process holds it without end.
    """
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise StorageError(f"Another process holds {path} and does not let go; end it.") from error
    except OSError as error:
        raise StorageError(f"Cannot write in {path.parent}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()


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


def _write(path: Path, value: BaseModel) -> None:
    write_text(path, value.model_dump_json(indent=2))
