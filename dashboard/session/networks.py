"""The networks that can read a digit: those that ship, and every run that has learnt something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.unique_labels import unique_labels
from dashboard.session import services
from lstm_core.errors import LstmError, WeightsError

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights
    from lstm_core.runs.index import RunSummary
    from lstm_core.settings.hyperparameters import HyperParameters

SHIPPED = "Shipped with Row by Row"
SMALL = "small"
"""Key of the small network that ships; a run's identifier is longer."""


@dataclass(frozen=True)
class Network:
    """A network that can read a digit.

    Attributes:
        label: what it is called in the choice.
        about: one sentence: its shape and how well it reads.
        caution: what to beware of in what it says before the last row, or nothing.
        load: its weights; raises `WeightsError`.
    """

    label: str
    about: str
    caution: str
    load: Callable[[], LstmWeights]


@st.cache_resource(show_spinner=False)
def shipped() -> Network:
    """The network that ships; it can read even when its card cannot be read."""
    from lstm_core.pretrained.shipped import shipped_card
    from lstm_core.settings.validation import hyperparameters

    try:
        card = shipped_card()
    except WeightsError:
        return Network(SHIPPED, "", "", _shipped_weights)
    settings = hyperparameters(card.hyperparameters)
    return _described(SHIPPED, settings, card.test_accuracy, _shipped_weights)


@st.cache_resource(show_spinner=False)
def _shipped_weights() -> LstmWeights:
    from lstm_core.pretrained.shipped import shipped_weights

    return shipped_weights()


@st.cache_resource(show_spinner=False)
def small() -> Network:
    """The network that ships and is small enough to see; it can read even when its card cannot be read."""
    from lstm_core.pretrained.small_networks import SEEN, SMALL_NETWORKS, small_card
    from lstm_core.settings.validation import hyperparameters

    label = SMALL_NETWORKS[SEEN].title
    try:
        card = small_card(SEEN)
    except WeightsError:
        return Network(label, "", "", _small_weights)
    return _described(label, hyperparameters(card.hyperparameters), card.test_accuracy, _small_weights)


@st.cache_resource(show_spinner=False)
def _small_weights() -> LstmWeights:
    from lstm_core.pretrained.small_networks import SEEN, small_weights

    return small_weights(SEEN)


def networks() -> Mapping[str, Network]:
    """Every network to choose from: the shipped one under the empty key, `small`, then runs by identifier.

    Runs are offered once they have learnt something, newest first; not those that cannot be read or are
    being deleted. No two have the same label.
    """
    store = services.store()
    return _networks(str(store.root), store.version)


@st.cache_resource(show_spinner=False, max_entries=1)
def _networks(root: str, version: int) -> Mapping[str, Network]:
    """Made once for each ``version`` of the list of runs."""
    offered = {"": shipped(), SMALL: small()}
    for summary in services.store().summaries():
        if summary.weights_version and not summary.problem:
            offered[summary.id] = _network_of(summary)
    labels = unique_labels({key: network.label for key, network in offered.items()})
    return {key: replace(network, label=labels[key]) for key, network in offered.items()}


def network(key: str) -> Network:
    """The network under ``key`` in `networks`; looks at no other.

    Raises:
        RunError, WeightsError: it is no longer there, or cannot be read.
    """
    if not key:
        return shipped()
    if key == SMALL:
        return small()
    summary = services.store().summary(key)
    identity, *_ = summary.parts
    if not summary.weights_version:
        raise WeightsError(f"Run {identity.name} has no weights.")
    return _network_of(summary)


def damage_of_weights(run_id: str, version: int) -> str:
    """What is wrong with the weights of a run, in the version its summary names, or nothing."""
    if not version:
        return ""
    try:
        _run_weights(run_id, version)
    except LstmError as error:
        return str(error)
    return ""


def _network_of(summary: RunSummary) -> Network:
    """The network a run has learnt, as far as it has come."""
    identity, _, settings = summary.parts
    run_id, version = summary.id, summary.weights_version
    return _described(identity.name, settings, summary.accuracy, lambda: _run_weights(run_id, version))


def _described(
    label: str, settings: HyperParameters, accuracy: float | None, load: Callable[[], LstmWeights]
) -> Network:
    from dashboard.session.network_description import caution, shape_in_words
    from lstm_core.data.info import DATASETS

    info = DATASETS[settings.dataset]
    read = "" if accuracy is None else f" · {100 * accuracy:.2f} % of its test digits right"
    about = f"{shape_in_words(settings)} · {info.title}{read}"
    return Network(label, about, caution(settings, info.rows), load)


@st.cache_resource(show_spinner=False, max_entries=8)
def _run_weights(run_id: str, changed: int) -> LstmWeights:
    return services.store().get(run_id).weights()
