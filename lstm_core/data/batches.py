"""The stream of training images, cut into batches.

What a batch holds is a pure function of the seed and of how many images were consumed before it, so a run
that continues from a checkpoint reads on exactly where it stopped, and the batch size may change at any
moment. `Prefetcher` prepares the next batches in a thread while the current one trains.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Protocol, final

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.augmentation.recipes import Kind, augment
from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
Batch = tuple[FloatArray, IntArray]

# First spawn keys of the two kinds of random streams, which keep them apart for every seed.
_ORDER, _AUGMENTATION = 0, 1


class Stream(Protocol):
    """An endless stream of training images, addressed by position."""

    def at(self, position: int, size: int) -> Batch:
        """The batch of ``size`` images after ``position`` images, as `Batches.at`."""


def check_batch(position: int, size: int) -> None:
    """Raises `InvalidValue` where no batch of ``size`` images begins after ``position`` images."""
    if position < 0:
        raise InvalidValue("position", "at least 0", position)
    if size < 1:
        raise InvalidValue("size", "at least 1", size)


class Batches:
    """An endless, shuffled and augmented stream over one split, addressed by position.

    Args:
        split: the images to learn from, at least one.
        seed: ≥ 0; decides the order of every epoch and every augmentation.
        augmentation: one of `lstm_core.data.augmentation.recipes.KINDS`.
        digits: whether label 0 is a handwritten 0 and so on, so that handwriting may vary their forms.

    Raises:
        InvalidValue: the split is empty.
    """

    def __init__(self, split: Split, *, seed: int, augmentation: Kind, digits: bool = True) -> None:
        if not len(split):
            raise InvalidValue("split", "at least one image", len(split))
        self._split = split
        self._seed = seed
        self._augmentation: Kind = augmentation
        self._digits = digits
        self._order: tuple[int, IntArray] | None = None

    def at(self, position: int, size: int) -> Batch:
        """The batch that starts after ``position`` images were consumed.

        It always holds exactly ``size`` images; at the end of an epoch it goes on into the next one.

        Args:
            position: training images consumed before this batch, ≥ 0.
            size: images in the batch, ≥ 1; may be more than the split holds.

        Returns:
            Images ``(size, rows, columns)`` float32 in [0, 1] and their labels ``(size,)`` int64.

        Raises:
            InvalidValue: the position or the size is out of range.
        """
        check_batch(position, size)
        chosen = self._indices(position, size)
        part = replace(self._split, images=self._split.images[chosen], labels=self._split.labels[chosen])
        rng = self._rng(_AUGMENTATION, position)
        images = augment(part.pixels(), part.labels, self._augmentation, rng, self._digits)
        return images, part.labels.astype(np.int64)

    def _indices(self, position: int, size: int) -> IntArray:
        pieces = []
        while size:
            epoch, start = divmod(position, len(self._split))
            piece = self._permutation(epoch)[start : start + size]
            pieces.append(piece)
            position += len(piece)
            size -= len(piece)
        return np.concatenate(pieces)

    def _permutation(self, epoch: int) -> IntArray:
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, self._rng(_ORDER, epoch).permutation(len(self._split))
        return self._order[1]

    def _rng(self, purpose: int, number: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=(purpose, number)))


@final
class Prefetcher:
    """Hands out batch after batch, preparing the next ones in a background thread.

    Use it as a context manager: leaving it stops the thread.

    Args:
        batches: where the batches come from.
        position: training images consumed before the first batch.
        ahead: how many batches are kept ready, ≥ 1.

    Attributes:
        position: training images handed out so far, counted from the start of the run. Batches that were
            prepared but never handed out do not count.
    """

    def __init__(self, batches: Stream, *, position: int = 0, ahead: int = 2) -> None:
        if ahead < 1:
            raise InvalidValue("ahead", "at least 1", ahead)
        self.position = position
        self._batches = batches
        self._ahead = ahead
        self._size = 0
        self._queue: deque[Future[Batch]] = deque()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="batches")

    def next(self, size: int) -> Batch:
        """The next batch of ``size`` images, as `Batches.at` returns it.

        Another size than last time discards what was prepared; no image is lost or read twice. An error met
        while preparing the batch is raised here, and the next call tries the same batch again.
        """
        if size != self._size:
            self._discard()
            self._size = size
        self._fill(1)
        try:
            batch = self._queue.popleft().result()
        except BaseException:
            self._discard()
            raise
        self.position += size
        self._fill(self._ahead)
        return batch

    def close(self) -> None:
        """Stop the thread; calling it again does nothing."""
        self._discard()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Prefetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _fill(self, wanted: int) -> None:
        while len(self._queue) < wanted:
            position = self.position + len(self._queue) * self._size
            self._queue.append(self._pool.submit(self._batches.at, position, self._size))

    def _discard(self) -> None:
        while self._queue:
            self._queue.popleft().cancel()
