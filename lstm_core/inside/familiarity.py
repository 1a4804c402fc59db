"""Whether a drawing looks like anything the network has learnt: a score from one reading.

Three signs, each known from the literature and each set against what it is for real digits:

- how far the top layer's last state is from the nearest class's mean, in the measure of the spread that
  the classes share: the Mahalanobis distance of Lee, Lee, Lee & Shin (2018), "A Simple Unified Framework for
  Detecting Out-of-Distribution Samples", equation 2, here of an LSTM's cell state, or of the hidden state
  of a GRU or a simple RNN, which have no other;
- the energy of the logits, −log Σ exp(z), of Liu, Wang, Owens & Li (2020), "Energy-based Out-of-distribution
  Detection", equation 4;
- what of the image is left when it is made of the principal components of the class it is read as: the
  squared residual Q of Jackson & Mudholkar (1979), "Control Procedures for Residuals Associated With
  Principal Component Analysis", as a share of the image's own square. It asks the image and not the network,
  which helps where a network has too few units to tell.

The score is the sum of all, each less its mean over the validation digits and divided by its standard
deviation there. A drawing is unfamiliar when its score is over that of all but `WARNED_SHARE` of the
validation digits. Means, spread and threshold belong to one network and lie beside its weights: every
training measures them when it ends, see `learn`. ``python -m benchmarks.out_of_distribution`` counts what is
warned about.

What looks like a digit cannot be noticed, whatever it was meant to be: the letters O, I, S, Z and B.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import threadpoolctl
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.recipes import Kind, augment
from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.files import write_whole
from lstm_core.reading.layers import Array
from lstm_core.reading.trace import AnyTrace, LayerTrace, Trace, last_states
from lstm_core.reading.weights import LstmWeights, read_arrays

WARNED_SHARE = 0.012
"""Share of the validation digits that are warned about."""

MOST_LEARNT, MOST_VALIDATION = 4_000, 2_000
"""Digits that are read to find means and spread, and to find what a usual score is."""

MOST_PARTS = 30
"""Principal components of a class, at most."""

MOST_NUMBERS = 100_000
"""Of all components of all classes together, so that a file stays small."""

SIDE = 14
"""Pixels along an image's longer side, about, in which its residual is found."""

_RIDGE = 1e-3
"""Added to the spread in every direction, as a share of its mean, so that it can be inverted."""


@dataclass(frozen=True)
class Readings:
    """What a network came to on ``n`` images.

    Attributes:
        states: ``(n, units)`` the top layer's state after the last row: the cell state of an LSTM, otherwise
            the hidden state; of both directions side by side where there are two.
        logits: ``(n, classes)`` after the last row.
        pictures: ``(n, pixels)`` the images, as `coarse` makes them.
    """

    states: FloatArray
    logits: FloatArray
    pictures: FloatArray


@dataclass(frozen=True)
class FamiliarityModel:
    """What one network has learnt to see.

    Attributes:
        whitening: ``(units, units)`` float16; turns the spread of a class into that of a unit ball.
        means: ``(classes, units)`` float32, each learnt class's mean state, whitened.
        labels: ``(classes,)`` int64, the learnt classes.
        pictures: ``(classes, pixels)`` float16, each class's mean image.
        parts: ``(classes, parts, pixels)`` float16, its principal components, zero where it has fewer.
        centre, spread: ``(3,)`` float64, of squared distance, energy and residual over the validation digits.
        threshold: scores over it are unfamiliar.
        network: `LstmWeights.fingerprint` of those all this belongs to.
    """

    whitening: NDArray[np.float16]
    means: FloatArray
    labels: NDArray[np.int64]
    pictures: NDArray[np.float16]
    parts: NDArray[np.float16]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    threshold: float
    network: str

    def signs(self, readings: Readings) -> NDArray[np.float64]:
        """``(n, 3)``: squared Mahalanobis distance to the nearest class, energy, residual of the image."""
        at = readings.states @ self.whitening.astype(np.float32)
        squares = np.square(at[:, None] - self.means).sum(axis=2).min(axis=1)
        top = readings.logits.max(axis=1)
        energy = -top - np.log(np.exp(readings.logits - top[:, None]).sum(axis=1))
        return np.stack([squares, energy, self._residual(readings)], axis=1).astype(np.float64)

    def _residual(self, readings: Readings) -> FloatArray:
        """``(n,)``: the share of each image that the class it is read as cannot make, in [0, 1] or so."""
        read_as = self.labels[readings.logits[:, self.labels].argmax(axis=1)]
        found = np.empty(len(read_as), np.float32)
        for label, mean, parts in zip(self.labels, self.pictures, self.parts, strict=True):
            chosen = read_as == label
            if not chosen.any():
                continue
            pictures = readings.pictures[chosen]
            apart = pictures - mean.astype(np.float32)
            made = apart @ parts.T.astype(np.float32)
            left = np.square(apart).sum(axis=1) - np.square(made).sum(axis=1)
            found[chosen] = left / np.maximum(np.square(pictures).sum(axis=1), 1e-6)
        return found

    def score(self, readings: Readings) -> NDArray[np.float64]:
        """``(n,)``, about 0 for a usual digit, greater for what is less like one."""
        scores: NDArray[np.float64] = ((self.signs(readings) - self.centre) / self.spread).sum(axis=1)
        return scores

    def is_unfamiliar(self, trace: Trace, image: FloatArray) -> bool:
        """Whether one drawing does not look like what the network has learnt.

        Args:
            trace: what the network came to.
            image: ``(rows, columns)`` what it read.

        Raises:
            InvalidValue: the top layer of the reading has another number of units, or the image another size.
        """
        state = _state(trace.layers[-1])
        if state.shape[1] != len(self.whitening):
            raise InvalidValue("trace", f"of a top layer with {len(self.whitening)} units", state.shape[1])
        picture = coarse(image[np.newaxis])
        if picture.shape[1] != self.pictures.shape[1]:
            raise InvalidValue("image", "of the size the network has learnt", image.shape)
        return bool(self.score(Readings(state[-1:], trace.logits[-1:], picture))[0] > self.threshold)


