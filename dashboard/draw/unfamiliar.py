"""Whether a drawing looks like anything the network that ships has learnt.

What is usual was measured for that network alone, so nothing is said of readings by others.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from dashboard.session import networks
from lstm_core.errors import LstmError

if TYPE_CHECKING:
    from dashboard.session.networks import Network
    from lstm_core.inside.familiarity import FamiliarityModel
    from lstm_core.reading.trace import Trace

_log = logging.getLogger(__name__)


def looks_unfamiliar(network: Network, trace: Trace) -> bool:
    """Whether ``trace``, a reading by ``network``, should be taken with doubt; takes 0.1 ms."""
    if network is not networks.shipped():
        return False
    familiar = _familiar()
    return familiar is not None and familiar.is_unfamiliar(trace)


@cache
def _familiar() -> FamiliarityModel | None:
    """What is usual, or None when its file is damaged or belongs to other weights."""
    from lstm_core.inside.familiarity import load
    from lstm_core.pretrained.shipped import FOLDER

    try:
        found = load(FOLDER / "familiar.npz")
    except LstmError as error:
        _log.warning("Drawings that are no digits are not warned about: %s", error)
        return None
    if found.network != networks.shipped().load().fingerprint:
        _log.warning("Drawings that are no digits are not warned about: familiar.npz is of other weights.")
        return None
    return found
