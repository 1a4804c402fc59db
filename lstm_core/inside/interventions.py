"""What if the network were changed while it reads, or the image? The interventions that there are.

An intervention changes the image before it is read, or the states and gates of one layer or of all while it
is read; `lstm_core.inside.intervened_reading` reads under them.

Layers, units and rows count from 1, as a person counts them. The layer `EVERY_LAYER` is each of them, and an
empty tuple of units is every unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.reading.gates import GATES, Gate

MAX_CELL = 100.0
"""Largest size of a cell state to start from. In 28 rows a network's own cells stay below 28."""
MAX_SEED = 2**32 - 1
MAX_INTERVENTIONS = 30
"""As many as may be in force together."""

Units = tuple[int, ...]
Layer = int
EVERY_LAYER: Layer = 0


@dataclass(frozen=True)
class OnImage:
    """Changes the image before it is read."""

    def change(self, image: FloatArray) -> FloatArray:
        """The changed image, ``(rows, columns)`` float32 in [0, 1]; ``image`` itself is left as it is.

        Raises:
            InvalidValue: the image has no such row.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class BlankRows(OnImage):
    """Rows ``first`` to ``last`` are bare paper."""

    first: int
    last: int

    def __post_init__(self) -> None:
        _whole("first", self.first, 1)
        _whole("last", self.last, self.first, at_least=f"at least `first`, {self.first}")

    def change(self, image: FloatArray) -> FloatArray:
        """See `OnImage.change`."""
        _row_of(image, "last", self.last)
        changed = image.copy()
        changed[self.first - 1 : self.last] = 0.0
        return changed


@dataclass(frozen=True)
class RepeatRow(OnImage):
    """The ``times`` rows after ``row`` show what ``row`` shows; the image keeps its number of rows."""

    row: int
    times: int

    def __post_init__(self) -> None:
        _whole("row", self.row, 1)
        _whole("times", self.times, 0)

    def change(self, image: FloatArray) -> FloatArray:
        """See `OnImage.change`."""
        _row_of(image, "row", self.row)
        if self.row + self.times > len(image):
            rule = f"at most {len(image) - self.row}, the number of rows after row {self.row}"
            raise InvalidValue("times", rule, self.times)
        changed = image.copy()
        changed[self.row : self.row + self.times] = image[self.row - 1]
        return changed


@dataclass(frozen=True)
class Reverse(OnImage):
    """The last row is read first: the image stands upside down."""

    def change(self, image: FloatArray) -> FloatArray:
        """See `OnImage.change`."""
        return np.ascontiguousarray(image[::-1])


@dataclass(frozen=True)
class Shuffle(OnImage):
    """The rows come in an order drawn by ``seed``."""

    seed: int = 0

    def __post_init__(self) -> None:
        _seed(self.seed)

    def change(self, image: FloatArray) -> FloatArray:
        """See `OnImage.change`."""
        return image[np.random.default_rng(self.seed).permutation(len(image))]


@dataclass(frozen=True)
class Transpose(OnImage):
    """Columns are read instead of rows, the leftmost first."""

    def change(self, image: FloatArray) -> FloatArray:
        """See `OnImage.change`; the image must be square."""
        if image.shape[0] != image.shape[1]:
            raise InvalidValue("image", "square, to read its columns as rows", image.shape)
        return np.ascontiguousarray(image.T)


@dataclass(frozen=True)
class Stop(OnImage):
    """Reading stops after ``row``; that the last row was read is never known to the network."""

    row: int

    def __post_init__(self) -> None:
        _whole("row", self.row, 1)

    def change(self, image: FloatArray) -> FloatArray:
        """See `OnImage.change`."""
        _row_of(image, "row", self.row)
        return image[: self.row].copy()


@dataclass(frozen=True)
class Noise(OnImage):
    """Normal noise of standard deviation ``stddev``, drawn by ``seed``, is added; the ink stays in [0, 1]."""

    stddev: float
    seed: int = 0

    def __post_init__(self) -> None:
        _between("stddev", self.stddev, 0.0, 1.0)
        _seed(self.seed)

    def change(self, image: FloatArray) -> FloatArray:
        """See `OnImage.change`."""
        noise = np.random.default_rng(self.seed).standard_normal(image.shape, np.float32)
        return np.clip(image + np.float32(self.stddev) * noise, 0.0, 1.0)


@dataclass(frozen=True)
class ClampGate:
    """A gate, or the candidate, has ``value`` at every row: 0 lets nothing through, 1 everything.

    Attributes:
        value: in [0, 1]; of the candidate in [-1, 1].
    """

    layer: Layer
    gate: Gate
    value: float
    units: Units = ()

    def __post_init__(self) -> None:
        _whole("layer", self.layer, EVERY_LAYER)
        if self.gate not in GATES:
            raise InvalidValue("gate", f"one of {', '.join(GATES)}", self.gate)
        _between("value", self.value, GATES[self.gate].lowest, 1.0)
        _sort_units(self)


@dataclass(frozen=True)
class Silence:
    """Units show nothing: their hidden state is 0 after every row. Their cells go on."""

    layer: Layer
    units: Units = ()

    def __post_init__(self) -> None:
        _whole("layer", self.layer, EVERY_LAYER)
        _sort_units(self)


@dataclass(frozen=True)
class Force:
    """Units show ``value``, in [-1, 1], as their hidden state after every row. Their cells go on."""

    layer: Layer
    value: float
    units: Units = ()

    def __post_init__(self) -> None:
        _whole("layer", self.layer, EVERY_LAYER)
        _between("value", self.value, -1.0, 1.0)
        _sort_units(self)


@dataclass(frozen=True)
class Start:
    """Before the first row every unit of the layer has this state instead of zero.

    Attributes:
        hidden: in [-1, 1].
        cell: of at most `MAX_CELL` in size.
    """

    layer: Layer
    hidden: float
    cell: float

    def __post_init__(self) -> None:
        _whole("layer", self.layer, EVERY_LAYER)
        _between("hidden", self.hidden, -1.0, 1.0)
        _between("cell", self.cell, -MAX_CELL, MAX_CELL)


OnLayer = ClampGate | Silence | Force | Start
Intervention = (
    BlankRows | RepeatRow | Reverse | Shuffle | Transpose | Stop | Noise | ClampGate | Silence | Force | Start
)


def _row_of(image: FloatArray, name: str, row: int) -> None:
    if row > len(image):
        raise InvalidValue(name, f"between 1 and {len(image)}, as no more rows are read", row)


def _sort_units(intervention: ClampGate | Silence | Force) -> None:
    for unit in intervention.units:
        _whole("units", unit, 1)
    object.__setattr__(intervention, "units", tuple(sorted(set(intervention.units))))


def _whole(name: str, value: int, least: int, *, at_least: str = "") -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidValue(name, f"a whole number, {at_least or f'at least {least}'}", value)


def _seed(value: int) -> None:
    _whole("seed", value, 0)
    if value > MAX_SEED:
        raise InvalidValue("seed", f"at most {MAX_SEED}", value)


def _between(name: str, value: float, low: float, high: float) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not low <= value <= high:
        raise InvalidValue(name, f"in [{low:g}, {high:g}]", value)
