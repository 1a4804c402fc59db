"""Batches of two streams: a share of each is of one, the rest of the other.

Rehearsal: what was learnt from the old images is not forgotten while new ones are learnt, as long as some of
the old ones are among them (Robins, 1995, "Catastrophic Forgetting, Rehearsal and Pseudorehearsal").
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from lstm_core.data.batches import Batch, Stream, check_batch
from lstm_core.errors import InvalidValue


class MixedBatches:
    """A stream whose batches take ``share`` of their images from ``new`` and the others from ``old``.

    What a batch holds is a function of the position alone, as in `lstm_core.data.batches.Batches`.

    Args:
        new, old: where the images come from.
        share: of ``new``, in [0, 1]; over many batches it is exact.

    Raises:
        InvalidValue: the share is out of range.
    """

    def __init__(self, new: Stream, old: Stream, share: float) -> None:
        if not 0 <= share <= 1:
            raise InvalidValue("share", "in [0, 1]", share)
        self._new, self._old = new, old
        self._share = Fraction(share)

    def at(self, position: int, size: int) -> Batch:
        """The batch that starts after ``position`` images; those of ``new`` come first.

        Args:
            position: training images consumed before this batch, ≥ 0.
            size: images in the batch, ≥ 1.

        Returns:
            Images ``(size, rows, columns)`` float32 in [0, 1] and their labels ``(size,)`` int64.

        Raises:
            InvalidValue: the position or the size is out of range.
        """
        check_batch(position, size)
        start, end = (math.floor(at * self._share) for at in (position, position + size))
        pieces = []
        if end > start:
            pieces.append(self._new.at(start, end - start))
        if end - start < size:
            pieces.append(self._old.at(position - start, size - (end - start)))
        images, labels = zip(*pieces, strict=True)
        return np.concatenate(images), np.concatenate(labels)
