"""What a training takes, beside peaks that were measured, and what is said where that is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lstm_core.errors import NotEnoughMemory, StorageError
from lstm_core.settings import available, computation, memory
from lstm_core.settings.available import Memory
from lstm_core.settings.devices import Device
from lstm_core.settings.memory import check_fits, need, size
from lstm_core.settings.validation import hyperparameters

CPU, GPU = Device("cpu", "a processor"), Device("gpu:0", "a GPU")
GB = 10**9

MEASURED: list[tuple[dict[str, Any], int]] = [
    ({"dataset": "digits", "units": (32,), "batch_size": 16}, 978),
    ({"units": (256, 256), "batch_size": 128}, 1101),
    ({"units": (256, 256), "batch_size": 1024}, 1398),
    ({"units": (256, 256), "batch_size": 1024, "precision": "float32"}, 1633),
    ({"units": (256, 256), "batch_size": 1024, "computation": "keras"}, 1651),
    ({"units": (256, 256), "batch_size": 1024, "computation": "by-hand"}, 1805),
    ({"units": (1024,) * 4, "batch_size": 128}, 2563),
    ({"dataset": "digits", "units": (512,) * 16, "batch_size": 128}, 2665),
    ({"units": (256, 256), "batch_size": 4096}, 2405),
    ({"units": (256, 256), "batch_size": 512, "computation": "unrolled"}, 1381),
    ({"units": (256, 256), "batch_size": 512, "computation": "whole-sequence"}, 1338),
    ({"units": (256, 256), "batch_size": 512, "direction": "both"}, 1868),
    ({"units": (256, 256), "batch_size": 512, "cell": "gru"}, 1337),
    ({"units": (256, 256), "batch_size": 512, "cell": "rnn"}, 1097),
    ({"units": (256, 256), "batch_size": 512, "computation": "separate-matrices"}, 1513),
    ({"units": (256, 256), "batch_size": 128, "evaluation_batch_size": 10_000}, 1846),
    ({"units": (512, 512), "batch_size": 512, "computation": "keras"}, 1710),
    ({"units": (512, 512, 512), "batch_size": 1024}, 2303),
    # Measured after the figures had been found.
    ({"units": (384, 384, 384), "batch_size": 700}, 1712),
    ({"units": (700,), "batch_size": 900, "computation": "keras"}, 1683),
    ({"units": (128, 128), "batch_size": 1500, "direction": "both"}, 2182),
    ({"units": (300, 300), "batch_size": 600, "optimizer": "sgd", "precision": "float32"}, 1472),
]
"""Settings, and MB at the peak of a process that took steps, read a batch and made a checkpoint, on two cores
of an AMD EPYC with bfloat16; without the images of the data set."""


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the measurements, but for its memory."""
    monkeypatch.setattr(memory, "cores", lambda: 2)
    monkeypatch.setattr(computation, "computes_in_bfloat16", lambda: True)


def with_memory(monkeypatch: pytest.MonkeyPatch, total: int, free: int, addresses: int | None = None) -> None:
    monkeypatch.setattr(available, "memory", lambda: Memory(total, free))
    monkeypatch.setattr(available, "address_space", lambda: addresses)


@pytest.mark.parametrize(("values", "megabytes"), MEASURED, ids=str)
def test_the_estimate_is_near_what_was_measured(values: dict[str, Any], megabytes: int):
    needed = need(hyperparameters(values), CPU)
    assert (needed.memory - needed.data) / 1e6 == pytest.approx(megabytes, rel=0.2)


def test_it_grows_with_what_it_consists_of():
    small = need(hyperparameters({}), CPU)
    assert need(hyperparameters({"batch_size": 1024}), CPU).batch > small.batch
    assert need(hyperparameters({"optimizer": "sgd"}), CPU).parameters < small.parameters
    assert need(hyperparameters({"units": (512, 512)}), CPU).disk > small.disk
    assert need(hyperparameters({}), CPU, "no compiled operations").batch > small.batch
    assert need(hyperparameters({"dataset": "digits"}), CPU).data == 1797 * 64


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        (
            {"units": (1024,) * 16, "batch_size": 4096},
            "Choose a smaller `batch_size` (4096) or fewer `units`",
        ),
        ({"units": (1024,) * 16, "batch_size": 1}, "Choose fewer `units` (1024, "),
        (
            {"units": (256,) * 16, "batch_size": 16, "evaluation_batch_size": 10_000},
            "Choose a smaller `evaluation_batch_size` (10000).",
        ),
    ],
    ids=lambda item: "",
)
def test_what_cannot_fit_is_refused_with_what_to_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, values: dict[str, Any], advice: str
):
    with_memory(monkeypatch, 4 * GB, 3 * GB)
    with pytest.raises(NotEnoughMemory) as refusal:
        check_fits(hyperparameters(values), CPU, tmp_path)
    assert "GB of memory, but this machine has 4.0 GB." in str(refusal.value)
    assert advice in str(refusal.value)


def test_before_it_starts_the_whole_machine_counts_and_at_its_start_what_is_free(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    with_memory(monkeypatch, 4 * GB, GB // 2)
    settings = hyperparameters({})
    assert check_fits(settings, CPU, tmp_path).memory < 4 * GB
    assert check_fits(settings, CPU, tmp_path, held=GB)
    with pytest.raises(
        NotEnoughMemory, match=r"about 1\.1 GB of memory, but this machine has 600 MB free now"
    ):
        check_fits(settings, CPU, tmp_path, held=GB // 10)
    assert check_fits(settings, GPU, tmp_path, held=0)  # whose memory nobody knows


def test_a_limit_of_addresses_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """As ``ulimit -v`` sets it; with these settings the process used to hang under it."""
    with_memory(monkeypatch, 64 * GB, 64 * GB, 5_500_000 * 1024)
    hanging = hyperparameters({"dataset": "digits", "units": (1024,) * 16, "batch_size": 1297})
    for held in (None, GB):
        with pytest.raises(NotEnoughMemory, match=r"3\.8 GB"):
            check_fits(hanging, CPU, tmp_path, held=held)
    assert check_fits(hyperparameters({}), CPU, tmp_path)


def test_a_disk_without_room_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(available, "free_disk", lambda folder: 5_000_000)
    with pytest.raises(StorageError, match=r"about \d+ MB of disk, and .* has 5 MB left\. Delete runs"):
        check_fits(hyperparameters({"dataset": "digits"}), CPU, tmp_path)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "1 MB"), (640_400_000, "640 MB"), (999_700_000, "1.0 GB"), (54 * GB, "54.0 GB")]
)
def test_bytes_are_said_in_large_units(count: int, said: str):
    assert size(count) == said


def test_what_this_machine_has_is_known(tmp_path: Path):
    found = available.memory()
    assert 0 < found.free <= found.total
    assert available.peak_resident() >= available.resident() // 2 > 0
    assert available.free_disk(tmp_path / "not" / "there" / "yet") > 0
