"""Which processors there are, and which is taken."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lstm_core.errors import DeviceUnavailable
from lstm_core.settings.devices import Device, choose, list_devices

GPU0, GPU1, CPU = Device("gpu:0", "H200"), Device("gpu:1", "T4"), Device("cpu", "EPYC")


def nvidia_smi(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


def test_auto_takes_the_first_gpu_and_otherwise_the_cpu():
    assert choose("auto", [GPU0, GPU1, CPU]) == GPU0
    assert choose("auto", [CPU]) == CPU


def test_a_device_is_taken_by_name():
    assert choose("gpu:1", [GPU0, GPU1, CPU]) == GPU1
    assert choose("cpu", [GPU0, CPU]) == CPU
    assert (GPU1.is_gpu, CPU.is_gpu) == (True, False)


def test_a_device_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(DeviceUnavailable, match=r"no device 'gpu:3' here.*gpu:0 \(H200\), cpu \(EPYC\)"):
        choose("gpu:3", [GPU0, CPU])


def test_the_gpus_of_the_driver_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    nvidia_smi(tmp_path, "printf 'NVIDIA H200\\nTesla T4\\n\\n'", monkeypatch)
    assert list_devices()[:2] == [Device("gpu:0", "NVIDIA H200"), Device("gpu:1", "Tesla T4")]


@pytest.mark.parametrize("script", ["exit 9", "kill -9 $$"])
def test_a_broken_driver_leaves_the_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str):
    nvidia_smi(tmp_path, script, monkeypatch)
    assert [device.name for device in list_devices()] == ["cpu"]


def test_without_a_driver_there_is_the_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (device,) = list_devices()
    assert device.name == "cpu"
    assert device.title
