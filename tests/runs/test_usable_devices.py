"""What the training process can really use, beside what a driver tells of; the driver is a small script."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.runs.usable_devices import devices_here, note_devices, unused_gpus, without_use
from lstm_core.settings.devices import Device, list_devices

GPU, CPU = Device("gpu:0", "RTX 4060"), Device("cpu", "EPYC")


@pytest.fixture
def driver(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'RTX 4060'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


@pytest.mark.usefixtures("driver")
def test_before_a_training_process_looked_the_driver_is_believed(tmp_path: Path) -> None:
    assert [device.title for device in devices_here(tmp_path)][:1] == ["RTX 4060"]
    assert without_use(tmp_path) == ""


@pytest.mark.usefixtures("driver")
def test_a_gpu_that_the_library_cannot_use_is_none_and_the_reason_is_told(tmp_path: Path) -> None:
    note_devices(tmp_path, [CPU])
    assert devices_here(tmp_path) == [CPU]
    assert without_use(tmp_path) == (
        "TensorFlow sees no GPU here, though the machine has one (RTX 4060): install requirements-gpu.txt."
    )
    note_devices(tmp_path, [GPU, CPU])
    assert devices_here(tmp_path) == [GPU, CPU]
    assert without_use(tmp_path) == ""


@pytest.mark.usefixtures("driver")
def test_a_note_of_another_library_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note_devices(tmp_path, [CPU])
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert devices_here(tmp_path)[0].is_gpu
    note_devices(tmp_path, [CPU])
    assert without_use(tmp_path).startswith("JAX sees no GPU here, though the machine has one (RTX 4060)")


def test_without_a_gpu_there_is_nothing_to_say(tmp_path: Path) -> None:
    note_devices(tmp_path, [CPU])
    assert without_use(tmp_path, [CPU]) == ""
    assert unused_gpus([GPU, CPU], [GPU, CPU]) == ""


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"{}", b'{"library": "tensorflow", "devices": []}', b"\xff"]
)
def test_a_damaged_note_says_nothing(content: bytes, tmp_path: Path) -> None:
    note_devices(tmp_path, [GPU])
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    assert devices_here(tmp_path, [CPU]) == [CPU]
    assert without_use(tmp_path, [GPU, CPU]) == ""
    assert list_devices()
