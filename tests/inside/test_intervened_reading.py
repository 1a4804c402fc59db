"""Readings under interventions, against Keras cells in which the same is held, and against plain readings."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.errors import InvalidValue
from lstm_core.inside.intervened_reading import changed_image, intervene
from lstm_core.inside.interventions import (
    EVERY_LAYER,
    MAX_INTERVENTIONS,
    BlankRows,
    ClampGate,
    Force,
    Intervention,
    Noise,
    RepeatRow,
    Reverse,
    Shuffle,
    Silence,
    Start,
    Stop,
    Transpose,
)
from lstm_core.lesson.held_gate import with_held_gate
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.gates import Gate
from lstm_core.reading.layer_weights import PACKED
from lstm_core.reading.trace import LayerTrace, Trace, read
from lstm_core.reading.verdict import sentence, verdict
from tests.networks import random_weights

IMAGE = np.random.default_rng(1).random((8, 8)).astype(np.float32)


WEIGHTS = random_weights((6, 4))


GATES: tuple[Gate, ...] = ("input_gate", "forget_gate", "candidate", "output_gate")


def layers(trace: Trace) -> list[LayerTrace]:
    return [layer for layer in trace.layers if isinstance(layer, LayerTrace)]


def same(a: Trace, b: Trace) -> bool:
    """Bit for bit."""
    return bool((a.logits == b.logits).all()) and all(
        np.array_equal(getattr(x, field.name), getattr(y, field.name))
        for x, y in zip(a.layers, b.layers, strict=True)
        for field in dataclasses.fields(x)
    )


def keras_reading(layer: int, held: dict[Gate, float], units: list[int], first: tuple[float, float]) -> Any:
    """Logits after every row; Keras's cells give the gates' sums, a formula of its own does the rest.

    A Keras cell cannot be clamped, so its bias is used: at every row the pre-activation of a held gate is
    replaced by the value's inverse, which is done in a cell with that row's sums as its whole bias.
    """
    cells = []
    for weights in WEIGHTS.layers:
        cell = keras.layers.LSTMCell(weights.units, unit_forget_bias=False)
        cell.build((1, weights.features))
        cells.append(cell)
    states = [
        [np.zeros((1, w.units), np.float32), np.zeros((1, w.units), np.float32)] for w in WEIGHTS.layers
    ]
    states[layer] = [np.full_like(s, value) for s, value in zip(states[layer], first, strict=True)]
    logits = []
    for row in IMAGE:
        x = row[None]
        for number, (weights, cell) in enumerate(zip(WEIGHTS.layers, cells, strict=True)):
            h, c = states[number]
            sums = (x @ weights.kernel + h @ weights.recurrent_kernel + weights.bias)[0]
            if number == layer:
                for gate, value in held.items():
                    share = np.clip(value if gate != "candidate" else (1 + value) / 2, 1e-9, 1 - 1e-7)
                    far = np.log(share / (1 - share)) * (0.5 if gate == "candidate" else 1)
                    for unit in units:
                        sums[PACKED["lstm"].index(gate) * weights.units + unit] = far
            cell.set_weights([0 * weights.kernel, 0 * weights.recurrent_kernel, sums])
            x, (h, c) = cell(x, [h, c])
            x = np.asarray(x)
            states[number] = [x, np.asarray(c)]
        logits.append(x[0] @ WEIGHTS.head_kernel + WEIGHTS.head_bias)
    return np.array(logits)


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_a_clamped_gate_reads_as_a_keras_cell_with_that_gate_held(layer: int, gate: Gate, value: float):
    units = [0, 2, 3]
    clamp = ClampGate(layer + 1, gate, value, tuple(unit + 1 for unit in units))
    expected = keras_reading(layer, {gate: value}, units, (0.0, 0.0))
    _, trace = intervene(WEIGHTS, IMAGE, [clamp])
    np.testing.assert_allclose(trace.logits, expected, atol=1e-5)
    assert np.abs(trace.logits - read(WEIGHTS, IMAGE).logits).max() > 1e-3


@pytest.mark.parametrize("layer", [0, 1])
def test_another_initial_state_reads_as_a_keras_cell_that_starts_from_it(layer: int):
    expected = keras_reading(layer, {}, [], (0.6, -2.0))
    _, trace = intervene(WEIGHTS, IMAGE, [Start(layer + 1, 0.6, -2.0)])
    np.testing.assert_allclose(trace.logits, expected, atol=1e-5)


def test_held_gates_of_both_kinds_and_a_start_stack():
    expected = keras_reading(0, {"forget_gate": 0.9, "candidate": -0.5}, [1, 5], (0.2, 0.4))
    stack: list[Intervention] = [
        Start(1, 0.2, 0.4),
        ClampGate(1, "forget_gate", 0.9, (2, 6)),
        ClampGate(1, "candidate", -0.5, (2, 6)),
    ]
    np.testing.assert_allclose(intervene(WEIGHTS, IMAGE, stack)[1].logits, expected, atol=1e-5)


def test_forced_units_are_what_later_rows_and_the_layer_above_read():
    """The first row is Keras's; from then on each row is stepped with the forced hidden state."""
    _, trace = intervene(WEIGHTS, IMAGE, [Force(1, 0.7, (2,)), Silence(1, (5,))])
    lower, upper = layers(trace)
    assert (lower.hidden[:, 1] == np.float32(0.7)).all()
    assert (lower.hidden[:, 4] == 0).all()
    first, second = WEIGHTS.layers
    for layer, inputs, trace_of in ((first, IMAGE, lower), (second, lower.hidden, upper)):
        cell = keras.layers.LSTMCell(layer.units, unit_forget_bias=False)
        cell.build((1, layer.features))
        cell.set_weights([layer.kernel, layer.recurrent_kernel, layer.bias])
        for t in range(1, 8):
            before = [trace_of.hidden[t - 1 : t], trace_of.cell[t - 1 : t]]
            hidden, (_, held) = cell(inputs[t : t + 1], before)
            np.testing.assert_allclose(trace_of.cell[t], np.asarray(held)[0], atol=1e-5)
            free = [unit for unit in range(layer.units) if layer is second or unit not in (1, 4)]
            np.testing.assert_allclose(trace_of.hidden[t, free], np.asarray(hidden)[0, free], atol=1e-5)


