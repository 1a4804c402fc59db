"""Batches of which a share is new and the rest old."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.data.batches import Batches, Prefetcher
from lstm_core.data.info import Split
from lstm_core.data.mixed_batches import MixedBatches
from lstm_core.errors import InvalidValue


def plain(n: int, first: int) -> Batches:
    """Images whose every pixel is a number from ``first`` on, labelled by its last digit."""
    numbers = np.arange(first, first + n, dtype=np.uint8)
    images = np.ascontiguousarray(np.broadcast_to(numbers[:, None, None], (n, 4, 3)))
    return Batches(Split(images, numbers % 10), seed=3, augmentation="none")


NEW, OLD = plain(5, 0), plain(40, 100)


def read(stream: MixedBatches, position: int, size: int) -> list[int]:
    images, labels = stream.at(position, size)
    numbers = [round(255 * float(image[0, 0])) for image in images]
    assert labels.tolist() == [number % 10 for number in numbers]
    assert (images.dtype.name, labels.dtype.name) == ("float32", "int64")
    return numbers


def test_every_batch_holds_the_share():
    stream = MixedBatches(NEW, OLD, 0.25)
    for position in range(0, 160, 16):
        numbers = read(stream, position, 16)
        assert sum(number < 100 for number in numbers) == 4


@given(st.sampled_from([0.0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1.0]), st.lists(st.integers(1, 9), min_size=1))
def test_the_streams_are_read_on_whatever_the_size_of_the_batches(share: float, sizes: list[int]):
    stream = MixedBatches(NEW, OLD, share)
    numbers, position = [], 0
    for size in sizes:
        numbers += read(stream, position, size)
        position += size
    new = [number for number in numbers if number < 100]
    old = [number for number in numbers if number >= 100]
    assert abs(len(new) - share * position) <= 1
    for found, source in ((new, NEW), (old, OLD)):
        if found:
            whole = [round(255 * float(image[0, 0])) for image in source.at(0, len(found))[0]]
            assert found == whole


def test_a_batch_depends_on_its_position_alone():
    with Prefetcher(MixedBatches(NEW, OLD, 0.3), position=50) as prefetcher:
        images, labels = prefetcher.next(10)
    again, same = MixedBatches(NEW, OLD, 0.3).at(50, 10)
    np.testing.assert_array_equal(images, again)
    np.testing.assert_array_equal(labels, same)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused(share: float):
    with pytest.raises(InvalidValue, match="`share` must be in"):
        MixedBatches(NEW, OLD, share)


def test_a_position_or_size_out_of_range_is_refused():
    stream = MixedBatches(NEW, OLD, 0.5)
    with pytest.raises(InvalidValue, match="position"):
        stream.at(-1, 4)
    with pytest.raises(InvalidValue, match="size"):
        stream.at(0, 0)
