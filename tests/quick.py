"""What a quick check leaves out: whatever loads TensorFlow, Keras, JAX or Numba, or starts a process.

Such a test is skipped the moment it tries to. So no list of them has to be kept, and the rest of a file whose
last test compares with Keras is still checked. What trains or drives a browser has a mark.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

HEAVY = {"tensorflow", "keras", "jax", "numba"}
"""What only trainings need."""


class _NothingHeavy:
    """The first to be asked by every import."""

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name.partition(".")[0] in HEAVY:
            pytest.skip("loads what only trainings need", allow_module_level=True)
        return None


def load_nothing_heavy() -> Callable[[], None]:
    """From now on, in this process, so also while tests are collected; what is returned ends it."""
    finder = _NothingHeavy()
    sys.meta_path.insert(0, finder)
    return lambda: sys.meta_path.remove(finder)


def start_no_process(patch: pytest.MonkeyPatch) -> None:
    """For as long as ``patch`` holds."""

    def skip(*_: Any, **__: Any) -> None:
        pytest.skip("starts a process")

    patch.setattr(subprocess.Popen, "__init__", skip)
    patch.setattr(BaseProcess, "start", skip)
