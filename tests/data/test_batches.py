from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_core.data.augmentation.recipes import KINDS
from lstm_core.data.batches import Batch, Batches, Prefetcher
from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue

N = 23


def numbered(n: int = N) -> Split:
    """Images whose every pixel is the image's number, so that one can tell which was read."""
    images = np.broadcast_to(np.arange(n, dtype=np.uint8)[:, None, None], (n, 4, 3))
    return Split(images=np.ascontiguousarray(images), labels=(np.arange(n) % 10).astype(np.uint8))


def batches(seed: int = 7, n: int = N) -> Batches:
    return Batches(numbered(n), seed=seed, augmentation="none")


def numbers(batch: Batch) -> list[int]:
    return [round(255 * float(image[0, 0])) for image in batch[0]]


def stream(length: int, source: Batches | None = None) -> list[int]:
    return numbers((source or batches()).at(0, length))


def assert_same(a: Batch, b: Batch) -> None:
    np.testing.assert_array_equal(a[0], b[0])
    np.testing.assert_array_equal(a[1], b[1])


def test_a_batch_holds_pixels_and_their_labels() -> None:
    images, labels = batches().at(0, 5)
    assert images.shape == (5, 4, 3) and images.dtype == np.float32
    assert labels.shape == (5,) and labels.dtype == np.int64
    assert labels.tolist() == [i % 10 for i in numbers((images, labels))]


def test_every_epoch_reads_every_image_once_in_its_own_order() -> None:
    read = stream(3 * N)
    epochs = [read[i : i + N] for i in range(0, 3 * N, N)]
    assert all(sorted(epoch) == list(range(N)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3


def test_a_batch_at_the_end_of_an_epoch_goes_on_into_the_next() -> None:
    read = numbers(batches().at(N - 4, 10))
    assert read == stream(2 * N)[N - 4 : N + 6]


def test_a_batch_may_be_larger_than_the_split() -> None:
    read = numbers(batches(n=4).at(2, 12))
    assert len(read) == 12
    assert read == stream(14, batches(n=4))[2:]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 2 * N), min_size=1, max_size=8))
def test_any_sequence_of_sizes_reads_the_same_order(sizes: list[int]) -> None:
    source = batches()
    position, read = 0, []
    for size in sizes:
        read += numbers(source.at(position, size))
        position += size
    assert read == stream(position)


@pytest.mark.parametrize("augmentation", KINDS)
def test_a_resumed_run_reads_on_exactly(augmentation: Any) -> None:
    first = Batches(numbered(), seed=3, augmentation=augmentation)
    for position in range(0, 60, 10):
        first.at(position, 10)
    resumed = Batches(numbered(), seed=3, augmentation=augmentation)
    assert_same(first.at(60, 10), resumed.at(60, 10))


def test_an_image_is_augmented_differently_in_every_epoch() -> None:
    # One image of one bright row, so that a warp shows.
    image = np.zeros((1, 8, 8), np.uint8)
    image[:, 3] = 255
    source = Batches(Split(images=image, labels=np.zeros(1, np.uint8)), seed=0, augmentation="affine")
    assert np.abs(source.at(0, 1)[0] - source.at(1, 1)[0]).max() > 0.01


def test_another_seed_reads_another_order() -> None:
    assert stream(N, batches(seed=1)) != stream(N, batches(seed=2))


@pytest.mark.parametrize(
    ("position", "size", "field"), [(-1, 5, "position"), (0, 0, "size"), (3, -2, "size")]
)
def test_impossible_places_are_named(position: int, size: int, field: str) -> None:
    with pytest.raises(InvalidValue, match=field):
        batches().at(position, size)


def test_an_empty_split_is_refused() -> None:
    with pytest.raises(InvalidValue, match="split"):
        batches(n=0)


@pytest.mark.parametrize("ahead", [1, 3])
def test_prefetched_batches_are_those_at_their_positions(ahead: int) -> None:
    with Prefetcher(batches(), position=5, ahead=ahead) as prefetcher:
        for i in range(8):
            assert_same(prefetcher.next(6), batches().at(5 + 6 * i, 6))
        assert prefetcher.position == 53


def test_a_change_of_size_loses_no_image() -> None:
    sizes = [4, 4, 9, 2, 2, 30, 1]
    with Prefetcher(batches()) as prefetcher:
        read = [number for size in sizes for number in numbers(prefetcher.next(size))]
        assert prefetcher.position == sum(sizes)
    assert read == stream(sum(sizes))


class Failing(Batches):
    """Fails at one position until it is mended."""

    broken = True

    def at(self, position: int, size: int) -> Batch:
        if position == 8 and self.broken:
            raise OSError("the disk went away")
        return super().at(position, size)


def test_an_error_in_the_thread_is_raised_where_its_batch_is_asked_for() -> None:
    source = Failing(numbered(), seed=7, augmentation="none")
    with Prefetcher(source) as prefetcher:
        prefetcher.next(4)
        prefetcher.next(4)
        with pytest.raises(OSError, match="went away"):
            prefetcher.next(4)
        assert prefetcher.position == 8
        source.broken = False
        assert_same(prefetcher.next(4), batches().at(8, 4))


def running() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name.startswith("batches")]


def test_leaving_the_prefetcher_stops_its_thread() -> None:
    with Prefetcher(batches()) as prefetcher:
        prefetcher.next(4)
        assert running()
    assert not running()
    prefetcher.close()


def test_an_error_in_the_training_stops_the_thread_too() -> None:
    def train() -> None:
        with Prefetcher(batches()) as prefetcher:
            prefetcher.next(4)
            raise KeyError("in training")

    with pytest.raises(KeyError):
        train()
    assert not running()


def test_a_closed_prefetcher_hands_out_nothing() -> None:
    prefetcher = Prefetcher(batches())
    prefetcher.close()
    with pytest.raises(RuntimeError):
        prefetcher.next(4)


def test_a_prefetcher_keeps_at_least_one_batch_ready() -> None:
    with pytest.raises(InvalidValue, match="ahead"):
        Prefetcher(batches(), ahead=0)
