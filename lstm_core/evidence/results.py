"""The results of training the presets, and the file that keeps them.

The file ``reproduced.json`` beside this module is written by ``python -m lstm_core reproduce`` and by
nothing else: one line of JSON for every network trained and for every measurement of memory, each with the
command, the machine and the versions that made it.

What each result was computed with stands beside it: settings leave that open.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lstm_core.errors import DataDamaged, StorageError
from lstm_core.files import read_bounded, write_text
from lstm_core.settings.computed import Computed

FILE = Path(__file__).with_name("reproduced.json")

MIB = 2**20

TRAINING_IMAGES = 10_000
"""Of which the training accuracy is measured, at most."""

NetworkName = Literal["lstm", "cnn"]


class _Result(BaseModel):
    """Where a result comes from.

    Attributes:
        command: makes it again.
        device: title of the processor.
        versions: of Python and of what computed.
        date: ISO 8601, UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    command: str
    device: str
    versions: dict[str, str]
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


class TrainingResult(_Result):
    """One network, trained to its last step and tested.

    Attributes:
        preset: name of the preset it was trained by.
        varied: what was changed of the preset besides the seed, by field, as in JSON; usually empty.
        key: `settings.run_key` of its settings.
        steps: optimiser steps taken.
        accuracy: share of the test images read rightly after the last row, in [0, 1].
        validation_accuracy: the last one of the validation images; ``None`` when there was none.
        training_accuracy: share of the first `TRAINING_IMAGES` training images that the trained network reads
            rightly after the last row, without dropout; ``None`` where it was not asked for.
        half_way_accuracy: share of the test images read rightly after the first half of the rows; ``None`` in
            results of before this was kept.
        seconds: of training, without starting up.
        computation, precision: as `lstm_core.settings.computed` has them; ``None`` in results of before these
            were kept.
    """

    preset: str
    varied: dict[str, Any] = {}
    seed: int = Field(ge=0)
    key: str
    steps: int = Field(ge=1)
    accuracy: float = Field(ge=0, le=1)
    validation_accuracy: float | None = Field(None, ge=0, le=1)
    training_accuracy: float | None = Field(None, ge=0, le=1)
    half_way_accuracy: float | None = Field(None, ge=0, le=1)
    seconds: float = Field(ge=0)
    computation: str | None = None
    precision: str | None = None

    @property
    def computed(self) -> Computed:
        """What it was computed with."""
        return Computed(self.versions.get("backend"), self.computation, self.precision)


class MemoryResult(_Result):
    """Memory for evaluating images in one batch with random weights.

    Attributes:
        network: ``lstm`` is huang-2017's, ``cnn`` the convolutional network it is compared with.
        images: in the batch.
        extra_bytes: see ``measured``.
        measured: ``resident``: growth of the peak resident set of a fresh process, beyond the images as
            float32 and all that was loaded before. ``allocator``: peak of the GPU's allocator, everything.
    """

    network: NetworkName
    images: int = Field(ge=1)
    extra_bytes: int = Field(ge=0)
    measured: Literal["resident", "allocator"]

    @property
    def mebibytes(self) -> float:
        return self.extra_bytes / MIB


class Results(BaseModel):
    """All that the file holds, in a steady order; ``format`` is raised when its meaning changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    trainings: tuple[TrainingResult, ...] = ()
    memory: tuple[MemoryResult, ...] = ()

    def with_training(self, new: TrainingResult) -> Results:
        """With ``new`` instead of what the same preset, changes and seed gave before.

        What has the same key was trained with the same settings, however its changes were written down.
        """
        place = _training_place(new)
        kept = [
            old
            for old in self.trainings
            if _training_place(old) != place and (old.preset, old.key) != (new.preset, new.key)
        ]
        return self.model_copy(update={"trainings": tuple(sorted([*kept, new], key=_training_place))})

    def with_memory(self, new: MemoryResult) -> Results:
        """With ``new`` instead of what the same network, batch and kind of memory gave before."""
        kept = [old for old in self.memory if _memory_place(old) != _memory_place(new)]
        return self.model_copy(update={"memory": tuple(sorted([*kept, new], key=_memory_place))})


def _training_place(result: TrainingResult) -> tuple[str, str, int]:
    return result.preset, json.dumps(result.varied, sort_keys=True), result.seed


def _memory_place(result: MemoryResult) -> tuple[str, str, int]:
    return result.measured, result.network, result.images


@dataclass(frozen=True)
class Published:
    """What the tutorial's author measured on a GPU, in MiB, for 10,000 images in one batch."""

    network: NetworkName
    title: str
    mebibytes: float


PUBLISHED_IMAGES = 10_000
PUBLISHED_MEMORY = (
    Published("lstm", "LSTM", 725.0),
    Published("cnn", "CNN", 8721.0),
)
"""The figures of huang-2017, whose author compares his LSTM with the CNN of TensorFlow's "Deep MNIST"."""


def results(path: Path = FILE) -> Results:
    """What was reproduced so far; nothing, while there is no file.

    Read anew only when the file has changed.

    Raises:
        DataDamaged: the file does not hold what `save` writes.
        StorageError: it cannot be read at this moment.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return Results()
    except OSError as error:
        raise StorageError(f"{path.name} cannot be read: {error.strerror}.") from error
    return _read(path, (found.st_mtime_ns, found.st_size, found.st_ino))


_MOST_BYTES = 2**26
"""Of a results file; the one that ships has 16 kB."""


@lru_cache(maxsize=8)
def _read(path: Path, version: tuple[int, int, int]) -> Results:
    try:
        return Results.model_validate_json(read_bounded(path, _MOST_BYTES))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise DataDamaged(
            f"The reproduced results in {path.name} are damaged: {place}: {first['msg']}. "
            "Bring the file back, or delete it and make it anew with: python -m lstm_core reproduce"
        ) from error


def save(found: Results, path: Path) -> None:
    """Write the results for people and for `results` to read, whole or not at all. Raises `StorageError`."""
    lines = [f'"format": {found.format}', _listed("trainings", found.trainings)]
    lines.append(_listed("memory", found.memory))
    write_text(path, "{\n" + ",\n".join(lines) + "\n}\n")


def _listed(name: str, items: Sequence[_Result]) -> str:
    if not items:
        return f'"{name}": []'
    lines = ",\n".join(json.dumps(item.model_dump(mode="json"), ensure_ascii=False) for item in items)
    return f'"{name}": [\n{lines}\n]'
