"""The choice of the runs to compare."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.unique_labels import unique_labels
from dashboard.session import compared, services

_FIELD = "compare-runs"


def choose_runs() -> tuple[str, ...]:
    """The field for the runs, which keeps what was chosen on Runs or in the address; their identifiers."""
    store = services.store()
    offered = _offered(str(store.root), store.version)
    wanted = compared.chosen()
    options = [*offered, *(run_id for run_id in wanted if run_id not in offered)]
    st.session_state[_FIELD] = list(wanted)
    st.multiselect(
        "Runs to compare",
        options,
        key=_FIELD,
        format_func=lambda run_id: offered.get(run_id, run_id),
        max_selections=compared.MOST_RUNS,
        placeholder="Choose two or more",
        on_change=lambda: compared.choose(st.session_state[_FIELD]),
        help="Or tick runs on the Runs page. The address holds the choice: send the link to show the same.",
    )
    return compared.chosen()


@st.cache_resource(show_spinner=False, max_entries=1)
def _offered(root: str, version: int) -> dict[str, str]:
    """A label for every run that can be used, newest first; made once for each ``version`` of the list."""
    names = {}
    for summary in services.store().summaries():
        if not summary.problem and summary.identity:
            names[summary.id] = summary.identity.name
    return unique_labels(names)
