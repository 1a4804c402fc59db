"""`lstm_core.settings.estimate`, against times worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.runs.events import Batch, Evaluation, Finished, Paused, Started, Tweaked
from lstm_core.runs.run import Run
from lstm_core.runs.speeds import beside_now, measurements
from lstm_core.runs.status import State
from lstm_core.runs.store import RunStore
from lstm_core.settings.devices import Device
from lstm_core.settings.estimate import CPU, CPU_IN_16_BITS, START_SECONDS, Machine, Measurement, estimate
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
    assert estimate(settings, HERE).seconds == START_SECONDS + CPU_IN_16_BITS.seconds(settings)
    without = estimate(settings, HERE, obstacle="no library")
    assert without.seconds == START_SECONDS + CPU.seconds(settings)
    known = [Measurement("first", settings, 4.0)]
    assert estimate(settings, HERE, known, "no library").steps_per_second == pytest.approx(4.0)


def test_without_earlier_runs_the_estimate_says_it_is_a_typical_machine() -> None:
    guess = estimate(TUTORIAL, HERE)
    assert guess.seconds == START_SECONDS + CPU.seconds(TUTORIAL)
    assert (guess.low, guess.high) == (guess.seconds / 2, guess.seconds * 3)
    in_16_bits = with_changes(TUTORIAL, precision="bfloat16")
    faster = estimate(in_16_bits, HERE).seconds
    assert faster == START_SECONDS + CPU_IN_16_BITS.seconds(in_16_bits) < guess.seconds
    assert "typical CPU" in guess.basis
    assert "typical GPU" in estimate(TUTORIAL, GPU).basis


def test_same_settings_measured_before_give_the_measured_speed() -> None:
    guess = estimate(TUTORIAL, HERE, [Measurement("first", TUTORIAL, 4.0)])
    assert guess.steps_per_second == pytest.approx(4.0)
    assert guess.seconds > TUTORIAL.steps / 4.0
    assert "first" in guess.basis


def test_twice_the_steps_take_twice_the_time_of_a_measured_run() -> None:
    known = [Measurement("first", TUTORIAL, 4.0, start_seconds=0.0)]
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


def test_the_median_of_alike_runs_counts_and_their_spread_is_told() -> None:
    known = [Measurement(name, TUTORIAL, speed) for name, speed in (("a", 4.0), ("b", 5.0), ("slow", 1.0))]
    guess = estimate(TUTORIAL, HERE, known)
    assert guess.steps_per_second == pytest.approx(4.0)
    around = guess.seconds - TUTORIAL.steps / 4.0
    assert guess.low == pytest.approx(around + TUTORIAL.steps / 5.0)
    assert guess.high == pytest.approx(around + TUTORIAL.steps / 1.0)
    assert "3 runs on this device, the nearest of them “a”" in guess.basis


def test_start_and_what_a_validation_takes_around_its_reading_are_those_that_were_measured() -> None:
    read = 0.25 / CPU.step_seconds(TUTORIAL)  # as much slower than the model as its steps were
    one = read * CPU.validation_seconds(TUTORIAL) + 3
    known = [Measurement("first", TUTORIAL, 4.0, start_seconds=36.0, reading_seconds=one)]
    count = -(-TUTORIAL.steps // TUTORIAL.evaluate_every) + 1
    expected = 36 + TUTORIAL.steps / 4 + read * CPU.reading_seconds(TUTORIAL) + 3 * count
    assert estimate(TUTORIAL, HERE, known).seconds == pytest.approx(expected)


def test_what_small_networks_take_around_their_steps_is_not_multiplied_for_large_ones() -> None:
    """A validation of the small digits takes 0.1 s, nearly all of it to write files."""
    known = [Measurement("small", SMALL, 400.0, start_seconds=5.0, reading_seconds=0.1)]
    slower = 1 / 400 / CPU.step_seconds(SMALL)
    limit = 5 + slower * CPU.seconds(TUTORIAL) + 0.1 * TUTORIAL.steps
    assert estimate(TUTORIAL, HERE, known).seconds < limit


def test_the_further_a_step_is_from_what_was_measured_the_wider_the_range() -> None:
    known = [Measurement("first", TUTORIAL, 4.0)]
    same, far = (estimate(with_changes(TUTORIAL, units=units), HERE, known) for units in ((256, 256), (64,)))
    assert same.low == same.seconds == same.high
    assert far.low < far.seconds < far.high


def test_a_run_of_quite_another_size_does_not_count_beside_one_of_this() -> None:
    known = [Measurement("small", SMALL, 1.0), Measurement("here", TUTORIAL, 4.0)]
    assert estimate(TUTORIAL, HERE, known).steps_per_second == pytest.approx(4.0)


def _run(
    store: RunStore,
    state: State,
    device: str,
    speeds: list[float],
    changed: str = "",
    paused: bool = False,
) -> Run:
    """A report every 100 steps, and between reports 5 seconds of validation; it began at second 0."""
    run = store.create(SMALL)
    run.append(Started(step=0, time=10, steps=SMALL.steps, device=device))
    now = 20.0
    for at, speed in enumerate([0.0, *speeds]):
        now += 100 / speed + 5 if speed else 0
        step = 1 + 100 * at
        run.append(Batch(step=step, time=now, loss=1, accuracy=0, learning_rate=0.1, steps_per_second=speed))
        if speed:
            run.append(Evaluation(step=step, time=now, loss=1, accuracy=0))
    if changed:
        after = 0.5 if changed == "dropout" else 32
        run.append(Tweaked(step=step, time=now, field=changed, before=0.1, after=after))
    if paused:
        run.append(Paused(step=step, time=now))
    run.append(Finished(step=step, time=now + 7, accuracy=0.5))
    update = {"state": state, "device": device, "tweaked": bool(changed), "seconds": now + 7 - 4}
    run.set_status(run.status.model_copy(update=update))
    return run


def test_runs_that_ended_on_the_device_and_kept_their_batch_size_are_measured(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    _run(store, "finished", "Another processor", [9.0, 9.0])
    _run(store, "running", HERE.title, [9.0, 9.0])
    _run(store, "finished", HERE.title, [9.0, 9.0], changed="batch_size")
    _run(store, "finished", HERE.title, [])
    wanted = _run(store, "finished", HERE.title, [2.0, 3.0, 100.0], changed="dropout")
    # Its first step ended at second 20 of the clock, 4 of which it had waited; 3 · 5 + 7 s are no steps.
    (found,) = measurements(store, HERE)
    assert (found.name, found.settings, found.steps_per_second) == (wanted.name, SMALL, 3.0)
    assert found.start_seconds == pytest.approx(16)
    assert found.reading_seconds == pytest.approx(22 / 4)


def test_of_a_run_that_was_paused_only_the_speed_is_known(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    paused = _run(store, "finished", HERE.title, [2.0], paused=True)
    assert measurements(store, HERE) == [Measurement(paused.name, SMALL, 2.0)]


def test_runs_with_the_company_that_is_to_come_are_gone_by() -> None:
    known = [
        Measurement("alone", SMALL, 40.0, 1.0, beside=0.1),
        Measurement("in two", SMALL, 30.0, 1.0, beside=0.9),
        Measurement("in two as well", SMALL, 28.0, 1.0, beside=1.2),
    ]
    alone = estimate(SMALL, HERE, known)
    assert alone.steps_per_second == pytest.approx(40.0)
    assert "alone" in alone.basis
    in_two = estimate(SMALL, HERE, known, beside=1)
    assert 28.0 <= in_two.steps_per_second <= 30.0
    assert "2 runs" in in_two.basis
    assert "corrected" not in alone.basis + in_two.basis


def test_other_company_than_any_run_had_makes_the_range_wider() -> None:
    known = [Measurement("alone", SMALL, 40.0, 1.0)]
    then, now = estimate(SMALL, HERE, known), estimate(SMALL, HERE, known, beside=1)
    # Between no difference and half of the machine.
    assert now.low == pytest.approx(then.low)
    assert now.high == pytest.approx(2 * then.high)
    assert now.seconds == pytest.approx(2**0.5 * then.seconds)
    assert "corrected for what trains beside" in now.basis
    known = [Measurement("in two", SMALL, 40.0, 1.0, beside=1.0)]
    then, now = estimate(SMALL, HERE, known, beside=1), estimate(SMALL, HERE, known)
    assert now.low == pytest.approx(then.low / 2)
    assert now.high == pytest.approx(then.high)
    assert then.seconds / 2 < now.seconds < then.seconds


def test_what_trained_at_the_same_time_is_noticed(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    spans = {"half": (100.0, 20.0), "beside it": (90.0, 20.0), "later": (200.0, 30.0)}
    for name, (end, seconds) in spans.items():
        run = _run(store, "finished", HERE.title, [2.0])
        run.rename(name)
        run.set_status(run.status.model_copy(update={"since": end, "seconds": seconds}))
    found = {one.name: one.beside for one in measurements(store, HERE)}
    # From 80 to 100, from 70 to 90, from 170 to 200.
    assert found == pytest.approx({"half": 0.5, "beside it": 0.5, "later": 0.0})


def test_a_small_training_begins_beside_those_that_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "2")
    store = RunStore(tmp_path)
    assert beside_now(store, SMALL, HERE) == 0
    _run(store, "running", HERE.title, [2.0])
    assert beside_now(store, SMALL, HERE) == 1
    _run(store, "running", HERE.title, [2.0])
    assert beside_now(store, SMALL, HERE) == 1  # a third one has to wait for one of them
    assert beside_now(store, SMALL, GPU) == 0
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "many")
    assert beside_now(store, SMALL, HERE) == 0
