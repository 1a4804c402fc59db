"""Whether the augmentation "finer" is computed by `finer_loop` here, or else by NumPy as everywhere.

NumPy takes twenty operations for it, each of which reads and writes every number once more. A training that
has the machine to itself prepares its images on another core; where several are trained at once none is free.
"""

from __future__ import annotations

import logging
from functools import cache

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation import finer

log = logging.getLogger("lstm_core.training.finer_kernel")


@cache
def use_compiled() -> bool:
    """From now on small images are varied by the compiled loop; False where Numba cannot make or keep it."""
    try:
        # Numba may be unable to load with the NumPy that is there.
        from lstm_core.training.finer_loop import varied_into
    except Exception:  # whatever it is, training goes on without
        log.warning("Small images are varied by NumPy", exc_info=True)
        return False

    def varied(fine: FloatArray, positions: FloatArray, levels: FloatArray, most: FloatArray) -> FloatArray:
        n, rows, columns = fine.shape
        result = np.empty((n, rows // finer.FINENESS, columns // finer.FINENESS), np.float32)
        varied_into(fine, positions, levels.ravel(), most.ravel(), result)
        return result

    finer.vary_with(varied)
    return True
