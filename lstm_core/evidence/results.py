"""What the presets really reach: the results of training them, and the file that keeps the results.

The file ``reproduced.json`` beside this module is written by ``python -m lstm_core reproduce`` and by
nothing else: one line of JSON for every network trained and for every measurement of memory, each with the
command, the machine and the versions that made it.

A result answers for a preset only as long as the preset's settings are those it was trained with
(`settings.run_key`); what was trained with others stays in the file and counts for nothing. Settings leave
open what each machine computes them with, so this stands beside every result, and a summary says it.
"""

from __future__ import annotations

import json
import math
import statistics
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lstm_core.errors import DataDamaged, InvalidValue, StorageError
from lstm_core.files import read_bounded, write_text
from lstm_core.settings.computed import Computed
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import preset
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import with_changes

FILE = Path(__file__).with_name("reproduced.json")

MIB = 2**20

FEWEST_FOR_AN_INTERVAL = 3

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
        """With ``new`` instead of what the same preset, changes and seed gave before."""
        kept = [old for old in self.trainings if _training_place(old) != _training_place(new)]
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


@dataclass(frozen=True)
class Summary:
    """The test accuracies of the same settings over several seeds.

    Attributes:
        name: the preset, or the variation of it.
        published: the author's test accuracy, where there is one.
        trainings: at least one, by seed.
    """

    name: str
    published: float | None
    trainings: tuple[TrainingResult, ...]

    @property
    def accuracies(self) -> tuple[float, ...]:
        return tuple(result.accuracy for result in self.trainings)

    @property
    def n(self) -> int:
        return len(self.trainings)

    @property
    def computed(self) -> tuple[Computed, ...]:
        """What its trainings were computed with, each once, by seed. They are of one kind if it is one."""
        return tuple(dict.fromkeys(result.computed for result in self.trainings))

    @property
    def computed_in_words(self) -> str:
        """To follow "computed", such as ``by TensorFlow, fused, in bfloat16 and in float32``, where only what
        differs is repeated; may be empty. Says also of how many seeds it was not kept, unless of all."""
        known = [one for one in self.computed if one.computation or one.precision]
        if not known:
            return ""
        of_one_kind = len({(one.backend, one.computation) for one in known}) == 1
        words = " and ".join(
            [str(known[0]), *(f"in {one.precision}" if of_one_kind else str(one) for one in known[1:])]
        )
        unknown = sum(not (result.computation or result.precision) for result in self.trainings)
        return words + (f"; of {unknown} of the {self.n} seeds this was not kept" if unknown else "")

    @property
    def mean(self) -> float:
        return statistics.fmean(self.accuracies)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest accuracy."""
        return min(self.accuracies), max(self.accuracies)

    @property
    def deviation(self) -> float | None:
        """The sample's standard deviation (n − 1 in the denominator); ``None`` for a single seed."""
        return statistics.stdev(self.accuracies) if self.n > 1 else None

    @property
    def prediction_interval(self) -> tuple[float, float] | None:
        """Where one more seed lies with a probability of 95 %; ``None`` for fewer than three.

        The prediction interval of a normal distribution of unknown mean and variance: Hahn & Meeker (1991),
        "Statistical Intervals", section 4.7. Unlike the lowest and the highest of what was trained, it does
        not depend on how many that were, but for what is not known of the distribution.
        """
        if self.deviation is None or self.n < FEWEST_FOR_AN_INTERVAL:
            return None
        from scipy.stats import t

        half = float(t.ppf(0.975, self.n - 1)) * self.deviation * math.sqrt(1 + 1 / self.n)
        return self.mean - half, min(1.0, self.mean + half)

    @property
    def seconds(self) -> float:
        """Of one training, the median."""
        return statistics.median(result.seconds for result in self.trainings)

    @property
    def published_is_reached(self) -> bool | None:
        """Whether the best seed is at least as good as published; ``None`` where nothing is published."""
        return None if self.published is None else self.spread[1] >= self.published

    @property
    def published_is_within_reach(self) -> bool:
        """Whether what is published is no better than what one more seed may well reach."""
        return (
            self.published is not None
            and self.prediction_interval is not None
            and self.published <= self.prediction_interval[1]
        )


@dataclass(frozen=True)
class Variation:
    """A preset with some fields changed, under a name for people."""

    name: str
    preset: str
    varied: Mapping[str, Any]


_SHARING: Mapping[str, Any] = {
    "precision": "float32",
    "units": [128, 128, 128],
    "input_projection": 128,
    "dropout": 0.0,
    "steps": 1000,
}

COMPARISONS: Mapping[str, tuple[Variation, ...]] = types.MappingProxyType(
    {
        "shared": (
            Variation("separate", "tutorial", _SHARING),
            Variation("shared", "tutorial", {**_SHARING, "layer_weights": "shared"}),
        )
    }
)
"""Experiments in which one thing differs and everything else is equal."""


def settings_of(preset_name: str, varied: Mapping[str, Any], seed: int) -> HyperParameters:
    """The settings a result was, or is to be, trained with. Raises `InvalidValue`."""
    return with_changes(preset(preset_name).settings(), **{**varied, "seed": seed})


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


def summary(preset_name: str, found: Results | None = None) -> Summary | None:
    """What a preset reached over its seeds; ``None`` while it was not trained as it is now.

    Args:
        preset_name: a key of `lstm_core.settings.presets.PRESETS`.
        found: what to look in; the committed file otherwise.

    Raises:
        InvalidValue: there is no such preset.
        DataDamaged, StorageError: see `results`.
    """
    return _summary(Variation(preset_name, preset_name, {}), found, preset(preset_name).published_accuracy)


def comparison(name: str, found: Results | None = None) -> tuple[Summary, ...]:
    """What each side of an experiment reached, in the order of `COMPARISONS`; empty until all have results.

    Args:
        name: a key of `COMPARISONS`: ``shared`` for separate weights against shared ones.
        found: what to look in; the committed file otherwise.

    Raises:
        InvalidValue: there is no such experiment.
        DataDamaged, StorageError: see `results`.
    """
    if name not in COMPARISONS:
        raise InvalidValue("comparison", f"one of {', '.join(COMPARISONS)}", name)
    sides = [_summary(variation, found) for variation in COMPARISONS[name]]
    there = tuple(side for side in sides if side is not None)
    return there if len(there) == len(sides) else ()


def _summary(variation: Variation, found: Results | None, published: float | None = None) -> Summary | None:
    held = results() if found is None else found
    wanted = settings_of(variation.preset, variation.varied, 0)
    fitting = [
        result
        for result in held.trainings
        if result.preset == variation.preset and result.key == run_key(with_changes(wanted, seed=result.seed))
    ]
    if not fitting:
        return None
    by_seed = {result.seed: result for result in fitting}
    return Summary(variation.name, published, tuple(by_seed[seed] for seed in sorted(by_seed)))
