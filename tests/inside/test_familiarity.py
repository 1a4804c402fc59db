"""The score against Mahalanobis distance and energy computed at length, and what ships against digits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import threadpoolctl

from lstm_core.data.datasets import load
from lstm_core.data.info import Dataset
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.strokes import ink_from_strokes
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.inside import familiarity
from lstm_core.inside.familiarity import (
    WARNED_SHARE,
    FamiliarityModel,
    Readings,
    coarse,
    fit_familiarity,
    learn,
    load_for,
    readings_of,
    save,
)
from lstm_core.pretrained.shipped import FOLDER, shipped_weights
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights

UNITS, CLASSES, PIXELS = 6, 3, 20
RNG = np.random.default_rng(0)
MIXING = RNG.normal(size=(UNITS, UNITS))


def sample(n: int, seed: int) -> tuple[Readings, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, n)
    means = np.random.default_rng(9).normal(0, 5, (CLASSES, UNITS))
    cells = means[labels] + rng.normal(size=(n, UNITS)) @ MIXING
    logits = rng.normal(size=(n, CLASSES)) + 6 * np.eye(CLASSES)[labels]
    pictures = np.random.default_rng(10).uniform(size=(CLASSES, PIXELS))[labels]
    pictures += rng.normal(0, 0.1, (n, 3)) @ np.random.default_rng(11).normal(size=(3, PIXELS))
    pictures += rng.normal(0, 0.02, (n, PIXELS))
    return Readings(*(array.astype(np.float32) for array in (cells, logits, pictures))), labels


@pytest.fixture(scope="module")
def familiar() -> FamiliarityModel:
    return fit_familiarity(*sample(4_000, 1), sample(2_000, 2)[0], "of this network")


@pytest.fixture(scope="module")
def shipped() -> FamiliarityModel:
    return familiarity.load(FOLDER / "familiar.npz")


def test_distance_and_energy_are_as_computed_at_length(familiar: FamiliarityModel):
    (learnt, labels), (new, _) = sample(4_000, 1), sample(20, 3)
    cells = learnt.states.astype(np.float64)
    means = [cells[labels == label].mean(axis=0) for label in range(CLASSES)]
    rest = np.concatenate([cells[labels == label] - means[label] for label in range(CLASSES)])
    ridge = 1e-3 * np.cov(cells.T).diagonal().mean()
    inverse = np.linalg.inv(np.cov(rest.T) + ridge * np.eye(UNITS))
    for (square, energy, _), cell, logits in zip(familiar.signs(new), new.states, new.logits, strict=True):
        distances = [float((cell - mean) @ inverse @ (cell - mean)) for mean in means]
        assert square == pytest.approx(min(distances), rel=0.01)  # kept in half precision
        assert energy == pytest.approx(-np.log(np.exp(logits.astype(np.float64)).sum()), rel=1e-5)


def test_the_threshold_leaves_out_the_stated_share_of_validation_digits(familiar: FamiliarityModel):
    scores = familiar.score(sample(2_000, 2)[0])
    assert abs(scores.mean()) < 1e-6
    assert (scores > familiar.threshold).mean() == pytest.approx(WARNED_SHARE, abs=1e-3)


def test_far_from_every_class_is_unfamiliar(familiar: FamiliarityModel):
    usual, _ = sample(1, 5)
    far = replace(usual, states=np.full((1, UNITS), 40, np.float32))
    assert familiar.score(far)[0] > familiar.threshold > familiar.score(usual)[0]


def test_the_residual_is_what_the_class_read_cannot_make(familiar: FamiliarityModel):
    readings, _ = sample(50, 3)
    learnt, labels = sample(4_000, 1)
    for picture, logits, sign in zip(
        readings.pictures, readings.logits, familiar.signs(readings), strict=True
    ):
        own = learnt.pictures[labels == logits.argmax()].astype(np.float64)
        apart = own - own.mean(axis=0)
        parts = np.linalg.svd(apart, full_matrices=False)[2][: PIXELS // 4]
        left = picture - own.mean(axis=0)
        left = left - parts.T @ (parts @ left)
        assert sign[2] == pytest.approx(float(left @ left / (picture @ picture)), rel=0.1, abs=2e-4)
    other = replace(readings, pictures=readings.pictures[::-1, ::-1].copy())
    assert np.median(familiar.signs(other)[:, 2]) > 10 * np.median(familiar.signs(readings)[:, 2])


def test_a_coarse_image_is_soft_and_half_as_large_and_the_smallest_keep_their_size():
    images = np.zeros((2, 28, 28), np.float32)
    images[0, 10, 12] = 1
    pictures = coarse(images)
    assert pictures.shape == (2, 14 * 14) and pictures.dtype == np.float32
    assert pictures.sum(axis=1) == pytest.approx([0.25, 0])
    assert pictures[0].reshape(14, 14)[5, 6] == pytest.approx((2 + 1) * (2 + 1) / 16 / 4)
    assert coarse(np.zeros((1, 8, 8), np.float32)).shape == (1, 64)
    assert coarse(np.zeros((1, 27, 13), np.float32)).shape == (1, 14 * 7)


def test_components_are_found_on_one_core_and_the_others_are_given_back(monkeypatch: pytest.MonkeyPatch):
    def cores() -> set[int]:
        return {each["num_threads"] for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"}

    used: list[set[int]] = []
    components = familiarity._components

    def seen(*arguments: Any) -> Any:
        used.append(cores())
        return components(*arguments)

    monkeypatch.setattr(familiarity, "_components", seen)
    readings, labels = sample(100, 1)
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = cores()
        fit_familiarity(readings, labels, readings, "of this network")
        assert cores() == before
    assert used == [{1}]


def test_a_class_without_digits_is_left_out():
    readings, labels = sample(400, 1)
    seen = labels < CLASSES - 1
    found = fit_familiarity(
        Readings(readings.states[seen], readings.logits[seen], readings.pictures[seen]),
        labels[seen],
        readings,
        "of this network",
    )
    assert len(found.means) == CLASSES - 1
    signs = found.signs(readings)[:, 0]
    assert np.median(signs[~seen]) > 3 * np.median(signs[seen])


def test_too_little_to_measure_is_refused():
    readings, labels = sample(100, 1)
    one = Readings(readings.states[:1], readings.logits[:1], readings.pictures[:1])
    with pytest.raises(InvalidValue, match="at least two"):
        fit_familiarity(readings, labels, one, "")
    with pytest.raises(InvalidValue, match="at least two"):
        fit_familiarity(one, labels[:1], readings, "")
    still = replace(readings, states=np.ones_like(readings.states))
    with pytest.raises(InvalidValue, match="not all the same"):
        fit_familiarity(still, labels, readings, "")


@pytest.mark.parametrize(
    "kind", [{}, {"cell": "gru"}, {"cell": "rnn"}, {"both": True}, {"projection": 4}, {"initial": True}]
)
def test_what_is_familiar_is_measured_for_every_kind_of_network(kind: dict[str, Any]):
    weights, digits = random_weights((7, 6), rows=8, columns=8, **kind), load("digits")
    found = learn(weights, digits.train, digits.validation)
    assert found.network == weights.fingerprint
    warned = [found.is_unfamiliar(read(weights, image), image) for image in digits.validation.pixels()]
    assert sum(warned) <= round(WARNED_SHARE * len(warned)) + 1
    many = readings_of(weights, digits.validation.pixels())
    one_by_one = found.score(many) > found.threshold
    assert np.mean(one_by_one == np.array(warned)) > 0.99


def test_readings_of_many_are_those_of_each():
    weights, images = random_weights((7, 6), rows=8, columns=8), load("digits").test.pixels()[:5]
    many = readings_of(weights, images)
    for image, state, logits in zip(images, many.states, many.logits, strict=True):
        trace = read(weights, image)
        top = trace.layers[-1]
        assert isinstance(top, LayerTrace)
        np.testing.assert_allclose(state, top.cell[-1], atol=1e-5)
        np.testing.assert_allclose(logits, trace.logits[-1], atol=1e-5)
    with pytest.raises(InvalidValue, match="at least one"):
        readings_of(weights, images[:0])


def test_a_measure_of_other_weights_is_not_taken(tmp_path: Path, familiar: FamiliarityModel):
    save(familiar, tmp_path / "familiar.npz")
    with pytest.raises(WeightsError, match="of other weights"):
        load_for(random_weights((UNITS,)), tmp_path / "familiar.npz")


def test_what_is_saved_is_loaded(tmp_path: Path, familiar: FamiliarityModel):
    save(familiar, tmp_path / "familiar.npz")
    again = familiarity.load(tmp_path / "familiar.npz")
    assert again.network == "of this network" and again.threshold == familiar.threshold
    assert np.array_equal(again.score(sample(5, 4)[0]), familiar.score(sample(5, 4)[0]))


def test_a_damaged_file_is_said(tmp_path: Path):
    path = tmp_path / "familiar.npz"
    with pytest.raises(WeightsError):
        familiarity.load(path)
    path.write_bytes(b"no archive")
    with pytest.raises(WeightsError):
        familiarity.load(path)
    np.savez(path, whitening=np.zeros((2, 2)))
    with pytest.raises(WeightsError):
        familiarity.load(path)
    np.savez(
        path,
        whitening=np.zeros((2, 3)),
        means=np.zeros((4, 3)),
        labels=np.arange(4),
        pictures=np.zeros((4, 9)),
        parts=np.zeros((4, 2, 9)),
        centre=np.zeros(3),
        spread=np.ones(3),
        threshold=1.0,
        network="",
    )
    with pytest.raises(WeightsError, match="do not fit"):
        familiarity.load(path)


def test_another_network_is_refused(shipped: FamiliarityModel):
    image = np.zeros((8, 8), np.float32)
    for cell in ("lstm", "gru"):
        with pytest.raises(InvalidValue, match="trace"):
            shipped.is_unfamiliar(read(random_weights((4,), cell=cell), image), image)
    weights, large = shipped_weights(), np.zeros((40, 28), np.float32)
    with pytest.raises(InvalidValue, match="image"):
        shipped.is_unfamiliar(read(weights, large), large)


def test_what_ships_belongs_to_the_weights_that_ship(shipped: FamiliarityModel):
    assert shipped.network == shipped_weights().fingerprint


@pytest.mark.slow
def test_few_digits_are_warned_about(shipped: FamiliarityModel, mnist: Dataset):
    weights, images = shipped_weights(), mnist.test.pixels()[:1000]
    warned = sum(shipped.is_unfamiliar(read(weights, image), image) for image in images)
    assert warned <= 20


def test_scribbles_are_mostly_warned_about(shipped: FamiliarityModel):
    rng = np.random.default_rng(5)
    weights = shipped_weights()
    warned = 0
    for _ in range(200):
        strokes = [140 + np.cumsum(rng.normal(0, 40, (15, 2)), axis=0) for _ in range(2)]
        ink = ink_from_strokes([np.clip(stroke, 20, 260) for stroke in strokes], 16, (280, 280))
        image = normalise(ink, 28, 28)
        warned += shipped.is_unfamiliar(read(weights, image), image)
    assert warned >= 130
