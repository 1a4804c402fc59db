"""The compiled augmentation of small images, against NumPy's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lstm_core.data.augmentation import finer
from lstm_core.data.augmentation.finer import vary_finer
from lstm_core.training import finer_kernel
from tests.data.augmentation.images import noise, rng


@pytest.fixture
def compiled() -> Iterator[None]:
    """Used for one test, and NumPy's after it as before."""
    before = list(finer._chosen)
    finer_kernel.use_compiled.cache_clear()
    assert finer_kernel.use_compiled()
    yield
    finer._chosen[:] = before
    finer_kernel.use_compiled.cache_clear()


@pytest.mark.parametrize("shape", [(64, 8, 8), (3, 11, 17), (1, 4, 4)])
def test_it_computes_the_same_to_the_last_bit(shape: tuple[int, int, int], compiled: None) -> None:
    """What a kind does to a seed's images never changes."""
    for images in (noise(*shape), np.zeros(shape, np.float32), 0.2 * noise(*shape)):
        (compiled_one,) = finer._chosen
        result = vary_finer(images, rng(7))
        finer.vary_with(finer.varied)
        expected = vary_finer(images, rng(7))
        finer.vary_with(compiled_one)
        assert compiled_one is not finer.varied
        assert result.tobytes() == expected.tobytes()


def test_without_numba_numpy_goes_on(tmp_path: Path) -> None:
    program = (
        "import sys\nsys.modules['numba'] = None\n"
        "from lstm_core.training import finer_kernel\nfrom lstm_core.data.augmentation import finer\n"
        "print(finer_kernel.use_compiled(), finer._chosen)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.split() == ["False", "[]"]
    assert "Small images are varied by NumPy" in done.stderr
