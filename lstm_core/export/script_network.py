"""The network of a standalone script: first weights, layers, and how they are connected."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_core.export.script_source import call, indented, source
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import LOOPED, WRITTEN_OUT

KERAS_LAYERS = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}

INITIALIZERS = {
    "truncated-normal": "TruncatedNormal(stddev=0.1)",
    "xavier": "RandomUniform(-limit, limit)",
    "dl": "RandomUniform(-limit, limit)",
    "he": "RandomNormal(stddev=(2 / inputs) ** 0.5)",
    "glorot-bengio": "RandomUniform(-limit, limit)",
    "packed-glorot": "RandomUniform(-limit, limit)",
}
UNIFORM_LIMITS = {
    "xavier": "4 * (6 / (inputs + units)) ** 0.5",
    "dl": "inputs**-0.5",
    "glorot-bengio": "(6 / (inputs + units)) ** 0.5",
    "packed-glorot": "(6 / (inputs + 4 * units)) ** 0.5",
}
"""The formulas of `lstm_core.training.initializers`, as source."""


def network(settings: HyperParameters) -> Iterator[str]:
    """Functions and classes of the network, from its first weights to ``build`` and ``load_weights``."""
    if settings.initializer in INITIALIZERS:
        yield _first_weights(settings.initializer)
    if _needs_first_bias(settings):
        yield _first_bias(settings.forget_bias)
    if settings.computation in LOOPED:
        yield _looped_layer(settings)
    yield _recurrent(settings)
    yield _dense(settings)
    if settings.initial_state == "trainable":
        yield _learnt_state(settings)
    yield _build(settings)
    if settings.initializer == "csv":
        yield _start_from(settings)
    yield _load_weights(settings)


def _needs_first_bias(settings: HyperParameters) -> bool:
    """A stock LSTM starts its forget gates at 1 by itself, and at nothing else."""
    return settings.cell == "lstm" and (settings.forget_bias != 1 or settings.computation in WRITTEN_OUT)


def _first_weights(initializer: str) -> str:
    limit = UNIFORM_LIMITS.get(initializer)
    return source(
        "def first_weights(inputs, units):",
        '    """Of one matrix: of what a gate reads, row and hidden state, and of its units."""',
        (limit, f"    limit = {limit}"),
        f"    return keras.initializers.{INITIALIZERS[initializer]}",
    )


def _first_bias(forget_bias: float) -> str:
    return source(
        "def first_bias(shape, dtype=None):",
        '    """Zero, but for the forget gates, the second quarter."""',
        "    bias = np.zeros(shape)",
        f"    bias[shape[0] // 4 : shape[0] // 2] = {forget_bias}",
        "    return ops.convert_to_tensor(bias, dtype)",
    )


def _looped_layer(settings: HyperParameters) -> str:
    by_hand, time_major = settings.computation in WRITTEN_OUT, settings.layout == "time-major"
    with_state = settings.returned == "state"
    stacked = f"ops.stack(hidden, axis={0 if time_major else 1})"
    return source(
        f"class {'ByHand' if by_hand else 'Unrolled'}(layers.Layer):",
        f'    """{_ABOUT[settings.computation]}"""',
        "",
        indented(_own_weights(settings.initializer in INITIALIZERS) if by_hand else _OWN_CELL),
        "",
        "    def call(self, sequence, initial_state=None):",
        f"        shape = (ops.shape(sequence)[{1 if time_major else 0}], self.units)",
        "        zero = ops.zeros(shape, sequence.dtype)",
        f"        states = initial_state or {'[zero, zero]' if settings.cell == 'lstm' else '[zero]'}",
        "        hidden = []",
        "        for row in range(ROWS):",
        f"            states = self.step(sequence[{'row' if time_major else ':, row'}], states)",
        "            hidden.append(states[0])",
        f"        return {f'[{stacked}, *states]' if with_state else stacked}",
        "",
        indented(_STEP[settings.computation]),
    )


_ABOUT = {
    "unrolled": "A cell called row by row in a Python loop.",
    "by-hand": "An LSTM written out: one matrix for all gates on [hidden state, row].",
    "separate-matrices": "An LSTM written out: every gate with matrices of its own, W x + U h + b.",
}

_OWN_CELL = """\
def __init__(self, cell, **named):
    super().__init__(**named)
    self.cell = cell
    self.units = cell.units

def build(self, sequence_shape, initial_state_shape=None):
    self.cell.build((None, sequence_shape[-1]))"""


def _own_weights(drawn: bool) -> str:
    first = "first_weights(inputs + units, units)"
    return f"""\
def __init__(self, units, **named):
    super().__init__(**named)
    self.units = units

