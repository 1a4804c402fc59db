"""One line of the list of runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.parts import quantities
from dashboard.session import services
from lstm_core.runs.index import RunSummary
from lstm_core.runs.marks import Marks
from lstm_core.runs.run import Run
from lstm_core.runs.status import Status
from lstm_core.settings.hyperparameters import HyperParameters


@dataclass(frozen=True)
class Entry:
    """One line of the list, and the run it stands for.

    Attributes:
        state, data: as the line says them, and as they are filtered.
        text: what words are looked for in, without capital letters.
    """

    summary: RunSummary
    name: str
    status: Status
    settings: HyperParameters
    state: str
    data: str
    text: str
    line: dict[str, Any]

    @property
    def id(self) -> str:
        return self.summary.id

    @property
    def run(self) -> Run:
        return services.store().get(self.summary.id)

    @property
    def marks(self) -> Marks:
        return self.summary.marks

    @property
    def brought_in(self) -> bool:
        """Whether it was trained elsewhere."""
        return bool(self.summary.identity and self.summary.identity.origin)


def entries() -> list[Entry]:
    """Every run that can be used, newest first."""
    services.jobs().refresh()
    store = services.store()
    return _entries(str(store.root), store.version)


@st.cache_resource(show_spinner=False, max_entries=1)
def _entries(root: str, version: int) -> list[Entry]:
    """Made once for each ``version`` of the list of runs."""
    return [_entry(summary) for summary in services.store().summaries() if not summary.problem]


def _entry(summary: RunSummary) -> Entry:
    identity, status, settings = summary.parts
    marks = summary.marks
    data = identity.origin.reads if identity.origin else settings.info.title
    line = {
        "★": "★" if marks.starred else "",
        "Name": identity.name,
        "Accuracy": None if summary.accuracy is None else 100 * summary.accuracy,
        "State": "brought in" if identity.origin else _state(status),
        "Tags": list(marks.tags),
        "Data": data,
        "Layers": ", ".join(map(str, settings.units)),
        **_trained_with(settings, status, known=not identity.origin),
        "Created": quantities.date(identity.created),
        "Size": summary.size / 1e6,
    }
    state = "brought in" if identity.origin else status.state
    text = " ".join([identity.name, data, *marks.tags, marks.note, summary.id]).casefold()
    return Entry(summary, identity.name, status, settings, state, data, text, line)


def _trained_with(settings: HyperParameters, status: Status, *, known: bool) -> dict[str, Any]:
    """The columns on a training; dashes for a network that was trained elsewhere."""
    columns = {
        "Optimiser": f"{settings.optimizer} {settings.learning_rate:g}",
        "Dropout": settings.dropout,
        "Batch": settings.batch_size,
        "Steps": status.step,
        "Seed": settings.seed,
    }
    return columns if known else dict.fromkeys(columns)


def _state(status: Status) -> str:
    if status.state == "interrupted":
        return status.detail or "interrupted"
    return f"{status.state}, changed" if status.tweaked else status.state
