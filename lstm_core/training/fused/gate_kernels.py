"""One row of an LSTM layer between its matrix products, forward and backward, as loops that Numba compiles.

TensorFlow takes some twenty operations for it, each of which reads and writes everything once more; here it
is done while the numbers are in the processor's nearest memory. `row_forward` and `row_backward` compute on
arrays; `forward_kernel` and `backward_kernel` are the same as TensorFlow calls them, see
`tensorflow_operation`. What a sequence needs lies in one array for all rows, which each row changes in its
place. All that is compiled is in this file, because Numba keeps what it compiled until it changes.

bfloat16 is the upper half of a float32. Neither NumPy nor Numba has it, so its arrays come as uint16, and
only what is read and written is rounded: all arithmetic is float32's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import carray, cfunc, njit, types
from numba.extending import intrinsic, overload

Array = Any
Number = Any
Address = int

OPTIONS: dict[str, Any] = {
    "error_model": "numpy",  # one divided by zero is infinite, and needs no branch
    "fastmath": {"contract", "arcp", "nsz", "reassoc"},  # all but what would lose a NaN
}

TYPES = {
    "float32": (np.float32, np.float32),
    "float64": (np.float64, np.float64),
    "bfloat16": (np.uint16, np.float32),
}
"""By TensorFlow's name: what arrays hold, and what is computed in."""

LOG2_E, LN_2 = np.float32(math.log2(math.e)), np.float32(math.log(2.0))
TAYLOR = tuple(np.float32(1.0 / math.factorial(k)) for k in range(8))
"""Of eˣ. Within ±½ ln 2 the eighth power would add less than float32 rounds."""
FLAT = 40.0
"""Beyond ±40 neither a sigmoid nor a tanh changes any more."""


def _exp(x: Number) -> Number: ...
def _read(row: Array, room: Array) -> Array: ...
def _room_for(row: Array, room: Array) -> Array: ...
def _write(values: Array, row: Array) -> None: ...


@overload(_exp, inline="always", jit_options=OPTIONS)
def _exp_of(x: Number) -> Callable[..., Any]:
    def float32(x: Number) -> Number:
        """``2ⁿ · eʳ`` with a whole n and a small r. The bits of 2ⁿ are n + 127, 23 places up."""
        n = np.floor(x * LOG2_E + np.float32(0.5))
        r = x - n * LN_2
        series = TAYLOR[7]
        series = series * r + TAYLOR[6]
        series = series * r + TAYLOR[5]
        series = series * r + TAYLOR[4]
        series = series * r + TAYLOR[3]
        series = series * r + TAYLOR[2]
        series = series * r + TAYLOR[1]
        series = series * r + TAYLOR[0]
        return series * np.int32((np.int32(n) + np.int32(127)) << np.int32(23)).view(np.float32)

    def float64(x: Number) -> Number:
        return math.exp(x)

    return float64 if x == types.float64 else float32


@overload(_read, inline="always", jit_options=OPTIONS)
def _read_of(row: Array, room: Array) -> Callable[..., Any]:
    """``row`` as numbers to compute with, made in ``room`` if they have to be."""

    def widened(row: Array, room: Array) -> Array:
        bits = room.view(np.uint32)
        for k in range(row.size):
            bits[k] = np.uint32(row[k]) << np.uint32(16)
        return room

    def as_it_is(row: Array, room: Array) -> Array:
        return row

    return widened if row.dtype == types.uint16 else as_it_is


@overload(_room_for, inline="always", jit_options=OPTIONS)
def _room_for_of(row: Array, room: Array) -> Callable[..., Any]:
    """Where to compute what `_write` brings into ``row``."""

    def aside(row: Array, room: Array) -> Array:
        return room

    def in_place(row: Array, room: Array) -> Array:
        return row

    return aside if row.dtype == types.uint16 else in_place


@overload(_write, inline="always", jit_options=OPTIONS)
def _write_of(values: Array, row: Array) -> Callable[..., Any]:
    def rounded(values: Array, row: Array) -> None:
        """To the nearest; from the middle, to the even one."""
        bits = values.view(np.uint32)
        for k in range(row.size):
            odd = (bits[k] >> np.uint32(16)) & np.uint32(1)
            row[k] = np.uint16((bits[k] + np.uint32(0x7FFF) + odd) >> np.uint32(16))

    def is_there(values: Array, row: Array) -> None:
        pass

    return rounded if row.dtype == types.uint16 else is_there


@njit(inline="always", **OPTIONS)
def _sigmoid(x: Number) -> Number:
    one, flat = type(x)(1), type(x)(FLAT)
    x = -flat if x < -flat else x  # noqa: FURB136 - what is not a number stays what it is
    x = flat if x > flat else x  # noqa: FURB136
    return one / (one + _exp(-x))


