"""The second network of a comparison: one trained here, or one of the same shape that learnt nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import show_warning
from dashboard.parts.unique_labels import unique_labels
from dashboard.session import networks, services, state
from lstm_core.errors import LstmError

if TYPE_CHECKING:
    from dashboard.session.current_reading import CurrentReading
    from lstm_core.reading.weights import LstmWeights

UNTRAINED = "untrained"
"""Stands among the keys of `networks.networks`; a run's identifier is longer."""

_KEY = "second-network"
"""Of the widget, and its name in the address."""
_UNTRAINED_LABEL = "Untrained, of the same shape"


@dataclass(frozen=True)
class Other:
    """The network that reads second.

    Attributes:
        name: what it is called.
        weights: of images of the same size.
        caution: what to beware of in what it says before the last row, or nothing.
    """

    name: str
    weights: LstmWeights
    caution: str = ""


def choose_other_network(current: CurrentReading) -> Other:
    """The choice. What cannot be read, or reads images of another size, is said."""
    offered = networks.networks()
    fitting, others = _of_the_same_size(offered, current)
    reads_first = "" if networks.shipped().label == current.name else state.network()
    fitting = [key for key in fitting if key != reads_first]
    keys = sorted([*fitting, UNTRAINED], key=(networks.SMALL,).__contains__)  # the small one after the others
    labels = unique_labels({key: offered[key].label for key in fitting} | {UNTRAINED: _UNTRAINED_LABEL})
    if st.session_state.get(_KEY, keys[0]) not in keys:
        del st.session_state[_KEY]
    chosen = st.selectbox(
        "Second network",
        keys,
        format_func=labels.__getitem__,
        key=_KEY,
        bind="query-params",
        persist_state="session",
        help="The first one is the network chosen on the Draw page.",
    )
    _say_how_to_get_more(fitting, others)
    if chosen != UNTRAINED:
        try:
            weights = offered[chosen].load()
        except (LstmError, OSError) as error:
            show_warning(
                f"“{offered[chosen].label}” cannot be read. {error} An untrained network is used instead."
            )
        else:
            if (weights.rows, weights.columns) == (current.weights.rows, current.weights.columns):
                return Other(offered[chosen].label, weights, offered[chosen].caution)
            show_warning(
                f"“{offered[chosen].label}” reads images of {weights.rows} × {weights.columns} pixels, and "
                "this drawing has another size. An untrained one reads instead."
            )
    from lstm_core.reading.untrained import untrained

    return Other(_UNTRAINED_LABEL, untrained(current.weights))


def _of_the_same_size(offered: Iterable[str], current: CurrentReading) -> tuple[list[str], int]:
    """Keys of the networks for images of this size, and how many are for others."""

    size = current.weights.rows, current.weights.columns
    fitting, others = [], 0
    for key in offered:
        rows_and_columns = _shipped_size()
        if key not in ("", networks.SMALL):
            with contextlib.suppress(LstmError):
                summary = services.store().summary(key)
                if summary.identity and (origin := summary.identity.origin):
                    rows_and_columns = origin.rows, origin.columns
                elif settings := summary.settings:
                    info = settings.info
                    rows_and_columns = info.rows, info.columns
        if rows_and_columns == size:
            fitting.append(key)
        else:
            others += 1
    return fitting, others


def _shipped_size() -> tuple[int, int]:
    weights = networks.shipped().load()
    return weights.rows, weights.columns


def _say_how_to_get_more(fitting: list[str], others: int) -> None:
    if others:
        noun = "network reads" if others == 1 else "networks read"
        st.caption(f":material/info: {others} more {noun} images of another size and cannot be compared.")
    if not any(key not in ("", networks.SMALL) for key in fitting):
        st.caption("Networks that you train are offered here, too.")
        st.page_link("pages/train.py", label="Train one", icon=":material/model_training:")
