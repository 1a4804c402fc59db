"""Runs that cannot be used here: named with the reason, and left where they are until a person decides."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import harmless, show_error
from dashboard.session import services
from lstm_core.errors import LstmError
from lstm_core.runs.index import RunSummary

_ASIDE = "Move out of the list"


def show_unreadable_runs() -> None:
    """One line for each, with what can be done; nothing when there are none."""
    store = services.store()
    if found := store.unreadable():
        many = f"{len(found)} runs" if len(found) > 1 else "One run"
        with st.expander(f"{many} cannot be opened", icon=":material/folder_off:", expanded=len(found) < 4):
            st.caption(
                f"The files are unchanged in `{store.folder}`. Another version of Row by Row may be able "
                f"to open them. “{_ASIDE}” moves a run to `{store.root / 'damaged'}`. If you move it back, "
                "it is listed again."
            )
            for summary in found:
                _line(summary)
    if aside := store.set_aside_runs():
        st.caption(f"Moved out of the list, in `{store.root / 'damaged'}`: {harmless(', '.join(aside))}")


def _line(summary: RunSummary) -> None:
    name = f"{summary.identity.name} · {summary.id}" if summary.identity else summary.id
    with st.container(horizontal=True, vertical_alignment="center", key=f"unreadable-{summary.id}"):
        st.markdown(f"**{harmless(name)}**: {harmless(summary.problem)}", width="stretch")
        if st.button(_ASIDE, key=f"aside-{summary.id}", type="tertiary", icon=":material/drive_file_move:"):
            try:
                services.store().set_aside(summary.id)
            except LstmError as error:
                show_error(error)
            else:
                st.rerun()