def learn(
    weights: LstmWeights, train: Split, validation: Split, augmentation: Kind = "none"
) -> FamiliarityModel:
    """Measure what is familiar to a network; takes about half a second for two layers of 256 units.

    Args:
        weights: of the network, of any cell and direction.
        train: what it has learnt.
        validation: other digits, which set what a usual score is; as they are.
        augmentation: how the training images were varied: their variations were learnt, too.

    Raises:
        InvalidValue: a split is empty, or of images of another size.
    """
    chosen, others = _some(train, MOST_LEARNT), _some(validation, MOST_VALIDATION)
    images, labels = chosen.pixels(), chosen.labels.astype(np.int64)
    if augmentation != "none" and len(labels):
        again = MOST_LEARNT // len(labels)
        images, labels = np.tile(images, (again, 1, 1)), np.tile(labels, again)
        images = augment(images, labels, augmentation, np.random.default_rng(0))
    learnt, usual = readings_of(weights, images), readings_of(weights, others.pixels())
    return fit_familiarity(learnt, labels, usual, weights.fingerprint)


def readings_of(weights: LstmWeights, images: FloatArray) -> Readings:
    """Read ``(n, rows, columns)`` images and keep what the score needs.

    Raises:
        InvalidValue: there is no image, or they are not as wide as the network's.
    """
    if not len(images):
        raise InvalidValue("images", "at least one", 0)
    return Readings(*last_states(weights, images), coarse(images))


