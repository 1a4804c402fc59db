"""Reading with NumPy, against Keras and against a case worked out by hand."""

from __future__ import annotations

import math
import subprocess
import sys
import tracemalloc
from typing import Any

import numpy as np
import pytest
import threadpoolctl
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.reading.cores import cores
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.trace import GruTrace, LayerTrace, RnnTrace, read, read_batch, softmax
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights
from tests.seeded import seeded

SHAPES = [((1,), 1, 1), ((5,), 3, 4), ((7, 3), 8, 8), ((4, 9, 2), 5, 11), ((16, 8, 12, 6), 28, 28)]
"""Units, columns, rows."""


def images(count: int, rows: int, columns: int, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).random((count, rows, columns), dtype=np.float32)


def keras_model(weights: LstmWeights) -> Any:
    """Stock layers only, so that nothing of ours is compared with itself."""
    import keras

    def dense(x: Any, kernel: FloatArray, bias: FloatArray, activation: str | None) -> Any:
        made = keras.layers.Dense(len(bias), activation=activation)
        outputs = made(x)
        made.set_weights([kernel, bias])
        return outputs

    x = inputs = keras.Input((None, weights.columns))
    if weights.projection_kernel is not None and weights.projection_bias is not None:
        x = dense(x, weights.projection_kernel, weights.projection_bias, None)
    kinds = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}
    for layer in weights.layers:
        made = kinds[layer.cell](layer.units, return_sequences=True)
        arrays = [layer.kernel, layer.recurrent_kernel, layer.bias]
        if layer.backward:
            made = keras.layers.Bidirectional(made)
            arrays += [layer.backward.kernel, layer.backward.recurrent_kernel, layer.backward.bias]
        x = made(x)
        made.set_weights(arrays)
    return keras.Model(inputs, dense(x, weights.head_kernel, weights.head_bias, "softmax"))


KINDS: list[dict[str, Any]] = [
    {"cell": "gru"},
    {"cell": "rnn"},
    {"both": True},
    {"cell": "gru", "both": True},
    {"cell": "rnn", "both": True},
    {"projection": 6},
    {"cell": "gru", "projection": 6},
    {"both": True, "projection": 6},
]
"""Of networks, as `random_weights` takes them."""


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_probabilities_of_every_row_equal_those_of_keras(units: tuple[int, ...], columns: int, rows: int):
    weights = random_weights(units, columns=columns, rows=rows, classes=7)
    batch = images(6, rows, columns)
    theirs = np.asarray(keras_model(weights)(batch))
    np.testing.assert_allclose(read_batch(weights, batch), theirs, atol=1e-5)
    for image, expected in zip(batch, theirs, strict=True):
        np.testing.assert_allclose(read(weights, image).probabilities, expected, atol=1e-5)


@pytest.mark.parametrize("units", [(5,), (7, 3), (4, 9, 2)])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_kind_of_network_reads_as_stock_layers_do(kind: dict[str, Any], units: tuple[int, ...]):
    weights = random_weights(units, columns=5, rows=9, classes=7, **kind)
    batch = images(6, 9, 5)
    theirs = np.asarray(keras_model(weights)(batch))
    np.testing.assert_allclose(read_batch(weights, batch), theirs, atol=1e-5)
    for image, expected in zip(batch, theirs, strict=True):
        np.testing.assert_allclose(read(weights, image).probabilities, expected, atol=1e-5)


