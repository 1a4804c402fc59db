"""`lstm_core.settings.estimate`, against times worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.runs.events import Batch
from lstm_core.runs.run import Run
from lstm_core.runs.speeds import measurements
from lstm_core.runs.status import State
from lstm_core.runs.store import RunStore
from lstm_core.settings.devices import Device
from lstm_core.settings.estimate import CPU, CPU_IN_16_BITS, Machine, Measurement, estimate
from lstm_core.settings.validation import hyperparameters, with_changes

HERE = Device("cpu", "A processor")
GPU = Device("gpu:0", "A graphics processor")
TUTORIAL = hyperparameters({"precision": "float32"})
SMALL = hyperparameters({"dataset": "digits", "units": (16,), "batch_size": 64, "steps": 100})


def test_step_time_is_overheads_plus_matrix_products() -> None:
    machine = Machine(flops=1e9, step_overhead=0.5, row_overhead=0.25)
    # 4·16·(8+16+1) + 17·10 = 1,770 parameters, 8 rows, 64 images, six operations each.
    assert machine.step_seconds(SMALL) == pytest.approx(0.5 + 8 * 0.25 + 6 * 1770 * 8 * 64 / 1e9)


def test_whole_time_counts_validations_and_the_test() -> None:
    machine = Machine(flops=1e9, step_overhead=0.0, row_overhead=0.0)
    settings = with_changes(SMALL, evaluate_every=40)
    training = 100 * 6 * 1770 * 8 * 64
    reading = 2 * 1770 * 8 * (3 * 200 + 300)
    assert machine.seconds(settings) == pytest.approx((training + reading) / 1e9)


def test_default_machine_gives_the_documented_step_of_the_tutorial_network() -> None:
    assert CPU.step_seconds(TUTORIAL) == pytest.approx(0.059, rel=0.1)


def test_without_compiled_operations_no_time_in_16_bits_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: True)
    settings = with_changes(TUTORIAL, precision="auto", computation="auto")
    assert estimate(settings, HERE).seconds == CPU_IN_16_BITS.seconds(settings)
    assert estimate(settings, HERE, obstacle="no library").seconds == CPU.seconds(settings)
    known = [Measurement("first", settings, 4.0)]
    assert estimate(settings, HERE, known, "no library").steps_per_second == pytest.approx(4.0)


def test_without_earlier_runs_the_estimate_says_it_is_a_typical_machine() -> None:
    guess = estimate(TUTORIAL, HERE)
    assert guess.seconds == CPU.seconds(TUTORIAL)
    in_16_bits = with_changes(TUTORIAL, precision="bfloat16")
    assert estimate(in_16_bits, HERE).seconds == CPU_IN_16_BITS.seconds(in_16_bits) < guess.seconds
    assert "typical CPU" in guess.basis
    assert "typical GPU" in estimate(TUTORIAL, GPU).basis


def test_same_settings_measured_before_give_the_measured_speed() -> None:
    guess = estimate(TUTORIAL, HERE, [Measurement("first", TUTORIAL, 4.0)])
    assert guess.steps_per_second == pytest.approx(4.0)
    assert guess.seconds > TUTORIAL.steps / 4.0
    assert "first" in guess.basis


def test_twice_the_steps_take_twice_the_time_of_a_measured_run() -> None:
    known = [Measurement("first", TUTORIAL, 4.0)]
    once = estimate(with_changes(TUTORIAL, steps=1000, evaluate_every=1000), HERE, known).seconds
    twice = estimate(with_changes(TUTORIAL, steps=2000, evaluate_every=1000), HERE, known).seconds
    assert twice == pytest.approx(2 * once, rel=0.02)


def test_run_most_like_the_settings_is_scaled() -> None:
    near = with_changes(TUTORIAL, units=(256, 128))
    known = [Measurement("far", SMALL, 1000.0), Measurement("near", near, 15.0)]
    assert "near" in estimate(TUTORIAL, HERE, known).basis


def test_a_run_with_the_same_augmentation_is_preferred() -> None:
    known = [
        Measurement("plain", TUTORIAL, 10.0),
        Measurement("handwriting", with_changes(TUTORIAL, augmentation="handwriting", units=(128,)), 10.0),
    ]
    assert "handwriting" in estimate(with_changes(TUTORIAL, augmentation="handwriting"), HERE, known).basis


def test_two_directions_take_twice_the_rows() -> None:
    machine = Machine(flops=1e30, step_overhead=0.0, row_overhead=0.25)
    assert machine.step_seconds(with_changes(SMALL, direction="both")) == pytest.approx(2 * 8 * 0.25)


@pytest.mark.parametrize("other", [{"cell": "gru"}, {"computation": "by-hand"}])
def test_a_run_of_the_same_cell_and_computation_is_preferred(other: dict[str, str]) -> None:
    known = [
        Measurement("otherwise", TUTORIAL, 10.0),
        Measurement("alike", with_changes(TUTORIAL, units=(16,), **other), 10.0),
    ]
    assert "alike" in estimate(with_changes(TUTORIAL, **other), HERE, known).basis


def _run(store: RunStore, state: State, device: str, speeds: list[float], tweaked: bool = False) -> Run:
    run = store.create(SMALL)
    for step, speed in enumerate([0.0, *speeds], start=1):
        run.append(Batch(step=step, time=0, loss=1, accuracy=0, learning_rate=0.1, steps_per_second=speed))
    run.set_status(run.status.model_copy(update={"state": state, "device": device, "tweaked": tweaked}))
    return run


def test_only_untouched_runs_that_ended_on_the_device_are_measured(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    _run(store, "finished", "Another processor", [9.0, 9.0])
    _run(store, "running", HERE.title, [9.0, 9.0])
    _run(store, "finished", HERE.title, [9.0, 9.0], tweaked=True)
    _run(store, "finished", HERE.title, [9.0])
    wanted = _run(store, "finished", HERE.title, [2.0, 3.0, 100.0])
    assert measurements(store, HERE) == [Measurement(wanted.name, SMALL, 3.0)]
