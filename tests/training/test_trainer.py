"""One step of training at a time, against NumPy and against itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

keras = pytest.importorskip("keras")

from lstm_core.data.info import Dataset
from lstm_core.errors import InvalidValue, TrainingDiverged, WeightsError
from lstm_core.reading.trace import read_batch
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.validation import (
    hyperparameters,
    with_changes,
)
from lstm_core.training.model_weights import put_weights
from lstm_core.training.trainer import Trainer, schedule_factor
from tests.networks import random_weights, same_weights
from tests.seeded import seeded

CPU = Device("cpu", "a processor")


def settings(**values: Any) -> HyperParameters:
    exact = {"dataset": "digits", "units": (4,), "batch_size": 16, "dropout": 0.0, "precision": "float32"}
    return hyperparameters({**exact, **values})


def batch(digits: Dataset, number: int, size: int = 16) -> tuple[Any, Any]:
    part = slice(number * size, (number + 1) * size)
    return digits.train.pixels()[part], digits.train.labels[part].astype(np.int64)


# The schedule


@seeded
@given(st.integers(1, 100_000), st.data())
def test_one_cycle_stays_in_range_rises_once_and_falls_once(steps: int, data: st.DataObject):
    chosen = settings(schedule="one-cycle", steps=steps)
    at = data.draw(st.integers(0, steps - 1))
    here = schedule_factor(chosen, at)
    assert 0 < here <= 1
    after = schedule_factor(chosen, at + 1)
    if at + 1 <= 0.2 * steps:
        assert after >= here
    elif at >= 0.2 * steps:
        assert after <= here


def test_one_cycle_starts_low_peaks_after_a_fifth_and_ends_near_zero():
    chosen = settings(schedule="one-cycle", steps=1000)
    assert schedule_factor(chosen, 0) == pytest.approx(1 / 25)
    assert schedule_factor(chosen, 100) == pytest.approx(0.52)
    assert schedule_factor(chosen, 200) == 1.0
    assert schedule_factor(chosen, 600) == pytest.approx(0.5)
    assert schedule_factor(chosen, 999) < 0.001
    assert schedule_factor(chosen, 5000) == 1e-4


def test_a_constant_schedule_is_constant():
    assert {schedule_factor(settings(), step) for step in (0, 1, 1000, 10**6)} == {1.0}


# The loss


@pytest.mark.parametrize("supervised", ["last", "all"])
def test_the_loss_is_the_cross_entropy_of_the_supervised_rows(digits: Dataset, supervised: str):
    trainer = Trainer(settings(supervised_rows=supervised), digits, CPU)
    weights = random_weights((4,))
    put_weights(weights, trainer.model, trainer.settings)
    images, labels = batch(digits, 0)
    probabilities = read_batch(weights, images).astype(np.float64)
    of_truth = np.stack([probabilities[i, :, label] for i, label in enumerate(labels)])
    expected = -np.log(of_truth[:, -1] if supervised == "last" else of_truth).mean()
    trainer.advance(images, labels)
    loss, accuracy = trainer.means()
    assert loss == pytest.approx(expected, rel=1e-5)
    assert accuracy == pytest.approx((probabilities[:, -1].argmax(axis=1) == labels).mean())


def test_the_mean_over_classes_is_what_numpy_means_over_images_and_classes(digits: Dataset):
    trainer = Trainer(settings(loss="class-mean"), digits, CPU)
    weights = random_weights((4,))
    put_weights(weights, trainer.model, trainer.settings)
    images, labels = batch(digits, 0)
    truth = np.eye(10)[labels]
    expected = -np.mean(truth * np.log(read_batch(weights, images)[:, -1].astype(np.float64)))
    trainer.advance(images, labels)
    assert trainer.means()[0] == pytest.approx(expected, rel=1e-5)


def test_one_step_of_plain_descent_follows_the_gradient(digits: Dataset):
    """Finite differences of the NumPy loss give the gradient of one step of SGD."""
    trainer = Trainer(settings(optimizer="sgd", momentum=0.0, learning_rate=0.5), digits, CPU)
    before = random_weights((4,))
    put_weights(before, trainer.model, trainer.settings)
    images, labels = batch(digits, 0)
    trainer.advance(images, labels)
    after = trainer.weights().arrays()

    def loss() -> float:
        read = read_batch(before, images)[np.arange(len(labels)), -1, labels]
        return float(-np.log(read.astype(np.float64)).mean())

    rng = np.random.default_rng(0)
    for name, array in before.arrays().items():
        at = tuple(rng.integers(0, size) for size in array.shape)
        kept, h = array[at], np.float32(1e-2)
        array[at] = kept + h
        above = loss()
        array[at] = kept - h
        below = loss()
        array[at] = kept
        gradient = (above - below) / (2 * float(h))
        assert (kept - after[name][at]) / 0.5 == pytest.approx(gradient, rel=0.02, abs=2e-4), name


def test_clipping_bounds_the_length_of_a_step(digits: Dataset):
    def step_length(clip: float) -> float:
        chosen = settings(optimizer="sgd", momentum=0.0, learning_rate=1.0, clip_norm=clip)
        trainer = Trainer(chosen, digits, CPU)
        before = trainer.weights().arrays()
        trainer.advance(*batch(digits, 0))
        after = trainer.weights().arrays()
        return float(np.sqrt(sum(((after[n] - before[n]) ** 2).sum() for n in before)))

    assert step_length(0.01) == pytest.approx(0.01, rel=1e-3)
    assert step_length(0.0) > 0.1


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", "Adam"), ("rmsprop", "RMSprop"), ("sgd", "SGD")], ids=lambda item: item
)
def test_the_optimiser_is_the_chosen_one(digits: Dataset, name: str, kind: str):
    trainer = Trainer(settings(optimizer=name, momentum=0.7, learning_rate=0.02), digits, CPU)
    optimizer = trainer.optimizer
    assert type(optimizer).__name__ == kind
    trainer.advance(*batch(digits, 0))
    assert float(np.asarray(optimizer.learning_rate)) == pytest.approx(0.02)
    if name == "sgd":
        assert optimizer.momentum == 0.7


def test_the_learning_rate_follows_the_schedule(digits: Dataset):
    chosen = settings(schedule="one-cycle", steps=10, learning_rate=0.1)
    trainer = Trainer(chosen, digits, CPU)
    for step in range(3):
        assert trainer.learning_rate == pytest.approx(0.1 * schedule_factor(chosen, step))
        trainer.advance(*batch(digits, step))
        used = float(np.asarray(trainer.optimizer.learning_rate))
        assert used == pytest.approx(0.1 * schedule_factor(chosen, step))


# Means


@pytest.mark.parametrize("most_under_way", [0, 1, 16])
def test_means_are_over_the_images_since_they_were_forgotten(digits: Dataset, most_under_way: int):
    def single(size: int) -> list[tuple[float, float]]:
        trainer = Trainer(settings(), digits, CPU)
        out = []
        for number in range(3):
            trainer.reset_means()
            trainer.advance(*batch(digits, number, size))
            out.append(trainer.means())
        return out

    alone = single(16)
    trainer = Trainer(settings(), digits, CPU)
    trainer.most_under_way = most_under_way
    trainer.advance(*batch(digits, 0))
    trainer.advance(*batch(digits, 1))
    loss, accuracy = trainer.means()
    assert loss == pytest.approx((alone[0][0] + alone[1][0]) / 2, rel=1e-6)
    assert accuracy == pytest.approx((alone[0][1] + alone[1][1]) / 2, rel=1e-6)
    trainer.reset_means()
    trainer.advance(*batch(digits, 2))
    assert trainer.means() == pytest.approx(alone[2], rel=1e-6)


def test_steps_and_images_are_counted(digits: Dataset):
    trainer = Trainer(settings(), digits, CPU)
    trainer.advance(*batch(digits, 0, 16))
    trainer.advance(*batch(digits, 1, 5))
    assert (trainer.step, trainer.images_seen) == (2, 21)


# Same again


def trained(digits: Dataset, steps: int = 6, **values: Any) -> Trainer:
    trainer = Trainer(settings(units=(6, 4), dropout=0.4, **values), digits, CPU)
    for number in range(steps):
        trainer.advance(*batch(digits, number))
    return trainer


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_the_same_seed_trains_the_same_weights(digits: Dataset, optimizer: str):
    one, two = (trained(digits, optimizer=optimizer) for _ in range(2))
    assert same_weights(one.weights(), two.weights())
    assert not same_weights(one.weights(), trained(digits, optimizer=optimizer, seed=1).weights())


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
def test_going_on_from_a_state_is_as_if_never_interrupted(digits: Dataset, optimizer: str):
    whole = trained(digits, 6, optimizer=optimizer)
    half = trained(digits, 3, optimizer=optimizer)
    kept = {name: array.copy() for name, array in half.state().items()}
    again = trained(digits, 1, optimizer=optimizer, seed=5)
    again.restore(kept)
    assert (again.step, again.images_seen) == (3, 48)
    for number in range(3, 6):
        again.advance(*batch(digits, number))
    assert same_weights(again.weights(), whole.weights())


def test_a_state_of_another_network_is_refused_and_nothing_changes(digits: Dataset):
    trainer = trained(digits, 1)
    before = trainer.weights()
    other = Trainer(settings(units=(6, 5)), digits, CPU).state()
    with pytest.raises(
        WeightsError, match=r"layer1_kernel is of shape \(6, 20\) in it and of shape \(6, 16\)"
    ):
        trainer.restore(other)
    lacking = {name: array for name, array in trainer.state().items() if name != "step"}
    with pytest.raises(WeightsError):
        trainer.restore(lacking)
    assert same_weights(trainer.weights(), before)


# Tweaks


def test_a_tweak_takes_effect_at_the_next_step(digits: Dataset):
    trainer = trained(digits, 1)
    trainer.adjust(with_changes(trainer.settings, learning_rate=0.25, dropout=0.75, batch_size=8))
    trainer.advance(*batch(digits, 0, 8))
    assert float(np.asarray(trainer.optimizer.learning_rate)) == 0.25
    rates = [float(np.asarray(layer.rate)) for layer in trainer.model.layers if hasattr(layer, "rate")]
    assert rates == [0.75, 0.75]


def test_a_tweak_of_dropout_leaves_that_of_inputs_alone(digits: Dataset):
    trainer = Trainer(settings(dropout=0.5, input_dropout=0.25), digits, CPU)
    trainer.adjust(with_changes(trainer.settings, dropout=0.75))
    rates = [float(np.asarray(layer.rate)) for layer in trainer.model.layers if hasattr(layer, "rate")]
    assert rates == [0.25, 0.75]


# Presets


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_takes_a_step_and_reads(digits: Dataset, name: str):
    from lstm_core.reading.evaluation import evaluate, numpy_reader

    chosen = with_changes(PRESETS[name].settings(), dataset="digits")
    trainer = Trainer(chosen, digits, CPU)
    before = trainer.weights().arrays()
    trainer.advance(*batch(digits, 0))
    assert np.isfinite(trainer.means()[0])
    weights = trainer.weights()
    assert all((array != before[name]).any() for name, array in weights.arrays().items())
    few = type(digits.test)(digits.test.images[:20], digits.test.labels[:20])
    assert trainer.evaluate(few).readings == evaluate(numpy_reader(weights), few, 20).readings


def test_a_learnt_start_a_projection_and_shared_weights_go_on_from_a_state(digits: Dataset):
    values: dict[str, Any] = {"input_projection": 6, "computation": "by-hand", "layout": "time-major"}
    for more in ({"initial_state": "trainable"}, {"layer_weights": "shared", "units": (6, 6)}):
        chosen = settings(**values, **more)
        whole, half, again = (Trainer(chosen, digits, CPU) for _ in range(3))
        for trainer, steps in ((whole, 2), (half, 1)):
            for number in range(steps):
                trainer.advance(*batch(digits, number))
        again.restore(half.state())
        again.advance(*batch(digits, 1))
        assert same_weights(again.weights(), whole.weights())


# Reading


def test_evaluation_is_that_of_numpy_and_leaves_the_training_as_it_was(digits: Dataset):
    from lstm_core.reading.evaluation import evaluate, numpy_reader

    trainer, untouched = trained(digits, 3), trained(digits, 3)
    result = trainer.evaluate(digits.validation)
    expected = evaluate(numpy_reader(trainer.weights()), digits.validation, 50)
    assert result.readings == expected.readings
    assert result.loss == pytest.approx(expected.loss, rel=1e-4)
    for other in (trainer, untouched):
        other.advance(*batch(digits, 3))
    assert same_weights(trainer.weights(), untouched.weights())


@pytest.mark.parametrize("size", [1, 7, 200, 10_000])
def test_the_evaluation_batch_changes_no_reading(digits: Dataset, size: int):
    trainer = Trainer(settings(evaluation_batch_size=size), digits, CPU)
    few = type(digits.test)(digits.test.images[:20], digits.test.labels[:20])
    expected = Trainer(settings(), digits, CPU).evaluate(few)
    assert trainer.evaluate(few).readings == expected.readings


# What goes wrong


def poison(trainer: Trainer) -> None:
    variable = trainer.model.trainable_variables[0]
    variable.assign(np.full(variable.shape, np.nan, np.float32))


def test_a_loss_that_is_no_number_is_told_with_what_to_do(digits: Dataset):
    trainer = Trainer(settings(learning_rate=0.5), digits, CPU)
    poison(trainer)
    with pytest.raises(TrainingDiverged, match=r"loss became nan at step 1\. Try a smaller .* than 0\.5"):
        trainer.advance(*batch(digits, 0))


def test_a_loss_that_nobody_waits_for_is_told_later_with_its_step(digits: Dataset):
    trainer = Trainer(settings(), digits, CPU)
    trainer.most_under_way = 2
    trainer.advance(*batch(digits, 0))
    poison(trainer)
    for number in (1, 2):
        trainer.advance(*batch(digits, number))
    with pytest.raises(TrainingDiverged, match="loss became nan at step 2"):
        trainer.advance(*batch(digits, 3))


def test_weights_that_are_no_numbers_are_neither_kept_nor_checkpointed(digits: Dataset):
    trainer = Trainer(settings(), digits, CPU)
    poison(trainer)
    with pytest.raises(TrainingDiverged, match="no longer finite"):
        trainer.weights()
    with pytest.raises(TrainingDiverged, match="no longer finite"):
        trainer.state()


def test_mixed_precision_on_a_processor_is_refused(digits: Dataset):
    with pytest.raises(
        InvalidValue, match="`precision` must be auto, float32 or bfloat16 on a CPU; got 'mixed'"
    ):
        Trainer(settings(precision="mixed"), digits, CPU)


def test_cudnn_on_a_processor_is_refused(digits: Dataset):
    with pytest.raises(InvalidValue, match="`computation` must be other than cudnn, on a CPU; got 'cudnn'"):
        Trainer(settings(computation="cudnn"), digits, CPU)


def test_a_csv_start_without_its_numbers_is_refused(digits: Dataset):
    with pytest.raises(InvalidValue, match=r"`initial_kernel` must be of shape \(12, 16\); got None"):
        Trainer(settings(initializer="csv", initial_kernel="0" * 64), digits, CPU)
