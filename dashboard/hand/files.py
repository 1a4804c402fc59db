"""The collection as a file, a file into the collection, and everything deleted for good."""

from __future__ import annotations

import streamlit as st

from dashboard.hand.acting import act
from dashboard.parts.messages import show_error
from dashboard.session import services
from lstm_core.errors import LstmError

_MEGABYTES = 64
_ROUND, _SAID = "hand-import-round", "hand-import-said"


def show_files() -> None:
    """Export, import and delete all, closed at first."""
    count = len(services.own_hand().collection().drawings)
    with st.expander("Export, import, delete all", icon=":material/folder_open:"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.download_button(
                "Export your drawings",
                data=lambda: services.own_hand().export(),
                file_name="my-hand.jsonl",
                mime="application/jsonl",
                icon=":material/download:",
                key="hand-export",
                on_click="ignore",
                disabled=not count,
                help="A file of pen strokes, to import again or to teach from on the command line",
            )
            if st.button(
                "Delete all", key="hand-delete-all", icon=":material/delete_forever:", disabled=not count
            ):
                _delete_all(count)
        _import()


def _import() -> None:
    number = st.session_state.get(_ROUND, 0)  # another key is another, empty uploader
    file = st.file_uploader(
        "Import a file of pen strokes",
        type=["jsonl"],
        max_upload_size=_MEGABYTES,
        key=f"hand-import-{number}",
        help="One drawing a line, with `label` and `strokes`, as the export writes it",
    )
    if file is not None:
        from lstm_core.data.hand.stroke_file import import_strokes

        try:
            with st.spinner("Reading the drawings…"):
                found = import_strokes(services.own_hand(), str(file.name), file.getvalue())
        except LstmError as error:
            show_error(error)
            return
        said = [f"{len(found.kept):,} new drawings are kept."]
        if found.known:
            said.append(f"{found.known:,} were there already.")
        if found.empty:
            said.append(f"{found.empty:,} had nothing to be seen and were left out.")
        st.session_state[_SAID] = " ".join(said)
        st.session_state[_ROUND] = number + 1
        st.rerun()
    if said_before := st.session_state.pop(_SAID, ""):
        st.success(said_before, icon=":material/check_circle:")


@st.dialog("Delete all your drawings?")
def _delete_all(count: int) -> None:
    drawings = "Your one drawing" if count == 1 else f"All {count:,} drawings"
    st.markdown(
        f"{drawings} will be deleted for good, and those that you deleted before. Networks that were taught "
        "with them keep what they learnt. Export the drawings first if you may want them again."
    )
    with st.container(horizontal=True):
        sure = st.button(
            "Delete all for good",
            type="primary",
            key="hand-delete-all-sure",
            on_click=act,
            args=(services.own_hand().clear,),
        )
        if st.button("Cancel", key="hand-delete-all-not") or sure:
            st.rerun()
