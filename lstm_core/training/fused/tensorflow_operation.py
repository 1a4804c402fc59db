"""Compiled Python as operations of TensorFlow's graphs, through its C interface for plug-ins.

TensorFlow's threads call such an operation like any other, without Python and its lock. The functions used
are declared in ``tensorflow/c/ops.h`` and ``tensorflow/c/kernels.h``. Not every installation exports them;
`row_operations` asks before anybody relies on them.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite.binding
import tensorflow as tf

Tensor = Any
Operation = Callable[..., list[Tensor]]

_C_NAMES = {tf.float32: "float", tf.float64: "double", tf.bfloat16: "bfloat16", tf.int32: "int32"}
_registered: list[Any] = []
"""Kernels that TensorFlow has the addresses of."""


def operation(
    name: str,
    changed: Mapping[str, Any],
    read: Mapping[str, Any],
    compile_kernel: Callable[[], Any],
    called: Sequence[str],
) -> Operation:
    """Register an operation of the CPU that changes tensors in their place, unless others still need them.

    Args:
        name: in CamelCase; it can be registered only once in the life of a process.
        changed: types of the first inputs by name, which are the outputs too.
        read: types of the other inputs by name.
        compile_kernel: gives what Numba's `cfunc` makes of a function that is called with zero and the
            address of a ``TF_OpKernelContext``, and that may call TensorFlow's C interface.
        called: the functions of that interface which it calls.

    Returns:
        What adds the operation to the graph that is being made: inputs → outputs, of the inputs' shapes.

    Raises:
        OSError: the library is not there, or is not the one that TensorFlow runs in.
        AttributeError: the library does not export a function; it is named.
        RuntimeError: TensorFlow has an operation of that name, or refused this one, with its reason.
    """
    types = [*changed.values(), *read.values()]
    for function in called:
        address = ctypes.cast(getattr(_library(), function), ctypes.c_void_p).value
        llvmlite.binding.add_symbol(function, address)
    if _is_known(name):
        raise RuntimeError(f"TensorFlow has an operation {name} already")
    kernel = compile_kernel()
    _registered.append(kernel)
    pointer = ctypes.c_void_p
    status = _call("TF_NewStatus", pointer)
    try:
        definition = _call("TF_NewOpDefinitionBuilder", pointer, name.encode())
        for title, dtype in {**changed, **read}.items():
            _call("TF_OpDefinitionBuilderAddInput", None, definition, f"{title}: {_C_NAMES[dtype]}".encode())
        for title, dtype in changed.items():
            output = f"new_{title}: {_C_NAMES[dtype]}"
            _call("TF_OpDefinitionBuilderAddOutput", None, definition, output.encode())
        unknown_shape = ctypes.cast(_library().TF_ShapeInferenceContextSetUnknownShape, pointer)
        _call("TF_OpDefinitionBuilderSetShapeInferenceFunction", None, definition, unknown_shape)
        _call("TF_RegisterOpDefinition", None, definition, status)
        _check(status)
        builder = _call("TF_NewKernelBuilder", pointer, name.encode(), b"CPU", None, kernel.address, None)
        _call("TF_RegisterKernelBuilder", None, name.encode(), builder, status)
        _check(status)
    finally:
        _call("TF_DeleteStatus", None, status)

    def add(*inputs: Any) -> list[Tensor]:
        tensors = [tf.convert_to_tensor(each, dtype) for each, dtype in zip(inputs, types, strict=True)]
        made = tf.compat.v1.get_default_graph().create_op(name, tensors, [*changed.values()])
        for before, after in zip(tensors, made.outputs, strict=False):
            after.set_shape(before.shape)
        return list(made.outputs)

    return add


def _is_known(name: str) -> bool:
    """Whether there is an operation of that name. To register another ends the process; no status says it."""
    try:
        tf.Graph().create_op(name, [], [])
    except Exception as error:  # noqa: BLE001 - of what kind differs with the operation, which lacks its inputs
        return "not registered" not in str(error)
    return True


@cache
def _library() -> ctypes.CDLL:
    """The library that TensorFlow runs in: in another copy, the operation would be nobody's."""
    folder = Path(tf.sysconfig.get_lib())
    found = sorted({path.resolve() for path in folder.glob("libtensorflow_framework.*")})
    if len(found) != 1:
        raise OSError(f"there are {len(found)} libraries libtensorflow_framework beside TensorFlow")
    # Where a library can be opened only if it is open already, it is.
    return ctypes.CDLL(str(found[0]), mode=os.RTLD_NOW | getattr(os, "RTLD_NOLOAD", 0))


def _call(function: str, result: Any, *arguments: Any) -> Any:
    called = getattr(_library(), function)
    called.restype = result
    # A whole number is an address, of which ctypes would pass the lower half.
    return called(*(ctypes.c_void_p(each) if isinstance(each, int) else each for each in arguments))


def _check(status: int) -> None:
    if _call("TF_GetCode", ctypes.c_int, status):
        raise RuntimeError(_call("TF_Message", ctypes.c_char_p, status).decode())
