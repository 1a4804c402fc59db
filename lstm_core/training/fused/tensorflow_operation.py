"""Compiled Python as operations of TensorFlow's graphs, through its C interface for plug-ins.

TensorFlow's threads call such an operation like any other, without Python and its lock. The functions used
are declared in ``tensorflow/c/ops.h`` and ``tensorflow/c/kernels.h``, which every installation has.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
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
    name: str, changed: Mapping[str, Any], read: Mapping[str, Any], compile_kernel: Callable[[], Any]
) -> Operation:
    """Register an operation of the CPU that changes tensors in their place, unless others still need them.

    Args:
        name: in CamelCase; it can be registered only once in the life of a process.
        changed: types of the first inputs by name, which are the outputs too.
        read: types of the other inputs by name.
        compile_kernel: gives what Numba's `cfunc` makes of a function that is called with zero and the
            address of a ``TF_OpKernelContext``, and that may call TensorFlow's C interface.

    Returns:
        What adds the operation to the graph that is being made: inputs → outputs, of the inputs' shapes.

    Raises:
        RuntimeError: TensorFlow refused it, with its reason.
    """
    types = [*changed.values(), *read.values()]
    llvmlite.binding.load_library_permanently(_library()._name)
    kernel = compile_kernel()
    _registered.append(kernel)
    pointer = ctypes.c_void_p
    status = _call("TF_NewStatus", pointer)
    definition = _call("TF_NewOpDefinitionBuilder", pointer, name.encode())
    for title, dtype in {**changed, **read}.items():
        _call("TF_OpDefinitionBuilderAddInput", None, definition, f"{title}: {_C_NAMES[dtype]}".encode())
    for title, dtype in changed.items():
        _call("TF_OpDefinitionBuilderAddOutput", None, definition, f"new_{title}: {_C_NAMES[dtype]}".encode())
    unknown_shape = ctypes.cast(_library().TF_ShapeInferenceContextSetUnknownShape, pointer)
    _call("TF_OpDefinitionBuilderSetShapeInferenceFunction", None, definition, unknown_shape)
    _call("TF_RegisterOpDefinition", None, definition, status)
    _check(status)
    builder = _call("TF_NewKernelBuilder", pointer, name.encode(), b"CPU", None, kernel.address, None)
    _call("TF_RegisterKernelBuilder", None, name.encode(), builder, status)
    _check(status)
    _call("TF_DeleteStatus", None, status)

    def add(*inputs: Any) -> list[Tensor]:
        tensors = [tf.convert_to_tensor(each, dtype) for each, dtype in zip(inputs, types, strict=True)]
        made = tf.compat.v1.get_default_graph().create_op(name, tensors, [*changed.values()])
        for before, after in zip(tensors, made.outputs, strict=False):
            after.set_shape(before.shape)
        return list(made.outputs)

    return add


@cache
def _library() -> ctypes.CDLL:
    (found,) = Path(tf.sysconfig.get_lib()).glob("libtensorflow_framework.*")
    return ctypes.CDLL(str(found))


def _call(function: str, result: Any, *arguments: Any) -> Any:
    called = getattr(_library(), function)
    called.restype = result
    # A whole number is an address, of which ctypes would pass the lower half.
    return called(*(ctypes.c_void_p(each) if isinstance(each, int) else each for each in arguments))


def _check(status: int) -> None:
    if _call("TF_GetCode", ctypes.c_int, status):
        raise RuntimeError(_call("TF_Message", ctypes.c_char_p, status).decode())
