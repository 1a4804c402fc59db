"""A preset's form with some fields changed, and the device it is filled in for."""

from __future__ import annotations

from typing import Any

from dashboard.train.address import Values, preset_values
from lstm_core.settings.devices import Device

CPU = Device("cpu", "A processor")


def values(**changes: Any) -> Values:
    """The form of the tutorial preset with some fields changed."""
    return {**preset_values("tutorial"), **changes}