UNCHANGING: list[list[Intervention]] = [
    [],
    [Noise(0.0)],
    [Stop(8)],
    [RepeatRow(3, 0)],
    [Reverse(), Reverse()],
    [Transpose(), Transpose()],
]


@pytest.mark.parametrize("interventions", UNCHANGING, ids=str)
def test_what_changes_no_pixel_changes_nothing_bit_for_bit(interventions: list[Intervention]):
    image, trace = intervene(WEIGHTS, IMAGE, interventions)
    assert np.array_equal(image, IMAGE)
    assert same(trace, read(WEIGHTS, IMAGE))


@pytest.mark.parametrize("layer", [1, 2])
def test_starting_from_zero_changes_nothing(layer: int):
    assert same(intervene(WEIGHTS, IMAGE, [Start(layer, 0.0, 0.0)])[1], read(WEIGHTS, IMAGE))


def test_a_gate_held_at_what_it_is_changes_nothing():
    """A unit that reads nothing has the same gates at every row; holding them there is no change."""
    still = random_weights((3,))
    still.layers[0].kernel[:, ::3] = 0
    still.layers[0].recurrent_kernel[:, ::3] = 0
    (real,) = layers(read(still, IMAGE))
    for gate in GATES:
        value = float(getattr(real, gate)[0, 0])
        held = intervene(still, IMAGE, [ClampGate(1, gate, value, (1,))])[1]
        np.testing.assert_allclose(held.logits, read(still, IMAGE).logits, atol=1e-6)


def test_rows_before_a_forced_state_of_the_layer_above_are_untouched_below():
    _, trace = intervene(WEIGHTS, IMAGE, [Silence(2)])
    assert same(
        dataclasses.replace(trace, logits=IMAGE, layers=trace.layers[:1]),
        dataclasses.replace(read(WEIGHTS, IMAGE), logits=IMAGE, layers=read(WEIGHTS, IMAGE).layers[:1]),
    )
    np.testing.assert_array_equal(trace.logits, np.tile(WEIGHTS.head_bias, (8, 1)))


def test_a_forget_gate_of_0_leaves_only_the_last_row_of_pixels_to_the_cell():
    _, trace = intervene(WEIGHTS, IMAGE, [ClampGate(1, "forget_gate", 0.0)])
    layer = layers(trace)[0]
    np.testing.assert_allclose(layer.cell, layer.input_gate * layer.candidate, atol=1e-7)


def test_the_later_of_two_that_hold_the_same_counts():
    both: list[Intervention] = [
        ClampGate(1, "input_gate", 0.1),
        ClampGate(1, "input_gate", 0.8, (1,)),
        Start(1, 1, 1),
        Start(1, 0, 0),
    ]
    layer = layers(intervene(WEIGHTS, IMAGE, both)[1])[0]
    np.testing.assert_allclose(layer.input_gate[0], [0.8, 0.1, 0.1, 0.1, 0.1, 0.1], atol=1e-7)
    forced = layers(intervene(WEIGHTS, IMAGE, [Force(1, 0.5), Silence(1, (2,))])[1])[0]
    assert forced.hidden[3].tolist() == [0.5, 0, 0.5, 0.5, 0.5, 0.5]


IMAGE_CHANGES: list[tuple[Intervention, Any]] = [
    (BlankRows(2, 3), np.concatenate([IMAGE[:1], 0 * IMAGE[1:3], IMAGE[3:]])),
    (RepeatRow(2, 2), IMAGE[[0, 1, 1, 1, 4, 5, 6, 7]]),
    (Reverse(), IMAGE[::-1]),
    (Transpose(), IMAGE.T),
    (Stop(3), IMAGE[:3]),
]


