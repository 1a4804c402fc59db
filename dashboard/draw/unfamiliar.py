"""Whether a drawing looks like anything the network that reads it has learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.session.networks import Network
    from lstm_core.arrays import FloatArray
    from lstm_core.reading.trace import Trace


def looks_unfamiliar(network: Network, trace: Trace, image: FloatArray) -> bool:
    """Whether ``trace``, a reading of ``image`` by ``network``, should be taken with doubt; takes under 1 ms.

    Nothing is doubted where it was not measured what is familiar to the network, as in earlier runs.
    """
    familiar = network.familiar()
    return familiar is not None and familiar.is_unfamiliar(trace, image)
