"""The networks that can read a digit: those that ship, and every run that has learnt something."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.quantities import plain
from dashboard.parts.unique_labels import unique_labels
from dashboard.session import services
from lstm_core.data.info import things_of
from lstm_core.errors import LstmError, WeightsError
from lstm_core.reading import percents

if TYPE_CHECKING:
    from lstm_core.inside.familiarity import FamiliarityModel
    from lstm_core.reading.weights import LstmWeights
    from lstm_core.runs.index import RunSummary
    from lstm_core.runs.status import Origin
    from lstm_core.settings.hyperparameters import HyperParameters

_log = logging.getLogger(__name__)

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
        familiar: what is familiar to it, or None where that was not measured or cannot be read.
    """

    label: str
    about: str
    caution: str
    load: Callable[[], LstmWeights]
    familiar: Callable[[], FamiliarityModel | None] = lambda: None


@st.cache_resource(show_spinner=False)
def shipped() -> Network:
    """The network that ships; it can read even when its card cannot be read."""
    from lstm_core.pretrained.shipped import shipped_card
    from lstm_core.settings.validation import hyperparameters

    try:
        card = shipped_card()
    except WeightsError:
        return Network(SHIPPED, "", "", _shipped_weights, _shipped_familiarity)
    settings = hyperparameters(card.hyperparameters)
    return _described(SHIPPED, settings, card.test_accuracy, _shipped_weights, _shipped_familiarity)


@st.cache_resource(show_spinner=False)
def _shipped_weights() -> LstmWeights:
    from lstm_core.pretrained.shipped import shipped_weights

    return shipped_weights()


@st.cache_resource(show_spinner=False)
def _shipped_familiarity() -> FamiliarityModel | None:
    from lstm_core.pretrained.shipped import shipped_familiarity

    return _or_nothing(lambda: shipped_familiarity(_shipped_weights()))


@st.cache_resource(show_spinner=False)
def small() -> Network:
    """The network that ships and is small enough to see; it can read even when its card cannot be read."""
    from lstm_core.pretrained.small_networks import SEEN, SMALL_NETWORKS, small_card
    from lstm_core.settings.validation import hyperparameters

    label = SMALL_NETWORKS[SEEN].title
    try:
        card = small_card(SEEN)
    except WeightsError:
        return Network(label, "", "", _small_weights, _small_familiarity)
    settings = hyperparameters(card.hyperparameters)
    return _described(label, settings, card.test_accuracy, _small_weights, _small_familiarity)


@st.cache_resource(show_spinner=False)
def _small_weights() -> LstmWeights:
    from lstm_core.pretrained.small_networks import SEEN, small_weights

    return small_weights(SEEN)


@st.cache_resource(show_spinner=False)
def _small_familiarity() -> FamiliarityModel | None:
    from lstm_core.pretrained.small_networks import SEEN, small_familiarity

    return _or_nothing(lambda: small_familiarity(SEEN, _small_weights()))


def _or_nothing(load: Callable[[], FamiliarityModel]) -> FamiliarityModel | None:
    """What ``load`` gives, or None where it cannot be read, which the log then says."""
    try:
        return load()
    except LstmError as error:
        _log.warning("Drawings that are no digits are not warned about: %s", error)
        return None


def networks() -> Mapping[str, Network]:
    """Every network to choose from: the shipped one under the empty key, `small`, then runs by identifier.

    Runs are offered once they have learnt something, newest first; not those that cannot be read, are
    archived or are being deleted. No two have the same label.
    """
    store = services.store()
    return _networks(str(store.root), store.version)


@st.cache_resource(show_spinner=False, max_entries=1)
def _networks(root: str, version: int) -> Mapping[str, Network]:
    """Made once for each ``version`` of the list of runs."""
    offered = {"": shipped(), SMALL: small()}
    for summary in services.store().summaries():
        if summary.weights_version and not summary.problem and not summary.marks.archived:
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
    from lstm_core.runs import familiar

    identity, _, settings = summary.parts
    run_id, version = summary.id, summary.weights_version

    def load() -> LstmWeights:
        return _run_weights(run_id, version)

    def what_is_familiar() -> FamiliarityModel | None:
        return _run_familiarity(run_id, version, familiar.version(services.store().get(run_id)))

    if origin := identity.origin:
        return _brought_in(identity.name, settings, origin, load)
    return _described(identity.name, settings, summary.accuracy, load, what_is_familiar)


def _brought_in(
    label: str, settings: HyperParameters, origin: Origin, load: Callable[[], LstmWeights]
) -> Network:
    from dashboard.session.network_description import caution, shape_in_words

    about = f"{shape_in_words(settings)} · {origin.reads} · brought in from {plain(origin.file)}"
    return Network(label, about, caution(settings, origin.rows), load)


def _described(
    label: str,
    settings: HyperParameters,
    accuracy: float | None,
    load: Callable[[], LstmWeights],
    what_is_familiar: Callable[[], FamiliarityModel | None],
) -> Network:
    from dashboard.session.network_description import caution, shape_in_words

    info = settings.info
    things = things_of(info.class_names)
    read = ""
    if accuracy is not None:
        read = f" · reads {percents.accuracy(accuracy)} of its test {things} correctly"
    about = f"{shape_in_words(settings)} · {info.title}{read}"
    return Network(label, about, caution(settings, info.rows), load, what_is_familiar)


@st.cache_resource(show_spinner=False, max_entries=8)
def _run_weights(run_id: str, changed: int) -> LstmWeights:
    return services.store().get(run_id).weights()


@st.cache_resource(show_spinner=False, max_entries=8)
def _run_familiarity(run_id: str, changed: int, measured: int) -> FamiliarityModel | None:
    """Of the weights written at ``changed``, measured at ``measured``; each 0 without a file."""
    from lstm_core.runs.familiar import familiarity_of

    return familiarity_of(services.store().get(run_id), _run_weights(run_id, changed))