def coarse(images: FloatArray) -> FloatArray:
    """Images without their details, so that a stroke beside another one is nearly the same.

    Args:
        images: ``(n, rows, columns)`` in [0, 1].

    Returns:
        ``(n, pixels)`` float32: softened by (1, 2, 1) / 4 along both axes, then means of blocks, so that the
        longer side has about `SIDE` pixels.
    """
    soft: Array = np.pad(images.astype(np.float32), ((0, 0), (1, 1), (1, 1)))
    soft = (soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]) / 4
    soft = (soft[:, :, :-2] + 2 * soft[:, :, 1:-1] + soft[:, :, 2:]) / 4
    n, rows, columns = soft.shape
    block = max(1, round(max(rows, columns) / SIDE))
    soft = np.pad(soft, ((0, 0), (0, -rows % block), (0, -columns % block)))
    blocks = soft.reshape(n, soft.shape[1] // block, block, soft.shape[2] // block, block)
    return np.asarray(blocks.mean(axis=(2, 4)), np.float32).reshape(n, -1)


def _some(split: Split, most: int) -> Split:
    """At most so many images, from all over the split."""
    if len(split) <= most:
        return split
    chosen = np.linspace(0, len(split) - 1, most).astype(np.int64)
    return Split(split.images[chosen], split.labels[chosen])


def _state(layer: AnyTrace) -> FloatArray:
    """What a layer remembers after every row, ``(rows, units)``."""
    return layer.cell if isinstance(layer, LayerTrace) else layer.hidden


def fit_familiarity(
    learnt: Readings, labels: NDArray[np.integer], validation: Readings, network: str
) -> FamiliarityModel:
    """Find the classes' means and common spread, and the threshold.

    Args:
        learnt: of training digits; a class that is not among them is familiar in no state.
        labels: ``(n,)`` what ``learnt`` are.
        validation: of other digits, which set what a usual score is.
        network: `LstmWeights.fingerprint` of the network that read them.

    Raises:
        InvalidValue: there are fewer than two digits of either kind, or all came to one state.
    """
    if min(len(labels), len(validation.logits)) < 2:
        raise InvalidValue("digits", "at least two to learn from and two others", len(labels))
    units = learnt.states.shape[1]
    states = learnt.states.astype(np.float64)
    known, index = np.unique(labels, return_inverse=True)
    means = np.stack([states[index == place].mean(axis=0) for place in range(len(known))])
    within = np.atleast_2d(np.cov((states - means[index]).T))
    total = float(np.trace(np.atleast_2d(np.cov(states.T))))
    if not total > 0:
        raise InvalidValue("states", "not all the same", 0.0)
    within += _RIDGE * total / units * np.eye(units)
    # Σ⁻¹ = L Lᵀ, so that |(x − μ) L|² is the squared Mahalanobis distance.
    whitening = np.linalg.cholesky(np.linalg.inv(within)).astype(np.float16)
    whitened = (means @ whitening.astype(np.float64)).astype(np.float32)
    # Threads gain nothing on matrices so small, and wait for each other where other processes compute, too:
    # the components of MNIST took 0.9 s on two cores and 67 ms on one.
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        pictures, parts = _components(learnt.pictures, index)
    raw = FamiliarityModel(whitening, whitened, known, pictures, parts, np.zeros(3), np.ones(3), 0.0, network)
    signs = raw.signs(validation)
    centre, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    threshold = float(np.quantile(((signs - centre) / spread).sum(axis=1), 1 - WARNED_SHARE))
    return replace(raw, centre=centre, spread=spread, threshold=threshold)


def _components(
    pictures: FloatArray, classes: NDArray[np.integer]
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """Mean ``(classes, pixels)`` and principal components ``(classes, parts, pixels)`` of each class."""
    count, pixels = int(classes.max()) + 1, pictures.shape[1]
    parts = min(MOST_PARTS, pixels // 4, MOST_NUMBERS // (count * pixels))
    means = np.zeros((count, pixels), np.float16)
    found = np.zeros((count, max(parts, 1), pixels), np.float16)
    for place in range(count):
        own = pictures[classes == place].astype(np.float64)
        means[place] = own.mean(axis=0)
        # Of few images, components would be these images.
        usual = min(parts, len(own) // 4)
        if usual:
            apart = own - own.mean(axis=0)
            found[place, :usual] = np.linalg.eigh(apart.T @ apart)[1][:, ::-1].T[:usual]
    return means, found


def save(familiar: FamiliarityModel, path: Path) -> None:
    """Write it as an ``.npz``, whole or not at all. Raises `StorageError` when it cannot be written."""
    with write_whole(path) as file:
        np.savez_compressed(
            file,
            whitening=familiar.whitening,
            means=familiar.means,
            labels=familiar.labels,
            pictures=familiar.pictures,
            parts=familiar.parts,
            centre=familiar.centre,
            spread=familiar.spread,
            threshold=np.float64(familiar.threshold),
            network=np.array(familiar.network),
        )


def load_for(weights: LstmWeights, path: Path) -> FamiliarityModel:
    """Read what `save` wrote of just these ``weights``.

    Raises:
        WeightsError: the file is missing or damaged, or of other weights.
    """
    found = load(path)
    if found.network != weights.fingerprint:
        raise WeightsError(f"{path.name} is of other weights.")
    return found


def load(path: Path) -> FamiliarityModel:
    """Read what `save` wrote.

    Raises:
        WeightsError: the file is missing or damaged.
    """
    held = read_arrays(path)
    try:
        found = FamiliarityModel(
            held["whitening"],
            held["means"],
            held["labels"].astype(np.int64),
            held["pictures"],
            held["parts"],
            held["centre"],
            held["spread"],
            float(held["threshold"]),
            str(held["network"]),
        )
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise WeightsError(f"{path.name} is not what `familiarity.save` writes.") from error
    units = len(found.whitening)
    classes, pixels = len(found.labels), found.pictures.shape[-1]
    fits = (
        found.whitening.shape == (units, units)
        and found.means.shape == (classes, units)
        and found.pictures.shape == (classes, pixels)
        and found.parts.ndim == 3
        and found.parts.shape == (classes, found.parts.shape[1], pixels)
        and found.centre.shape == found.spread.shape == (3,)
        and classes
        and found.labels.min() >= 0
    )
    if not fits:
        raise WeightsError(f"{path.name} holds arrays that do not fit each other.")
    return found
