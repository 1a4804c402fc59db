"""What the benchmarks compute and how they ask contenders; never how long anything takes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import ablations, own_hand, scale
from benchmarks.contender import ContenderFailed, contender
from benchmarks.line import Line, heading
from benchmarks.matmul_floor import Product, products
from benchmarks.pen_digits import PenDigit, interval, report, sheet
from benchmarks.timing import Measured, all_in_turns
from benchmarks.trained import training_seconds
from lstm_core.runs.events import Batch, Evaluation, Finished, Snapshot, Started
from lstm_core.runs.taught import TestImages
from lstm_core.settings.presets import preset
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import hyperparameters, with_changes


def test_everyone_is_measured_once_a_round_in_the_same_order():
    asked = []

    def measure(name, value):
        return lambda number: asked.append((number, name)) or value + number

    first, second = all_in_turns(2, [measure("first", 1.0), measure("second", 5.0)])
    assert asked == [(0, "first"), (0, "second"), (1, "first"), (1, "second")]
    assert (first.values, second.values) == ((1.0, 2.0), (5.0, 6.0))


def test_contenders_answer_when_they_are_asked():
    with ExitStack() as running:
        even = running.enter_context(contender("tests.doubling", "doubling"))
        odd = running.enter_context(contender("tests.doubling", "doubling", plus=1))
        assert [(even.ask(number), odd.ask(number)) for number in (1, 2)] == [(2, 3), (4, 5)]


@pytest.mark.parametrize(
    ("name", "why"), [("broken", "no such library: install it"), ("failing", "ValueError: no such type")]
)
def test_a_contender_that_cannot_start_says_why(name: str, why: str):
    with pytest.raises(ContenderFailed, match=f"^{why}$"):  # noqa: SIM117
        with contender("tests.doubling", name):
            pass


PEER = Measured((4.0, 8.0, 9.0))


def line(wanted: float | None = 0.5, peer: Measured | None = PEER, **more) -> Line:
    return Line("what", Measured((1.0, 2.0, 9.0)), peer, "peer", wanted, **more)


def test_a_line_holds_the_ratio_of_the_medians_against_what_was_wanted():
    assert line().ratio == 0.25
    assert line().reached is True
    assert line(wanted=0.2).reached is False
    assert line(wanted=None).reached is None
    assert line(peer=None).reached is None
    assert line(wanted=2.0, of_ours=True).reached is True
    assert line(wanted=2.1, of_ours=True, at_least=True).reached is False


def test_every_ablation_is_another_training():
    quick = preset("quick").settings()
    keys = [run_key(with_changes(quick, **changes)) for changes in ablations.WITHOUT.values()]
    assert keys[0] == run_key(quick)
    assert len({*keys}) == len(keys)


def test_a_line_shows_the_spread_of_the_ratio_and_fits_its_heading():
    assert "0.250 (0.250–1.000)" in str(line())
    assert [len(row) for row in heading().splitlines()] == [len(str(line()))] * 2


def test_training_time_leaves_validations_out():
    def batch(step, time):
        return Batch(step=step, time=time, loss=1, accuracy=0, learning_rate=1, steps_per_second=1)

    events = [
        Started(step=0, time=100, steps=4, device=""),
        batch(1, 103),
        Snapshot(step=1, time=104),  # of early learning: no validation
        batch(2, 110),
        Evaluation(step=2, time=115, loss=1, accuracy=0),
        Snapshot(step=2, time=116),
        batch(4, 120),
        Evaluation(step=4, time=127, loss=1, accuracy=0),
        Snapshot(step=4, time=128),
        Finished(step=4, time=200, accuracy=0),
    ]
    assert training_seconds(events) == 20 - 6


def test_the_floor_counts_every_product_once():
    settings = hyperparameters({"units": (2, 3), "batch_size": 5})
    assert products(settings, rows=4) == [
        Product(20, 28, 8, 1),
        Product(5, 2, 8, 3),
        Product(5, 8, 2, 3),
        Product(30, 20, 8, 1),
        Product(20, 2, 12, 1),
        Product(5, 3, 12, 3),
        Product(5, 12, 3, 3),
        Product(5, 20, 12, 1),
        Product(20, 12, 2, 1),
        Product(5, 3, 10, 1),
        Product(3, 5, 10, 1),
        Product(5, 10, 3, 1),
    ]


def test_a_slope_is_the_exponent_of_a_power():
    assert scale.slope([1, 2, 8], [3, 12, 192]) == pytest.approx(2)


@pytest.mark.parametrize(("axis", "slope"), [("batch", 1), ("rows", 1), ("units", 2)])
@pytest.mark.parametrize("cost", scale.COSTS)
def test_the_arithmetic_grows_as_its_shapes_say(cost, axis, slope):
    sizes = [512, 1024]
    counts = [scale.multiply_adds(cost, axis, scale.settings_of(axis, size)) for size in sizes]
    assert scale.slope(sizes, counts) == pytest.approx(slope, abs=0.1)


def test_the_plot_holds_every_cost_and_the_arithmetic_through_its_last_point():
    points = [
        scale.Point(size, Measured((cost,)), adds) for size, cost, adds in ((8, 0.5, 10.0), (16, 0.6, 20.0))
    ]
    arithmetic, measured = scale.plot({("reading", "rows"): points}).data
    assert list(measured.y) == [500, 600]
    assert list(arithmetic.y) == [300, 600]


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(492, 500, 0.9687, 0.9919), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775)]
)
def test_a_share_has_wilsons_interval(right: int, of: int, low: float, high: float):
    assert interval(right, of) == pytest.approx((low, high), abs=1e-4)


def test_misses_are_listed_and_the_accuracy_has_its_interval(capsys: pytest.CaptureFixture[str]):
    digits = [PenDigit(f"d{label}", label, ()) for label in (0, 1, 1, 7)]
    report(digits, [0, 1, 7, -1])
    printed = capsys.readouterr().out
    assert "d1: a 1 read as 7" in printed and "d7: a 7 read as blank" in printed
    assert "class 1: 1 of 2 missed" in printed
    assert "accuracy 0.5000 (2 of 4), 95 % interval 0.1500 to 0.8500" in printed


def test_a_sheet_holds_every_miss(tmp_path: Path):
    grey = Image.new("L", (280, 280), 90)
    grey.save(tmp_path / "one.png")
    found = sheet([(tmp_path / "one.png", "1 as 7")] * 9)
    assert found.size == (8 * 140, 2 * 156)
    assert found.getpixel((7 * 140 + 70, 80)) == 90  # the eighth
    assert found.getpixel((70, 156 + 80)) == 90  # the ninth, on the second line
    assert found.getpixel((210, 156 + 80)) == 255  # and no tenth
    assert sheet([]).size == (8 * 140, 156)


def test_as_many_drawings_of_every_class_are_taught_whatever_the_seed():
    labels = np.repeat(np.arange(4, dtype=np.uint8), 8)
    first, again, other = (own_hand.chosen(labels, 3, seed) for seed in (0, 0, 1))
    assert np.bincount(labels[first]).tolist() == [3, 3, 3, 3]
    assert (first == again).all()
    assert (first != other).any()


def test_what_teaching_gained_and_cost_is_summed_up_over_all_people():
    def taught(before: int, after: int, accuracy: float) -> own_hand.Taught:
        test = TestImages(
            dataset="MNIST",
            images=10_000,
            accuracy_before=0.996,
            accuracy_after=accuracy,
            loss_before=0.011,
            loss_after=0.012,
        )
        return own_hand.Taught("w", 50, before, after, 100, 12.0, 20.0, test)

    said = own_hand.report([taught(5, 1, 0.9955), taught(5, 2, 0.9960)])
    assert "error 10.00 % before, 3.00 % after: 0.30 of it" in said
    assert "12.0 s on average, 12.0 s at most, 20.0 s of processor" in said
    assert "99.60 % before, 0.025 points lost on average, 0.05 at most; loss 0.0110 before, 0.0120" in said
