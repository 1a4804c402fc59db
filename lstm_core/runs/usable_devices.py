"""Which devices the training process can really use, for those who never load TensorFlow.

The driver tells of every GPU; whether TensorFlow can use one is known only to a process that has asked it.
So each training process leaves a note among the runs when it has loaded its library, and pages and the
command line go by it. Before the first, every GPU of the driver is taken for usable.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lstm_core.files import write_text
from lstm_core.settings import library
from lstm_core.settings.devices import Device, list_devices

_FILE = "usable_devices.json"


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True)

    library: str
    devices: tuple[Device, ...]


def note_devices(root: Path, devices: Sequence[Device]) -> None:
    """Keep what a training process for ``root`` can use, GPUs first. Raises `StorageError`."""
    note = _Note(library=library.name(), devices=tuple(devices))
    write_text(root / _FILE, note.model_dump_json())


def devices_here(root: Path, by_driver: Sequence[Device] | None = None) -> list[Device]:
    """The devices a training for ``root`` can use, the one `auto` takes first.

    Args:
        root: of the runs.
        by_driver: what `lstm_core.settings.devices.list_devices` found, if it was asked before.
    """
    noted = _noted(root)
    if noted is not None:
        return list(noted)
    return list(list_devices() if by_driver is None else by_driver)


def without_use(root: Path, by_driver: Sequence[Device] | None = None) -> str:
    """Why a GPU of this machine is not trained on, in a sentence; empty when there is none or it can be.

    Args:
        root, by_driver: as for `devices_here`.
    """
    noted = _noted(root)
    if noted is None:
        return ""
    return unused_gpus(noted, list_devices() if by_driver is None else by_driver)


def unused_gpus(usable: Sequence[Device], by_driver: Sequence[Device]) -> str:
    """The same for devices that are known: all that is usable, and all that the driver tells of."""
    there = ", ".join(device.title for device in by_driver if device.is_gpu)
    if not there or any(device.is_gpu for device in usable):
        return ""
    name = library.TITLES.get(library.name(), library.name())
    advice = (
        "install requirements-gpu.txt" if library.name() == "tensorflow" else "install JAX for its driver"
    )
    return f"{name} sees no GPU here, though the machine has one ({there}): {advice}."


def _noted(root: Path) -> tuple[Device, ...] | None:
    """What the latest training process with this library could use; None before there was one."""
    try:
        note = _Note.model_validate_json((root / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    return note.devices if note.library == library.name() and note.devices else None
