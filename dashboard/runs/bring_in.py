"""The section that brings in a model from elsewhere, and leads on to what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import harmless, show_error
from dashboard.session import services
from dashboard.train.next_steps import next_steps
from lstm_core.errors import LstmError
from lstm_core.runs.names import MAX_NAME

_FILE, _NAME, _CLASSES = "bring-in-file", "bring-in-name", "bring-in-classes"
_ROUND, _DONE = "bring-in-round", "bring-in-done"
_ENDINGS = ["keras", "h5", "hdf5", "npz"]
_MEGABYTES = 64


@dataclass(frozen=True)
class _Done:
    """What was brought in last in this session."""

    run_id: str
    said: tuple[str, ...]


def show_bring_in(shown: str = "") -> None:
    """What was brought in last, unless it is the run that is ``shown``, and the section, closed at first."""
    _last_one(shown)
    with st.expander("Bring in a model that was trained elsewhere", icon=":material/upload_file:"):
        st.markdown(
            "A **Keras** model (`.keras` or `.h5`) or its weights (`.npz`): layers of LSTM, GRU or SimpleRNN "
            "with one Dense layer on top. It then reads on every page. Anything else is refused, with the "
            "layer that does not fit. Nothing in the file is run."
        )
        number = st.session_state.get(_ROUND, 0)  # another key is another, empty uploader
        file = st.file_uploader(
            "Model file", type=_ENDINGS, max_upload_size=_MEGABYTES, key=f"{_FILE}-{number}"
        )
        name, classes = st.columns(2)
        chosen_name = name.text_input(
            "Name",
            max_chars=MAX_NAME,
            placeholder="The name of the file",
            key=f"{_NAME}-{number}",
        )
        chosen_classes = classes.text_input(
            "Classes",
            placeholder="0, 1, 2, …",
            key=f"{_CLASSES}-{number}",
            help="What the model's outputs are called, in their order, with commas between. Leave it empty "
            "for the digits.",
        )
        if st.button("Bring it in", icon=":material/input:", type="primary", disabled=file is None) and file:
            _bring_in(file.getvalue(), file.name, chosen_name, chosen_classes)


def _bring_in(content: bytes, file_name: str, name: str, classes: str) -> None:
    from lstm_core.elsewhere.brought_model import bring_in

    names = [one.strip() for one in classes.split(",")] if classes.strip() else []
    try:
        with st.spinner("Reading the model…"):
            brought = bring_in(services.store(), content, file_name, name, names)
    except LstmError as error:
        show_error(error)
        return
    known = (brought.known,) if brought.known else ()
    st.session_state[_DONE] = _Done(brought.run.id, (*known, *brought.notes))
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _last_one(shown: str) -> None:
    """What was brought in last, with the ways on; nothing once it was deleted."""
    done: _Done | None = st.session_state.get(_DONE)
    if done is None or done.run_id == shown:
        return
    try:
        identity, _, settings = services.store().summary(done.run_id).parts
    except LstmError:
        del st.session_state[_DONE]
        return
    from dashboard.session.network_description import shape_in_words

    reads = f" It reads {identity.origin.reads}." if identity.origin else ""
    st.success(
        f"**{quantities.plain(identity.name)}** is here: {shape_in_words(settings)}.{reads}\n\n"
        + "\n\n".join(harmless(said) for said in done.said),
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True, key="bring-in-next"):
        next_steps(done.run_id, key="brought-in")
