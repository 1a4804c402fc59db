"""The person's newest drawing as an image of a network's size."""

from __future__ import annotations

import contextlib

import numpy as np
from numpy.typing import NDArray

from dashboard.session import state
from dashboard.session.sheet import SIZE, current_sheet
from lstm_core.errors import ImageRejected
from lstm_core.runs.run import Run


def drawing_for(rows: int, columns: int, run: Run | None = None) -> NDArray[np.float32] | None:
    """The person's newest drawing as an image of this size, else the one the run was started with."""
    if (seen := state.last_image()) is not None and seen.shape == (rows, columns):
        return seen
    if strokes := current_sheet().strokes:
        from lstm_core.drawing.normalise import is_blank, normalise
        from lstm_core.drawing.strokes import ink_from_fabric

        with contextlib.suppress(ImageRejected):
            image = normalise(ink_from_fabric({"objects": strokes}, (SIZE, SIZE)), rows, columns)
            if not is_blank(image):
                return image
    return run.drawing() if run else None