def build(self, sequence_shape, initial_state_shape=None):
    # Side by side in every matrix: input gate, forget gate, candidate, output gate.
    inputs, units = sequence_shape[-1], self.units
    self.kernel = self.add_weight(
        name="kernel",
        shape=(inputs, 4 * units),
        initializer={first if drawn else '"glorot_uniform"'},
    )
    self.recurrent_kernel = self.add_weight(
        name="recurrent_kernel",
        shape=(units, 4 * units),
        initializer={first if drawn else '"orthogonal"'},
    )
    self.bias = self.add_weight(name="bias", shape=(4 * units,), initializer=first_bias)"""


_STEP = {
    "unrolled": """\
def step(self, row, states):
    return self.cell(row, states)[1]""",
    "by-hand": """\
def step(self, row, states):
    h, c = states
    weights = ops.concatenate([self.recurrent_kernel, self.kernel], axis=0)
    z = ops.matmul(ops.concatenate([h, row], axis=1), weights) + self.bias
    i, f, g, o = ops.split(z, 4, axis=1)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
    return [ops.sigmoid(o) * ops.tanh(c), c]""",
    "separate-matrices": """\
def step(self, row, states):
    h, c = states
    w_i, w_f, w_g, w_o = ops.split(self.kernel, 4, axis=1)
    u_i, u_f, u_g, u_o = ops.split(self.recurrent_kernel, 4, axis=1)
    b_i, b_f, b_g, b_o = ops.split(self.bias, 4)
    i = ops.sigmoid(ops.matmul(row, w_i) + ops.matmul(h, u_i) + b_i)
    f = ops.sigmoid(ops.matmul(row, w_f) + ops.matmul(h, u_f) + b_f)
    g = ops.tanh(ops.matmul(row, w_g) + ops.matmul(h, u_g) + b_g)
    o = ops.sigmoid(ops.matmul(row, w_o) + ops.matmul(h, u_o) + b_o)
    c = f * c + i * g
    return [o * ops.tanh(c), c]""",
}


def _recurrent(settings: HyperParameters) -> str:
    both = settings.direction == "both"
    return source(
        "def recurrent(number, units, inputs):",
        '    """Layer `number`, from 1, which reads `inputs` numbers at every row."""',
        indented(f"{'layer =' if both else 'return'} {_layer(settings)}"),
        (both, "    # From the top row down and from the bottom row up, handed on side by side."),
        (both, '    return layers.Bidirectional(layer, name=f"layer_{number}")'),
    )


def _layer(settings: HyperParameters) -> str:
    """The call that makes one layer."""
    stock, drawn, own_bias = (
        KERAS_LAYERS[settings.cell],
        settings.initializer in INITIALIZERS,
        _needs_first_bias(settings),
    )
    weights = (
        (drawn, "kernel_initializer=first_weights(inputs + units, units)"),
        (drawn, "recurrent_initializer=first_weights(inputs + units, units)"),
        (own_bias, "unit_forget_bias=False"),
        (own_bias, "bias_initializer=first_bias"),
    )
    cell = call(f"layers.{stock}Cell", "units", *weights)
    name = 'name=f"layer_{number}"'
    returned = ("return_sequences=True", (settings.returned == "state", "return_state=True"), name)
    if settings.computation in WRITTEN_OUT:
        return call("ByHand", "units", name)
    if settings.computation == "unrolled":
        return call("Unrolled", cell, name)
    if settings.computation == "whole-sequence":
        return call("layers.RNN", cell, *returned)
    cudnn = (settings.computation == "cudnn", "use_cudnn=True")
    return call(f"layers.{stock}", "units", *weights, cudnn, *returned)


def _dense(settings: HyperParameters) -> str:
    mixed, kind, deviation = settings.precision == "mixed", settings.dense_initializer, settings.dense_stddev
    drawn = {"normal": "RandomNormal", "truncated-normal": "TruncatedNormal"}.get(kind)
    made = call(
        "layers.Dense",
        "numbers",
        (drawn, f"kernel_initializer=keras.initializers.{drawn}(stddev={deviation})"),
        (settings.dense_bias, f"bias_initializer=keras.initializers.Constant({settings.dense_bias})"),
        (mixed, "dtype=dtype"),
        "name=name",
    )
    return source(
        f"def dense(numbers, name{', dtype=None' if mixed else ''}):",
        '    """Fully connected, without an activation."""',
        indented(f"return {made}"),
    )


def _learnt_state(settings: HyperParameters) -> str:
    made = call(
        "layers.Dense",
        "units",
        'activation="tanh"',
        "use_bias=False",
        (settings.initializer in INITIALIZERS, "kernel_initializer=first_weights(previous.shape[-1], units)"),
        "name=name",
    )
    return source(
        "def learnt_state(previous, units, name):",
        '    """A state before the first row, tanh(previous W)."""',
        indented(f"return {made}(previous)"),
    )


def _build(settings: HyperParameters) -> str:
    time_major, every_row = settings.layout == "time-major", settings.supervised_rows == "all"
    trainable, from_state = settings.initial_state == "trainable", settings.returned == "state"
    shared, mixed = settings.layer_weights == "shared", settings.precision == "mixed"
    given = ", initial_state=[h, c]" if trainable else ""
    last = "x[-1]" if time_major else "x[:, -1]"
    head = call("dense", "CLASSES", '"logits"', (mixed, 'dtype="float32"'))
    return source(
        "def build():",
        f'    """Images (batch, rows, columns) to logits (batch, {"rows, " if every_row else ""}classes)."""',
        "    images = x = keras.Input((ROWS, COLUMNS))",
        (settings.input_projection, '    x = dense(PROJECTION, "projection")(x)'),
        (time_major, "    x = ops.transpose(x, (1, 0, 2))  # rows first, then the batch"),
        (trainable, f"    previous = {'x[0]' if time_major else 'x[:, 0]'}"),
        (shared, "    layer = recurrent(1, UNITS[0], x.shape[-1])  # one set of weights for all"),
        (shared, "    for _ in UNITS:"),
        (not shared, "    for number, units in enumerate(UNITS, start=1):"),
        (not shared, "        layer = recurrent(number, units, x.shape[-1])"),
        (trainable, '        h = learnt_state(previous, units, f"initial_hidden_{number}")'),
        (trainable, '        c = learnt_state(previous, units, f"initial_cell_{number}")'),
        (trainable, "        previous = h"),
        (settings.input_dropout, "        x = layers.Dropout(INPUT_DROPOUT)(x)"),
        (not from_state, f"        x = layer(x{given})"),
        (from_state, f"        x, last, *_ = layer(x{given})  # every output, and the final hidden state"),
        (settings.dropout, "        x = layers.Dropout(DROPOUT)(x)"),
        (not from_state and not every_row, f"    last = {last}"),
        f"    head = {head}",
        (not every_row, "    return keras.Model(images, head(last))"),
        (every_row and not time_major, "    return keras.Model(images, head(x))"),
        (every_row and time_major, "    return keras.Model(images, ops.transpose(head(x), (1, 0, 2)))"),
    )


def _start_from(settings: HyperParameters) -> str:
    return source(
        "def start_from(model, path):",
        '    """Put a CSV file, the weights on [row; hidden state], into the first layer."""',
        '    weights = np.loadtxt(path, delimiter=",", dtype="float32", encoding="utf-8-sig")',
        f'    cell = model.get_layer("layer_1"){_cell(settings)}',
        "    cell.kernel.assign(weights[: -UNITS[0]])",
        "    cell.recurrent_kernel.assign(weights[-UNITS[0] :])",
    )


def _load_weights(settings: HyperParameters) -> str:
    name = '"layer_1"' if settings.layer_weights == "shared" else 'f"layer_{index + 1}"'
    both = settings.direction == "both"
    return source(
        "def load_weights(model, path):",
        '    """Put weights that were exported as .npz into the network."""',
        '    names = "kernel", "recurrent_kernel", "bias"',
        "    with np.load(path) as file:",
        "        for index in range(len(UNITS)):",
        f"            layer = model.get_layer({name})",
        "            for name in names:",
        (
            not both,
            f'                getattr(layer{_cell(settings)}, name).assign(file[f"layer{{index}}_{{name}}"])',
        ),
        (both, "                forward, backward = layer.forward_layer.cell, layer.backward_layer.cell"),
        (both, '                getattr(forward, name).assign(file[f"layer{index}_{name}"])'),
        (both, '                getattr(backward, name).assign(file[f"layer{index}_backward_{name}"])'),
        (settings.initial_state == "trainable", _LOAD_INITIAL_STATE),
        (settings.input_projection, _LOAD_PROJECTION),
        '        head = model.get_layer("logits")',
        '        head.kernel.assign(file["head_kernel"])',
        '        head.bias.assign(file["head_bias"])',
    )


def _cell(settings: HyperParameters) -> str:
    """Where a layer keeps its weights."""
    return "" if settings.computation in WRITTEN_OUT else ".cell"


_LOAD_INITIAL_STATE = """\
            for name in ("initial_hidden", "initial_cell"):
                state = model.get_layer(f"{name}_{index + 1}")
                state.kernel.assign(file[f"layer{index}_{name}"])"""

_LOAD_PROJECTION = """\
        projection = model.get_layer("projection")
        projection.kernel.assign(file["projection_kernel"])
        projection.bias.assign(file["projection_bias"])"""
