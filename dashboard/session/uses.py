"""Why a network cannot be drawn with, or looked into."""

from __future__ import annotations

from dashboard.session import networks
from lstm_core.errors import LstmError

_NO_WEIGHTS = "It has no weights that can be read"
_NOT_PLAIN = (
    "Inside shows plain stacks of LSTM layers that read from the top down, and this is another network"
)


def why_unreadable(run_id: str) -> str:
    """Why the network of a run cannot read a digit; nothing where it can."""
    try:
        networks.network(run_id).load()
    except LstmError:
        return _NO_WEIGHTS
    return ""


def why_not_inside(run_id: str) -> str:
    """Why it cannot be looked into; nothing where it can."""
    if unreadable := why_unreadable(run_id):
        return unreadable
    return "" if networks.network(run_id).load().is_plain else _NOT_PLAIN
