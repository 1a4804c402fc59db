"""What libraries say when memory runs out, told as such."""

from __future__ import annotations

SIGNS = (
    "out of memory",
    "oom when",
    "resource_exhausted",
    "resourceexhausted",
    "memoryerror",
    "bad_alloc",
    "cannot allocate memory",
    "could not create a primitive",  # oneDNN, whose kernels need memory of their own
    "could not create a memory object",
    "could not execute a primitive",
    "can't start new thread",
    "failed to allocate",
)
"""In small letters; each stands in errors of TensorFlow, JAX, oneDNN, NumPy or Python."""

ADVICE = "There was not enough memory: try a smaller batch or fewer units."
MOST_LETTERS = 300


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error``, or what it came from, says that memory ran out."""
    said: BaseException | None = error
    while said is not None:
        text = f"{type(said).__name__} {said}".lower()
        if isinstance(said, MemoryError) or any(sign in text for sign in SIGNS):
            return True
        said = said.__cause__
    return False


def explained(error: BaseException) -> str:
    """An unexpected error for people: what it is, and what to do where that is known."""
    text = f"{type(error).__name__}: {str(error)[:MOST_LETTERS]}".rstrip(": ")
    return f"{text} {ADVICE}" if is_out_of_memory(error) else text
