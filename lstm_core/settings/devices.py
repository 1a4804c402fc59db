"""Which processors there are to train on, asked without loading TensorFlow."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lstm_core.errors import DeviceUnavailable
from lstm_core.reading.cores import cores as cores


@dataclass(frozen=True)
class Device:
    """A processor: ``name`` as in `HyperParameters.device` (``cpu``, ``gpu:0``), ``title`` for people."""

    name: str
    title: str

    @property
    def is_gpu(self) -> bool:
        return self.name != "cpu"


def list_devices() -> list[Device]:
    """Every NVIDIA GPU the driver reports, then the CPU."""
    return [*_gpus(), Device("cpu", cpu_title())]


def choose(wanted: str, devices: list[Device]) -> Device:
    """The device for a wish: ``auto`` takes the first, which is a GPU where there is one.

    Raises:
        DeviceUnavailable: there is no such device; those there are are named.
    """
    for device in devices:
        if wanted in ("auto", device.name):
            return device
    there = ", ".join(f"{device.name} ({device.title})" for device in devices)
    raise DeviceUnavailable(f"There is no device {wanted!r} here. Choose auto or one of: {there}.")


def _gpus() -> list[Device]:
    if not (command := shutil.which("nvidia-smi")):
        return []
    try:
        answer = subprocess.run(
            [command, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    names = [line.strip() for line in answer.stdout.splitlines() if line.strip()]
    return [Device(f"gpu:{index}", name) for index, name in enumerate(names)]


def computes_in_bfloat16() -> bool:
    """Whether the CPU multiplies matrices in bfloat16; others have to imitate it, slowly."""
    return not {"amx_bf16", "avx512_bf16"}.isdisjoint(_cpu_says("flags").split())


def cpu_title() -> str:
    return _cpu_says("model name") or platform.processor() or platform.machine() or "CPU"


def _cpu_says(name: str) -> str:
    """What Linux says of the first core under ``name``; empty elsewhere."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(name):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return ""