@njit(inline="always", **OPTIONS)
def _tanh(x: Number) -> Number:
    return type(x)(2) * _sigmoid(x + x) - type(x)(1)


@njit(inline="always", **OPTIONS)
def _gates(row: Array) -> tuple[Array, Array, Array, Array]:
    """Input gate, forget gate, candidate and output gate of an example, as Keras packs them."""
    units = row.size // 4
    return row[:units], row[units : 2 * units], row[2 * units : 3 * units], row[3 * units :]


# Every loop is a function of its own: of few arrays the compiler finds out that they do not overlap,
# and then takes many numbers at a time.


@njit(inline="always", **OPTIONS)
def _sigmoids(z: Array, bias: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = _sigmoid(z[k] + bias[k])


@njit(inline="always", **OPTIONS)
def _tanhs(z: Array, bias: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = _tanh(z[k] + bias[k])


@njit(inline="always", **OPTIONS)
def _cell(f: Array, before: Array, i: Array, g: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = f[k] * before[k] + i[k] * g[k]


@njit(inline="always", **OPTIONS)
def _hidden(o: Array, cell: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = o[k] * _tanh(cell[k])


@njit(**OPTIONS)
def row_forward(
    row: int,
    z: Array,
    bias: Array,
    sequence: Array,
    h: Array,
    c: Array,
    hidden: Array,
    cells: Array,
    gates: Array,
    joined: Array,
) -> None:
    """The gates and states of one row.

    Args:
        row: from 0.
        z: its matrix products, ``(batch, 4 · units)``.
        bias: ``(4 · units,)``.
        sequence: what the layer reads, ``(rows, batch, features)``.
        h, c: the states before the first row, ``(batch, units)``.
        hidden: hidden states, ``(rows + 1, batch, units)``, before the first row and after every row; gets
            that after this row.
        cells: cell states likewise, or of as many rows as are kept, at least 2.
        gates: gets input gate, forget gate, candidate and output gate, ``(rows, batch, 4 · units)``, or of as
            many rows as are kept.
        joined: gets the next row and the hidden state side by side, ``(batch, features + units)``.

    ``bias``, ``c`` and ``cells`` are what is computed in: float32 where all others are bfloat16.
    """
    rows, batch, features = sequence.shape
    units = bias.size // 4
    before, cell, kept = cells[row % len(cells)], cells[(row + 1) % len(cells)], gates[row % len(gates)]
    if row == 0:
        hidden[0], cells[0] = h, c
    out, following = hidden[row + 1], sequence[min(row + 1, rows - 1)]
    room_z, room_gates = np.empty(4 * units, cells.dtype), np.empty(4 * units, cells.dtype)
    room_h = np.empty(units, cells.dtype)
    bias_i, bias_f, bias_g, bias_o = _gates(bias)
    for b in range(batch):
        z_i, z_f, z_g, z_o = _gates(_read(z[b], room_z))
        its_gates, its_h = _room_for(kept[b], room_gates), _room_for(out[b], room_h)
        i, f, g, o = _gates(its_gates)
        _sigmoids(z_i, bias_i, i)
        _sigmoids(z_f, bias_f, f)
        _tanhs(z_g, bias_g, g)
        _sigmoids(z_o, bias_o, o)
        _cell(f, before[b], i, g, cell[b])
        _hidden(o, cell[b], its_h)
        _write(its_gates, kept[b])
        _write(its_h, out[b])
        joined[b][:features] = following[b]
        joined[b][features:] = out[b]


@njit(inline="always", **OPTIONS)
def _sum(a: Array, b: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = a[k] + b[k]


@njit(inline="always", **OPTIONS)
def _tanh_of(cell: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = _tanh(cell[k])


@njit(inline="always", **OPTIONS)
def _d_cell(d_hidden: Array, o: Array, tanh: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] += d_hidden[k] * o[k] * (type(tanh[k])(1) - tanh[k] * tanh[k])


@njit(inline="always", **OPTIONS)
def _through_sigmoid(d: Array, factor: Array, y: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = d[k] * factor[k] * y[k] * (type(y[k])(1) - y[k])


@njit(inline="always", **OPTIONS)
def _through_tanh(d: Array, factor: Array, y: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] = d[k] * factor[k] * (type(y[k])(1) - y[k] * y[k])


@njit(inline="always", **OPTIONS)
def _times(a: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] *= a[k]


@njit(inline="always", **OPTIONS)
def _plus(a: Array, out: Array) -> None:
    for k in range(out.size):
        out[k] += a[k]


@njit(**OPTIONS)
def row_backward(
    row: int, cells: Array, d_hidden: Array, d_outputs: Array, gates: Array, d_cell: Array, d_bias: Array
) -> None:
    """The gradients of what goes into a row, from those of what came out of it.

    Args:
        row: from 0.
        cells: as `row_forward` left them, of all rows.
        d_hidden: of the hidden state, through the next row, ``(batch, units)``.
        d_outputs: of the hidden states, through the layer above, ``(rows, batch, units)``.
        gates: as `row_forward` left them; the row's are replaced by the gradient of its products.
        d_cell: of the cell state, through the next row, ``(batch, units)``; becomes that of the state before.
        d_bias: ``(4 · units,)``; the row's share is added to it.
    """
    batch, units = d_hidden.shape
    dz, before, cell, d_output = gates[row], cells[row], cells[row + 1], d_outputs[row]
    room_gates, room_dz = np.empty(4 * units, cells.dtype), np.empty(4 * units, cells.dtype)
    room_a, room_b = np.empty(units, cells.dtype), np.empty(units, cells.dtype)
    dh, tanh = np.empty(units, cells.dtype), np.empty(units, cells.dtype)
    its_gates = np.empty(4 * units, cells.dtype)
    for b in range(batch):
        its_gates[:] = _read(dz[b], room_gates)
        i, f, g, o = _gates(its_gates)
        its_dz = _room_for(dz[b], room_dz)
        di, df, dg, do = _gates(its_dz)
        dc = d_cell[b]
        _sum(_read(d_hidden[b], room_a), _read(d_output[b], room_b), dh)
        _tanh_of(cell[b], tanh)
        _d_cell(dh, o, tanh, dc)
        _through_sigmoid(dc, g, i, di)
        _through_sigmoid(dc, before[b], f, df)
        _through_tanh(dc, i, g, dg)
        _through_sigmoid(dh, tanh, o, do)
        _times(f, dc)
        _plus(its_dz, d_bias)
        _write(its_dz, dz[b])


TENSORFLOW_FUNCTIONS: list[str] = []
"""Of TensorFlow's C interface, all that the kernels call. Numba ends the process when one is missing."""

OUT_OF_MEMORY = 8
"""The code of TensorFlow's ``RESOURCE_EXHAUSTED``."""


def _of_tensorflow(name: str, result: Any, *arguments: Any) -> Any:
    """A function of TensorFlow's C interface. Addresses are whole numbers here."""
    TENSORFLOW_FUNCTIONS.append(name)
    return types.ExternalFunction(name, result(*arguments))


_new_status = _of_tensorflow("TF_NewStatus", types.intp)
_delete_status = _of_tensorflow("TF_DeleteStatus", types.void, types.intp)
_code = _of_tensorflow("TF_GetCode", types.int32, types.intp)
_set_status = _of_tensorflow("TF_SetStatus", types.void, types.intp, types.int32, types.intp)
_fail = _of_tensorflow("TF_OpKernelContext_Failure", types.void, types.intp, types.intp)
_get_input = _of_tensorflow("TF_GetInput", types.void, types.intp, types.int32, types.intp, types.intp)
_forward_input_or_allocate = _of_tensorflow(
    "TF_ForwardInputOrAllocateOutput",
    types.intp,
    *(types.intp, types.intp, types.int32, types.int32, types.intp, types.int32, types.intp, types.intp),
)
_data = _of_tensorflow("TF_TensorData", types.voidptr, types.intp)
_size = _of_tensorflow("TF_TensorByteSize", types.uintp, types.intp)
_rank = _of_tensorflow("TF_NumDims", types.int32, types.intp)
_dim = _of_tensorflow("TF_Dim", types.int64, types.intp, types.int32)
_delete_tensor = _of_tensorflow("TF_DeleteTensor", types.void, types.intp)


@intrinsic
def _out_of_memory_in_words(typing: Any) -> Any:
    """The address of these words, for C."""

    def made(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        words = context.insert_const_string(builder.module, "OOM when allocating the numbers of one example")
        return builder.ptrtoint(words, context.get_value_type(types.intp))

    return types.intp(), made


@njit
def _say_out_of_memory(status: Address) -> None:
    _set_status(status, OUT_OF_MEMORY, _out_of_memory_in_words())


@njit
def _input(context: Address, k: int, tensors: Array, status: Address) -> bool:
    """Get input ``k`` into ``tensors``; whether that went well.

    Every function of TensorFlow first makes the status a good one, so it is looked at after each.
    """
    _get_input(context, k, tensors[k:].ctypes.data, status)
    return _code(status) == 0


@njit
def _changed(context: Address, k: int, tensors: Array, status: Address) -> bool:
    """Get output ``k``, which is input ``k`` in its place, or a copy if somebody else still has that."""
    if not _input(context, k, tensors, status):
        return False
    shape = np.empty(np.intp(_rank(tensors[k])), np.int64)
    for axis in range(len(shape)):
        shape[axis] = _dim(tensors[k], axis)
    candidates, taken = np.array([k], np.int32), np.array([-1], np.int32)
    _delete_tensor(tensors[k])  # or the tensor would have two owners
    tensors[k] = 0
    output = _forward_input_or_allocate(
        context, candidates.ctypes.data, 1, k, shape.ctypes.data, len(shape), taken.ctypes.data, status
    )
    if _code(status) != 0:
        return False  # with no output
    if taken[0] < 0:
        if not _input(context, k, tensors, status):
            _delete_tensor(output)
            return False
        given = tensors[k]
        carray(_data(output), _size(given), np.uint8)[:] = carray(_data(given), _size(given), np.uint8)
        _delete_tensor(given)
    tensors[k] = output
    return True


@njit
def _have(context: Address, changed: int, tensors: Array, status: Address) -> bool:
    """Get all ``tensors``, the first of which are to be ``changed``; whether that went well."""
    for k in range(changed):
        if not _changed(context, k, tensors, status):
            return False
    for k in range(changed, len(tensors)):  # noqa: SIM110 - Numba's `all` takes no generator
        if not _input(context, k, tensors, status):
            return False
    return True


@njit
def _end(context: Address, status: Address) -> None:
    """Say that the kernel failed, if it did."""
    if _code(status) != 0:
        _fail(context, status)
    _delete_status(status)


@njit(inline="always")
def _vector(tensor: Address, element: Any) -> Array:
    return carray(_data(tensor), _dim(tensor, 0), element)


@njit(inline="always")
def _matrix(tensor: Address, element: Any) -> Array:
    return carray(_data(tensor), (_dim(tensor, 0), _dim(tensor, 1)), element)


@njit(inline="always")
def _matrices(tensor: Address, element: Any) -> Array:
    return carray(_data(tensor), (_dim(tensor, 0), _dim(tensor, 1), _dim(tensor, 2)), element)


@njit(inline="always")
def _number(tensor: Address) -> int:
    return carray(_data(tensor), 1, np.int32)[0]


def forward_kernel(dtype: str) -> Any:
    """`row_forward` as TensorFlow calls it.

    In: hidden, cells, gates, joined, row, z, bias, sequence, h, c. Out: the first four, changed.
    """
    element, real = TYPES[dtype]

    def row_forward_kernel(_: Address, context: Address) -> None:
        status = _new_status()
        try:
            its = np.zeros(10, np.intp)
            try:
                if _have(context, 4, its, status):
                    row_forward(
                        _number(its[4]),
                        _matrix(its[5], element),
                        _vector(its[6], real),
                        _matrices(its[7], element),
                        _matrix(its[8], element),
                        _matrix(its[9], real),
                        _matrices(its[0], element),
                        _matrices(its[1], real),
                        _matrices(its[2], element),
                        _matrix(its[3], element),
                    )
            except Exception:  # noqa: BLE001 - Numba tells no kinds apart; all shapes fit, so it is memory
                _say_out_of_memory(status)
            for tensor in its:
                _delete_tensor(tensor)  # or do nothing, where there is none
        except Exception:  # noqa: BLE001
            _say_out_of_memory(status)
        _end(context, status)

    return _compiled(row_forward_kernel)


def backward_kernel(dtype: str) -> Any:
    """`row_backward` as TensorFlow calls it.

    In: gates, d_cell, d_bias, row, cells, d_hidden, d_outputs. Out: the first three, changed.
    """
    element, real = TYPES[dtype]

    def row_backward_kernel(_: Address, context: Address) -> None:
        status = _new_status()
        try:
            its = np.zeros(7, np.intp)
            try:
                if _have(context, 3, its, status):
                    row_backward(
                        _number(its[3]),
                        _matrices(its[4], real),
                        _matrix(its[5], element),
                        _matrices(its[6], element),
                        _matrices(its[0], element),
                        _matrix(its[1], real),
                        _vector(its[2], real),
                    )
            except Exception:  # noqa: BLE001
                _say_out_of_memory(status)
            for tensor in its:
                _delete_tensor(tensor)
        except Exception:  # noqa: BLE001
            _say_out_of_memory(status)
        _end(context, status)

    return _compiled(row_backward_kernel)


def _compiled(kernel: Callable[[Address, Address], None]) -> Any:
    """For TensorFlow to call. Raises `OSError` where Numba cannot keep it for the next process."""
    signature = types.void(types.intp, types.intp)
    try:
        return cfunc(signature, cache=True, **OPTIONS)(kernel)
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        # Compiled anew in every process, it would take longer to the first step than most trainings save.
        rule = "NUMBA_CACHE_DIR has to name a folder that can be written"
        raise OSError(f"there is no place for what Numba compiles, so {rule}") from error
