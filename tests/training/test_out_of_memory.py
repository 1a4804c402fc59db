"""What libraries say when memory runs out."""

from __future__ import annotations

import pytest

from lstm_core.training.out_of_memory import ADVICE, explained


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("OOM when allocating tensor with shape[9]"),
        RuntimeError("RESOURCE_EXHAUSTED: no"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("Operation received an exception: Status: 1, message: could not create a primitive"),
        RuntimeError("can't start new thread"),
        OSError(12, "Cannot allocate memory"),
    ],
    ids=str,
)
def test_it_is_told_as_such(error: Exception):
    assert explained(error).endswith(ADVICE)
    assert explained(error).startswith(type(error).__name__)
    outer = ValueError("outer")
    outer.__cause__ = error
    assert explained(outer) == f"ValueError: outer {ADVICE}"


def test_other_errors_get_no_advice_and_long_ones_are_cut():
    assert explained(ZeroDivisionError("by zero")) == "ZeroDivisionError: by zero"
    assert len(explained(ValueError("x" * 10_000))) < 400