def plain_sigmoid(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("units", [(5,), (7, 3), (4, 9, 2)])
@pytest.mark.parametrize("projection", [0, 6])
def test_a_learnt_initial_state_reads_as_a_plain_loop_in_float64(units: tuple[int, ...], projection: int):
    weights = random_weights(units, columns=5, rows=9, initial=True, projection=projection)
    image = images(1, 9, 5)[0]
    rows = image.astype(np.float64)
    if weights.projection_kernel is not None and weights.projection_bias is not None:
        rows = rows @ weights.projection_kernel.astype(np.float64) + weights.projection_bias
    previous = rows[0]
    states = []
    for layer in weights.layers:
        assert layer.initial_hidden is not None
        assert layer.initial_cell is not None
        hidden, cell = np.tanh(previous @ layer.initial_hidden), np.tanh(previous @ layer.initial_cell)
        states.append((hidden, cell))
        previous = hidden
    trace = read(weights, image)
    for t, row in enumerate(rows):
        x = row
        for index, layer in enumerate(weights.layers):
            hidden, cell = states[index]
            i, f, g, o = np.split(x @ layer.kernel + hidden @ layer.recurrent_kernel + layer.bias, 4)
            cell = plain_sigmoid(f) * cell + plain_sigmoid(i) * np.tanh(g)
            hidden = plain_sigmoid(o) * np.tanh(cell)
            states[index] = hidden, cell
            ours = trace.layers[index]
            assert isinstance(ours, LayerTrace)
            np.testing.assert_allclose(ours.forget_gate[t], plain_sigmoid(f), atol=1e-5)
            np.testing.assert_allclose(ours.cell[t], cell, atol=1e-5)
            np.testing.assert_allclose(ours.hidden[t], hidden, atol=1e-5)
            x = hidden
        np.testing.assert_allclose(trace.logits[t], x @ weights.head_kernel + weights.head_bias, atol=1e-5)


@pytest.mark.parametrize("both", [False, True])
def test_gates_of_a_gru_are_those_of_a_plain_loop_in_float64(both: bool):
    weights = random_weights((5,), columns=4, rows=6, cell="gru", both=both)
    image = images(1, 6, 4)[0].astype(np.float64)
    layer, upwards = weights.layers[0], weights.layers[0].backward
    ours = read(weights, image.astype(np.float32)).layers[0]
    assert isinstance(ours, GruTrace)
    directions = [(layer, range(6), slice(0, 5))]
    if upwards:
        directions.append((upwards, range(5, -1, -1), slice(5, 10)))
    for direction, order, part in directions:
        hidden = np.zeros(5)
        for t in order:
            xu, xr, xg = np.split(image[t] @ direction.kernel + direction.bias[0], 3)
            hu, hr, hg = np.split(hidden @ direction.recurrent_kernel + direction.bias[1], 3)
            update, reset = plain_sigmoid(xu + hu), plain_sigmoid(xr + hr)
            candidate = np.tanh(xg + reset * hg)
            hidden = update * hidden + (1 - update) * candidate
            np.testing.assert_allclose(ours.update_gate[t, part], update, atol=1e-5)
            np.testing.assert_allclose(ours.reset_gate[t, part], reset, atol=1e-5)
            np.testing.assert_allclose(ours.candidate[t, part], candidate, atol=1e-5)
            np.testing.assert_allclose(ours.hidden[t, part], hidden, atol=1e-5)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_gates_and_states_equal_those_of_a_keras_cell_stepped_row_by_row(
    units: tuple[int, ...], columns: int, rows: int
):
    import keras

    weights = random_weights(units, columns=columns, rows=rows, seed=3)
    image = images(1, rows, columns)[0]
    trace = read(weights, image)
    inputs = image
    for layer, ours in zip(weights.layers, trace.layers, strict=True):
        assert isinstance(ours, LayerTrace)
        cell = keras.layers.LSTMCell(layer.units)
        cell.build((1, layer.features))
        cell.set_weights([layer.kernel, layer.recurrent_kernel, layer.bias])
        hidden = carry = np.zeros((1, layer.units), np.float32)
        for row in range(rows):
            # One gate at a time, from its own quarter of the arrays.
            quarter = {
                name: slice(k * layer.units, (k + 1) * layer.units)
                for k, name in enumerate(("input_gate", "forget_gate", "candidate", "output_gate"))
            }
            for name, part in quarter.items():
                squash = keras.ops.tanh if name == "candidate" else keras.ops.sigmoid
                gate = squash(
                    inputs[row] @ layer.kernel[:, part]
                    + hidden[0] @ layer.recurrent_kernel[:, part]
                    + layer.bias[part]
                )
                np.testing.assert_allclose(getattr(ours, name)[row], np.asarray(gate), atol=1e-5)
            _, (hidden, carry) = (
                np.asarray(part) if not isinstance(part, list) else [np.asarray(p) for p in part]
                for part in cell(inputs[row][None], [hidden, carry])
            )
            np.testing.assert_allclose(ours.hidden[row], hidden[0], atol=1e-5)
            np.testing.assert_allclose(ours.cell[row], carry[0], atol=1e-5)
        inputs = ours.hidden


def test_one_unit_with_constant_weights_as_worked_out_by_hand():
    """x = 1, 0 with W = U = 1 and b = 0 except for the forget gate's b = 1."""
    one = np.ones((1, 4), np.float32)
    layer = LayerWeights(one, one, np.array([0, 1, 0, 0], np.float32))
    head = np.array([[2.0, 0.0]], np.float32)
    weights = LstmWeights((layer,), head, np.zeros(2, np.float32), rows=2)
    trace = read(weights, np.array([[1.0], [0.0]], np.float32))

    def sigmoid(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    # first row: every gate sees 1, the forget gate 2, but there is nothing to forget
    c1 = sigmoid(1) * math.tanh(1)
    h1 = sigmoid(1) * math.tanh(c1)
    assert c1 == pytest.approx(0.5567699, abs=1e-6)
    # second row: every gate sees h1, the forget gate h1 + 1
    c2 = sigmoid(h1 + 1) * c1 + sigmoid(h1) * math.tanh(h1)
    h2 = sigmoid(h1) * math.tanh(c2)
    ours = trace.layers[0]
    assert isinstance(ours, LayerTrace)
    np.testing.assert_allclose(ours.input_gate[:, 0], [sigmoid(1), sigmoid(h1)], rtol=1e-6)
    np.testing.assert_allclose(ours.forget_gate[:, 0], [sigmoid(2), sigmoid(h1 + 1)], rtol=1e-6)
    np.testing.assert_allclose(ours.candidate[:, 0], [math.tanh(1), math.tanh(h1)], rtol=1e-6)
    np.testing.assert_allclose(ours.output_gate[:, 0], [sigmoid(1), sigmoid(h1)], rtol=1e-6)
    np.testing.assert_allclose(ours.cell[:, 0], [c1, c2], rtol=1e-6)
    np.testing.assert_allclose(ours.hidden[:, 0], [h1, h2], rtol=1e-6)
    np.testing.assert_allclose(trace.logits, [[2 * h1, 0], [2 * h2, 0]], rtol=1e-6)
    np.testing.assert_allclose(trace.probabilities[:, 0], [sigmoid(2 * h1), sigmoid(2 * h2)], rtol=1e-6)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_shapes_types_and_ranges(units: tuple[int, ...], columns: int, rows: int):
    weights = random_weights(units, columns=columns, rows=rows, classes=4, scale=3.0)
    trace = read(weights, images(1, rows, columns)[0])
    assert trace.probabilities.shape == trace.logits.shape == (rows, 4)
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1, rtol=1e-5)
    for layer, n in zip(trace.layers, units, strict=True):
        for name, array in vars(layer).items():
            assert array.shape == (rows, n)
            assert array.dtype == np.float32
            if name != "cell":
                assert np.abs(array).max() <= 1
            if name.endswith("_gate"):
                assert array.min() >= 0


@pytest.mark.parametrize(("cell", "kind"), [("lstm", LayerTrace), ("gru", GruTrace), ("rnn", RnnTrace)])
@pytest.mark.parametrize("both", [False, True])
def test_traces_of_every_cell_have_its_gates_and_both_directions(cell: str, kind: type, both: bool):
    trace = read(random_weights((5, 3), cell=cell, both=both, scale=3.0), images(1, 8, 8)[0])
    for layer, units in zip(trace.layers, (5, 3), strict=True):
        assert isinstance(layer, kind)
        for name, array in vars(layer).items():
            assert array.shape == (8, units * (1 + both))
            assert array.dtype == np.float32
            if name != "cell":
                assert np.abs(array).max() <= 1
            if name.endswith("_gate"):
                assert array.min() >= 0


@pytest.mark.parametrize("units", [(1,), (6, 3), (5, 4, 3, 2)])
@pytest.mark.parametrize("kind", [{}, {"initial": True}, {"initial": True, "projection": 5}, *KINDS], ids=str)
def test_a_batch_reads_as_its_images_one_by_one(units: tuple[int, ...], kind: dict[str, Any]):
    weights = random_weights(units, **kind)
    batch = images(4, 8, 8)
    one_by_one = [read(weights, image).probabilities for image in batch]
    np.testing.assert_allclose(read_batch(weights, batch), one_by_one, atol=1e-6)
    assert read_batch(weights, batch[:0]).shape == (0, 8, 10)


@pytest.mark.parametrize("block", [1, 3, 7, 100])
@pytest.mark.parametrize("kind", [{}, {"initial": True}, {"cell": "gru"}, {"both": True}], ids=str)
def test_images_read_in_blocks_keep_their_order(block: int, kind: dict[str, Any]):
    weights = random_weights((6, 3), **kind)
    batch = images(10, 8, 8)
    whole = read_batch(weights, batch)
    np.testing.assert_allclose(read_batch(weights, batch, block=block), whole, atol=1e-6)


def test_reading_a_batch_leaves_the_cores_of_numpy_as_they_were():
    def cores() -> list[int]:
        return [library["num_threads"] for library in threadpoolctl.threadpool_info()]

    before = cores()
    read_batch(random_weights((2,)), images(5, 8, 8), block=2)
    assert cores() == before


def test_a_batch_uses_every_core_also_where_single_readings_use_one():
    """Seen from the threads that read, in a process of its own, since `use_one_core` lasts."""
    code = (
        "import threading, numpy as np\n"
        "from lstm_core.reading import trace\n"
        "from tests.networks import random_weights\n"
        "trace.use_one_core()\n"
        "trace.cores = lambda: 3\n"
        "all_there, read_block = threading.Barrier(3, timeout=60), trace._read_block\n"
        "def together(*arguments):\n"
        "    all_there.wait()\n"
        "    read_block(*arguments)\n"
        "trace._read_block = together\n"
        "images = np.zeros((3 * trace.FEWEST, 8, 8), np.float32)\n"
        "print(trace.read_batch(random_weights((4,)), images).shape)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "(96, 8, 10)", done.stderr


def test_a_batch_needs_little_memory_beyond_its_images():
    weights = random_weights((32, 32), columns=8)
    batch = images(2000, 8, 8)
    read_batch(weights, batch[:600])
    tracemalloc.start()
    try:
        probabilities = read_batch(weights, batch, block=100)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    gates_of_a_block = 100 * 4 * 32 * 4
    assert peak < probabilities.nbytes + min(cores(), 20) * 5 * gates_of_a_block + 2**20


def test_layers_that_share_their_weights_read_as_layers_with_equal_ones():
    layer = random_weights((8,)).layers[0]
    head = random_weights((8,)).head_kernel, random_weights((8,)).head_bias
    copied = LayerWeights(layer.kernel.copy(), layer.recurrent_kernel.copy(), layer.bias.copy())
    image = images(1, 8, 8)[0]
    shared = read(LstmWeights((layer, layer), *head, rows=8), image)
    equal = read(LstmWeights((layer, copied), *head, rows=8), image)
    np.testing.assert_array_equal(shared.logits, equal.logits)


@pytest.mark.parametrize("kind", [{}, {"initial": True}, {"cell": "gru"}, {"cell": "rnn", "projection": 3}])
def test_what_is_read_later_does_not_change_what_was_read_before(kind: dict[str, Any]):
    weights = random_weights((6, 4), **kind)
    image = images(1, 8, 8)[0]
    whole = read(weights, image)
    for rows in range(1, 9):
        part = read(weights, image[:rows])
        np.testing.assert_allclose(part.probabilities, whole.probabilities[:rows], atol=1e-6)


def test_two_directions_let_what_is_below_change_what_is_said_above():
    weights = random_weights((6, 4), both=True)
    image = images(1, 8, 8)[0]
    other = image.copy()
    other[-1] = 1 - other[-1]
    assert np.abs(read(weights, other).logits[0] - read(weights, image).logits[0]).max() > 1e-4


def test_other_orders_and_types_of_memory_read_the_same():
    weights = random_weights((6,))
    image = images(1, 8, 8)[0]
    expected = read(weights, image).probabilities
    np.testing.assert_array_equal(read(weights, np.asfortranarray(image)).probabilities, expected)
    np.testing.assert_allclose(
        read(weights, image.astype(np.float64)).probabilities,
        expected,
        atol=1e-6,
    )


@pytest.mark.parametrize("kind", [{}, {"initial": True}, *KINDS], ids=str)
def test_reading_leaves_the_image_and_the_weights_as_they_were(kind: dict[str, Any]):
    weights = random_weights((6, 4), **kind)
    image = images(1, 8, 8)[0]
    before = image.copy(), {name: array.copy() for name, array in weights.arrays().items()}
    read(weights, image)
    read_batch(weights, image[None])
    np.testing.assert_array_equal(image, before[0])
    for name, array in weights.arrays().items():
        np.testing.assert_array_equal(array, before[1][name])


@pytest.mark.parametrize("shape", [(8,), (8, 7), (0, 8), (1, 8, 8), ()])
def test_an_image_of_the_wrong_shape_is_refused(shape: tuple[int, ...]):
    with pytest.raises(InvalidValue, match=r"`image` must be of shape \(rows, 8\)"):
        read(random_weights((2,)), np.zeros(shape, np.float32))


@pytest.mark.parametrize("shape", [(8, 8), (2, 8, 7), (2, 0, 8), (1, 2, 8, 8)])
def test_images_of_the_wrong_shape_are_refused(shape: tuple[int, ...]):
    with pytest.raises(InvalidValue, match=r"`images` must be of shape \(batch, rows, 8\)"):
        read_batch(random_weights((2,)), np.zeros(shape, np.float32))


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_huge_weights_saturate_without_a_warning(cell: str):
    trace = read(random_weights((4,), scale=1e6, cell=cell), images(1, 8, 8)[0])
    assert np.isfinite(trace.probabilities).all()


@seeded
@given(st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1, max_size=6))
def test_softmax_is_a_distribution_that_keeps_the_order(numbers: list[float]):
    logits = np.array(numbers, np.float32)
    out = softmax(logits)
    assert out.sum() == pytest.approx(1, abs=1e-5)
    assert out[logits.argmax()] == out.max()


def test_softmax_of_a_known_case():
    np.testing.assert_allclose(
        softmax(np.log(np.array([[1, 2, 5]], np.float32))), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-6
    )