@pytest.mark.parametrize(("intervention", "expected"), IMAGE_CHANGES, ids=lambda value: type(value).__name__)
def test_a_change_of_the_image_is_read_as_the_changed_image(intervention: Intervention, expected: Any):
    untouched = IMAGE.copy()
    image, trace = intervene(WEIGHTS, IMAGE, [intervention])
    np.testing.assert_array_equal(image, expected)
    assert same(trace, read(WEIGHTS, np.ascontiguousarray(expected)))
    np.testing.assert_array_equal(IMAGE, untouched)


def test_shuffled_rows_are_the_same_rows_and_the_seed_draws_their_order():
    first, again, other = (intervene(WEIGHTS, IMAGE, [Shuffle(seed)])[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert sorted(map(tuple, first.tolist())) == sorted(map(tuple, IMAGE.tolist()))


def test_interventions_are_made_in_their_order():
    blank_then_turn = changed_image(WEIGHTS, IMAGE, [BlankRows(1, 2), Reverse()])
    turn_then_blank = changed_image(WEIGHTS, IMAGE, [Reverse(), BlankRows(1, 2)])
    assert not blank_then_turn[-2:].any() and not turn_then_blank[:2].any()
    assert blank_then_turn[:2].any() and turn_then_blank[-2:].any()


@given(
    value=st.floats(0, 1, width=32),
    gate=st.sampled_from(GATES),
    layer=st.integers(1, 2),
    units=st.sets(st.integers(1, 4), max_size=4),
)
def test_any_clamp_shows_its_value_and_leaves_the_other_quantities_in_range(
    value: float, gate: Gate, layer: int, units: set[int]
):
    _, trace = intervene(WEIGHTS, IMAGE, [ClampGate(layer, gate, value, tuple(units))])
    held = layers(trace)[layer - 1]
    which = [unit - 1 for unit in units] or slice(None)
    assert (getattr(held, gate)[:, which] == np.float32(value)).all()
    np.testing.assert_allclose(held.hidden, held.output_gate * np.tanh(held.cell), atol=1e-6)
    for (before, now), t in zip(pairwise(held.cell), range(1, 8), strict=True):
        expected = held.forget_gate[t] * before + held.input_gate[t] * held.candidate[t]
        np.testing.assert_allclose(now, expected, atol=1e-6)
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize(
    ("interventions", "named", "words"),
    [
        ([ClampGate(3, "forget_gate", 0)], "layer", "between 1 and 2"),
        ([Silence(2, (5,))], "units", "layer 2 has no more"),
        ([BlankRows(8, 9)], "last", "between 1 and 8"),
        ([RepeatRow(7, 2)], "times", "at most 1"),
        ([Stop(4), BlankRows(5, 6)], "last", "between 1 and 4"),
        ([Stop(4), Transpose()], "image", "square"),
        ([Reverse()] * (MAX_INTERVENTIONS + 1), "interventions", "at most"),
    ],
)
def test_what_the_network_or_the_image_does_not_have_is_said(
    interventions: list[Intervention], named: str, words: str
):
    for act in (changed_image, intervene):
        with pytest.raises(InvalidValue, match=words) as caught:
            act(WEIGHTS, IMAGE, interventions)
        assert caught.value.field == named


@pytest.mark.parametrize(
    "kind", [{"cell": "gru"}, {"both": True}, {"initial": True}, {"projection": 5}], ids=str
)
def test_other_networks_read_changed_images_but_their_layers_stay_closed(kind: dict[str, Any]):
    weights = random_weights((6,), **kind)
    image, trace = intervene(weights, IMAGE, [Reverse()])
    np.testing.assert_array_equal(trace.logits, read(weights, image).logits)
    with pytest.raises(InvalidValue, match="plain stack"):
        intervene(weights, IMAGE, [Silence(1)])


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("digit", [3, 8])
def test_a_gate_held_in_every_layer_reads_as_weights_that_hold_it(gate: Gate, digit: int):
    """What if and the lesson's "every unit" go two ways to the same network."""
    weights, image = shipped_weights(), stroke_digit(digit, 28, 28)
    for value in (0.0, 1.0):
        _, held = intervene(weights, image, [ClampGate(EVERY_LAYER, gate, value)])
        lesson = read(with_held_gate(weights, gate, value), image)
        assert held.probabilities == pytest.approx(lesson.probabilities, abs=1e-4)
        assert sentence(verdict(held.probabilities, image)) == sentence(verdict(lesson.probabilities, image))


def test_what_acts_on_every_layer_is_done_in_each_of_them():
    for made in (Silence, lambda layer: Force(layer, 0.5, (1, 3)), lambda layer: Start(layer, 0.5, -1.0)):
        _, together = intervene(WEIGHTS, IMAGE, [made(EVERY_LAYER)])
        _, one_by_one = intervene(WEIGHTS, IMAGE, [made(1), made(2)])
        assert same(together, one_by_one)


def test_units_of_every_layer_must_be_in_the_smallest():
    with pytest.raises(InvalidValue, match="as layer 2 has no more; got 5"):
        changed_image(WEIGHTS, IMAGE, [Silence(EVERY_LAYER, (5,))])
