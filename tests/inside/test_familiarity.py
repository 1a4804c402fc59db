"""The score against Mahalanobis distance and energy computed at length, and what ships against digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lstm_core.data.info import Dataset
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.strokes import ink_from_strokes
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.inside.familiarity import WARNED_SHARE, FamiliarityModel, Readings, fit_familiarity, load, save
from lstm_core.pretrained.shipped import FOLDER, shipped_weights
from lstm_core.reading.trace import read
from tests.networks import random_weights

UNITS, CLASSES = 6, 3
RNG = np.random.default_rng(0)
MIXING = RNG.normal(size=(UNITS, UNITS))


def sample(n: int, seed: int) -> tuple[Readings, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, n)
    means = np.random.default_rng(9).normal(0, 5, (CLASSES, UNITS))
    cells = means[labels] + rng.normal(size=(n, UNITS)) @ MIXING
    logits = rng.normal(size=(n, CLASSES)) + 6 * np.eye(CLASSES)[labels]
    return Readings(cells.astype(np.float32), logits.astype(np.float32)), labels


@pytest.fixture(scope="module")
def familiar() -> FamiliarityModel:
    return fit_familiarity(*sample(4_000, 1), sample(2_000, 2)[0], "of this network")


@pytest.fixture(scope="module")
def shipped() -> FamiliarityModel:
    return load(FOLDER / "familiar.npz")


def test_distance_and_energy_are_as_computed_at_length(familiar: FamiliarityModel):
    (learnt, labels), (new, _) = sample(4_000, 1), sample(20, 3)
    cells = learnt.cells.astype(np.float64)
    means = [cells[labels == label].mean(axis=0) for label in range(CLASSES)]
    rest = np.concatenate([cells[labels == label] - means[label] for label in range(CLASSES)])
    ridge = 1e-3 * np.cov(cells.T).diagonal().mean()
    inverse = np.linalg.inv(np.cov(rest.T) + ridge * np.eye(UNITS))
    for (square, energy), cell, logits in zip(familiar.signs(new), new.cells, new.logits, strict=True):
        distances = [float((cell - mean) @ inverse @ (cell - mean)) for mean in means]
        assert square == pytest.approx(min(distances), rel=0.01)  # kept in half precision
        assert energy == pytest.approx(-np.log(np.exp(logits.astype(np.float64)).sum()), rel=1e-5)


def test_the_threshold_leaves_out_the_stated_share_of_validation_digits(familiar: FamiliarityModel):
    scores = familiar.score(sample(2_000, 2)[0])
    assert abs(scores.mean()) < 1e-6
    assert (scores > familiar.threshold).mean() == pytest.approx(WARNED_SHARE, abs=1e-3)


def test_far_from_every_class_is_unfamiliar(familiar: FamiliarityModel):
    far = Readings(np.full((1, UNITS), 40, np.float32), np.zeros((1, CLASSES), np.float32))
    assert familiar.score(far)[0] > familiar.threshold


def test_a_class_without_digits_is_named():
    readings, labels = sample(100, 1)
    with pytest.raises(InvalidValue, match="labels"):
        fit_familiarity(readings, np.minimum(labels, 1), readings, "")


def test_what_is_saved_is_loaded(tmp_path: Path, familiar: FamiliarityModel):
    save(familiar, tmp_path / "familiar.npz")
    again = load(tmp_path / "familiar.npz")
    assert again.network == "of this network" and again.threshold == familiar.threshold
    assert np.array_equal(again.score(sample(5, 4)[0]), familiar.score(sample(5, 4)[0]))


def test_a_damaged_file_is_said(tmp_path: Path):
    path = tmp_path / "familiar.npz"
    with pytest.raises(WeightsError):
        load(path)
    path.write_bytes(b"no archive")
    with pytest.raises(WeightsError):
        load(path)
    np.savez(path, whitening=np.zeros((2, 2)))
    with pytest.raises(WeightsError):
        load(path)
    np.savez(
        path,
        whitening=np.zeros((2, 3)),
        means=np.zeros((4, 3)),
        centre=np.zeros(2),
        spread=np.ones(2),
        threshold=1.0,
        network="",
    )
    with pytest.raises(WeightsError, match="do not fit"):
        load(path)


def test_another_network_is_refused(shipped: FamiliarityModel):
    image = np.zeros((8, 8), np.float32)
    for cell in ("lstm", "gru"):
        with pytest.raises(InvalidValue, match="trace"):
            shipped.is_unfamiliar(read(random_weights((4,), cell=cell), image))


def test_what_ships_belongs_to_the_weights_that_ship(shipped: FamiliarityModel):
    assert shipped.network == shipped_weights().fingerprint


def test_few_digits_are_warned_about(shipped: FamiliarityModel, mnist: Dataset):
    weights, images = shipped_weights(), mnist.test.pixels()[:1000]
    warned = sum(shipped.is_unfamiliar(read(weights, image)) for image in images)
    assert warned <= 20


def test_scribbles_are_mostly_warned_about(shipped: FamiliarityModel):
    rng = np.random.default_rng(5)
    weights = shipped_weights()
    warned = 0
    for _ in range(40):
        strokes = [140 + np.cumsum(rng.normal(0, 40, (15, 2)), axis=0) for _ in range(2)]
        ink = ink_from_strokes([np.clip(stroke, 20, 260) for stroke in strokes], 16, (280, 280))
        warned += shipped.is_unfamiliar(read(weights, normalise(ink, 28, 28)))
    assert warned >= 28
