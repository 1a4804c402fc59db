"""The states of a run as coloured badges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_core.runs.status import State

if TYPE_CHECKING:
    pass


BADGES: dict[State, str] = {
    "queued": ":gray-badge[:material/schedule: waiting]",
    "preparing": ":blue-badge[:material/hourglass_top: preparing]",
    "running": ":blue-badge[:material/play_arrow: training]",
    "paused": ":orange-badge[:material/pause: paused]",
    "finished": ":green-badge[:material/check: finished]",
    "stopped": ":gray-badge[:material/stop: stopped]",
    "failed": ":red-badge[:material/error: failed]",
    "interrupted": ":orange-badge[:material/power_off: interrupted]",
}

BROUGHT_IN = ":green-badge[:material/upload_file: brought in]"
"""Of a network that was trained elsewhere."""
