"""The networks that can read a digit: the one that ships, and every run that has learnt something."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.unique_labels import unique_labels
from dashboard.session import services
from lstm_core.errors import LstmError, RunError, WeightsError

if TYPE_CHECKING:
    from lstm_core.reading.evaluation import TestResult
    from lstm_core.reading.weights import LstmWeights
    from lstm_core.runs.run import Run
    from lstm_core.settings.hyperparameters import HyperParameters

SHIPPED = "Shipped with Row by Row"


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


def networks() -> Mapping[str, Network]:
    """Every network to choose from: the shipped one under the empty key, then runs by identifier.

    Runs are offered once they have learnt something, newest first; not those that cannot be read or are
    being deleted. No two have the same label.
    """
    offered = {"": shipped()}
    for run in services.store().list():
        with contextlib.suppress(LstmError, OSError):
            if run.has_weights:
                offered[run.id] = network_of_run(run)
    labels = unique_labels({key: network.label for key, network in offered.items()})
    return {key: replace(network, label=labels[key]) for key, network in offered.items()}


def network(key: str) -> Network:
    """The network under ``key`` in `networks`; looks at no other.

    Raises:
        RunError, WeightsError: it is no longer there, or cannot be read.
    """
    if not key:
        return shipped()
    run = services.store().get(key)
    try:
        return network_of_run(run)
    except FileNotFoundError as error:
        raise WeightsError(f"Run {run.name} has no weights.") from error


def damage_of_weights(run: Run) -> str:
    """What is wrong with the weights of a run, or nothing."""
    if not run.has_weights:
        aside = (run.folder / "weights.npz.damaged").exists()
        return "The weights of this run were damaged and were set aside." if aside else ""
    try:
        network_of_run(run).load()
    except (LstmError, OSError) as error:
        return str(error)
    return ""


def network_of_run(run: Run) -> Network:
    """The network a run has learnt, as far as it has come."""
    result = _result(run)
    changed = (run.folder / "weights.npz").stat().st_mtime_ns
    return _described(
        run.name,
        run.hyperparameters,
        result.accuracy if result else None,
        lambda: _run_weights(run.id, changed),
    )


def _described(
    label: str, settings: HyperParameters, accuracy: float | None, load: Callable[[], LstmWeights]
) -> Network:
    from dashboard.session.network_description import caution, shape_in_words
    from lstm_core.data.info import DATASETS

    info = DATASETS[settings.dataset]
    read = "" if accuracy is None else f" · {accuracy:.2%} of its test digits right"
    about = f"{shape_in_words(settings)} · {info.title}{read}"
    return Network(label, about, caution(settings, info.rows), load)


def _result(run: Run) -> TestResult | None:
    """A result that cannot be read is no reason not to read digits with the run."""
    try:
        return run.result()
    except RunError:
        return None


@st.cache_resource(show_spinner=False, max_entries=8)
def _run_weights(run_id: str, changed: int) -> LstmWeights:
    return services.store().get(run_id).weights()
