"""The snapshots that ship: small, near to what they were made of, and told when they are damaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.pretrained import shipped
from lstm_core.pretrained import snapshots as module
from lstm_core.pretrained.snapshots import (
    MOST_BYTES,
    load_snapshots,
    quantised,
    restored,
    save_snapshots,
    shipped_snapshots,
)
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.reading.trace import read_batch
from lstm_core.reading.weights import LstmWeights, read_arrays
from tests.networks import random_weights, same_weights


def training(
    steps: tuple[int, ...] = (1, 4, 90), units: tuple[int, ...] = (24, 16)
) -> dict[int, LstmWeights]:
    """Networks that move from small random weights to larger ones."""
    first, last = random_weights(units, seed=1, scale=0.1), random_weights(units, seed=2, scale=0.6)
    found = {}
    for step in steps:
        share = np.float32(step / max(steps))
        mixed = [
            replace(
                b,
                kernel=(1 - share) * a.kernel + share * b.kernel,
                recurrent_kernel=(1 - share) * a.recurrent_kernel + share * b.recurrent_kernel,
            )
            for a, b in zip(first.layers, last.layers, strict=True)
        ]
        found[step] = replace(last, layers=tuple(mixed))
    return found


def test_a_restored_matrix_is_off_by_at_most_half_a_scale():
    rng = np.random.default_rng(0)
    matrix = (rng.standard_normal((40, 12)) * rng.uniform(0.01, 3, 12)).astype(np.float32)
    matrix[:, 5] = 0
    for before in (np.zeros_like(matrix), (matrix + 0.1).astype(np.float32), -3 * matrix):
        numbers, scale = quantised(matrix, before)
        assert numbers.dtype == np.int8
        assert numbers.min() >= -127
        assert (np.abs(restored(numbers, scale, before) - matrix) <= 0.501 * scale + 1e-6).all()


def test_a_small_change_has_small_numbers():
    matrix = random_weights((24,)).layers[0].kernel
    numbers, _ = quantised(matrix, (0.99 * matrix).astype(np.float32))
    assert np.abs(numbers).max() <= 2


def test_readings_with_restored_weights_are_nearly_the_same(tmp_path: Path):
    kept = training()
    save_snapshots(kept, tmp_path / "s.npz")
    found = load_snapshots(tmp_path / "s.npz")
    assert list(found) == [1, 4, 90]
    images = np.random.default_rng(3).uniform(size=(50, 8, 8)).astype(np.float32)
    for step, weights in kept.items():
        difference = np.abs(read_batch(weights, images) - read_batch(found[step], images))
        assert difference.max() < 0.02
        assert np.array_equal(found[step].layers[1].bias, weights.layers[1].bias)


def test_errors_do_not_add_up_over_many_steps(tmp_path: Path):
    kept = training(tuple(range(1, 60)))
    save_snapshots(kept, tmp_path / "s.npz")
    found = load_snapshots(tmp_path / "s.npz")
    for step in (1, 30, 59):
        ours, theirs = found[step].layers[1].recurrent_kernel, kept[step].layers[1].recurrent_kernel
        assert np.abs(ours - theirs).max() <= 0.51 * np.abs(theirs).max() / 127


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {-1: random_weights((3,))},
        {1: random_weights((3,), cell="gru")},
        {1: random_weights((3,), both=True)},
        {1: random_weights((3,), initial=True)},
        {1: random_weights((3,), projection=4)},
    ],
)
def test_other_networks_are_refused(tmp_path: Path, bad: dict[int, LstmWeights]):
    with pytest.raises(InvalidValue, match="snapshots"):
        save_snapshots(bad, tmp_path / "s.npz")
    assert not list(tmp_path.iterdir())


def _drop(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda arrays: arrays.pop(name)


def _put(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda arrays: arrays.update(changes)


@pytest.mark.parametrize(
    "damage",
    [
        _drop("steps"),
        _drop("rows"),
        _drop("step4_head_kernel"),
        _drop("step4_layer0_recurrent_kernel"),
        _drop("step4_layer0_kernel"),
        _drop("step4_layer1_kernel_scale"),
        _drop("step90_layer1_bias"),
        _put(steps=np.array([4, 1, 90])),
        _put(steps=np.array([1, 1])),
        _put(steps=np.array([-1])),
        _put(steps=np.zeros(0, int)),
        _put(steps=np.array(["one"])),
        _put(rows=np.int64(0)),
        _put(step4_head_kernel=np.zeros((16, 10), np.float32)),
        _put(step4_head_kernel=np.zeros((17, 10), np.int8)),
        _put(step4_head_kernel_scale=np.zeros(10, np.float32)),
        _put(step4_head_kernel_scale=np.full(10, np.nan, np.float32)),
        _put(step4_head_kernel_scale=np.ones(9, np.float32)),
        _put(step4_head_bias=np.full(10, np.inf, np.float32)),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, damage: Callable[[dict[str, Any]], object]):
    save_snapshots(training(), tmp_path / "s.npz")
    arrays: dict[str, Any] = read_arrays(tmp_path / "s.npz")
    damage(arrays)
    np.savez(tmp_path / "s.npz", **arrays)
    with pytest.raises(WeightsError, match=r"s\.npz is damaged"):
        load_snapshots(tmp_path / "s.npz")


def test_a_missing_or_torn_file_is_told(tmp_path: Path):
    with pytest.raises(WeightsError, match=r"no weights file s\.npz"):
        load_snapshots(tmp_path / "s.npz")
    save_snapshots(training(), tmp_path / "s.npz")
    content = (tmp_path / "s.npz").read_bytes()
    (tmp_path / "s.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(WeightsError, match="damaged"):
        load_snapshots(tmp_path / "s.npz")


def test_what_ships_is_small_and_ends_with_the_shipped_weights():
    found = shipped_snapshots()
    assert (shipped.FOLDER / module.FILE).stat().st_size <= MOST_BYTES
    assert list(found) == sorted(found)
    assert next(iter(found)) == 1
    assert list(found)[-1] == shipped.shipped_card().steps
    assert same_weights(list(found.values())[-1], shipped.shipped_weights())


def test_the_shipped_network_learnt_from_step_to_step(mnist: Any):
    split = replace(mnist.test, images=mnist.test.images[:300], labels=mnist.test.labels[:300])
    found = shipped_snapshots()
    steps = list(found)
    chosen = [
        steps[0],
        *(min(steps, key=lambda step: abs(step - near)) for near in (128, 400, 1200)),
        steps[-1],
    ]
    right = [evaluate(numpy_reader(found[step]), split, 300).accuracy for step in chosen]
    assert right == sorted(right)
    assert right[0] < 0.2
    assert right[-1] > 0.98


def test_snapshots_of_another_network_are_not_taken_for_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("mnist.npz", "mnist.json"):
        (tmp_path / name).write_bytes((shipped.FOLDER / name).read_bytes())
    save_snapshots(training(), tmp_path / module.FILE)
    for owner in (shipped, module):
        monkeypatch.setattr(owner, "FOLDER", tmp_path)
    with pytest.raises(WeightsError, match="another network"):
        shipped_snapshots()
