"""Choose settings, train, watch and steer."""

from __future__ import annotations

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import direct_link, services
from dashboard.train import address, followed_run, forms
from dashboard.train.brought_in import show_brought_in
from dashboard.train.interrupted import show_interrupted
from dashboard.train.missing_data import show_missing_data
from dashboard.train.network_summary import in_short, show_summary
from dashboard.train.next_steps import next_steps
from dashboard.train.own_data import show_own_data
from dashboard.train.queue_view import show_queue
from dashboard.train.results_view import show_results
from dashboard.train.script_button import script_button
from dashboard.train.train_button import train_button, warm_up
from dashboard.train.training_view import show_training
from dashboard.train.way_back import show_note
from lstm_core.runs.run import Run


def start_anew() -> None:
    """Show the form as it is at first: what was changed for the last training would be overlooked."""
    forms.start_over()
    followed_run.follow_run("")


def training(run: Run) -> None:
    """The run that is followed."""
    address.put_into_address({address.RUN: run.id})
    status = followed_run.followed_run(run).status()  # asked once: it can end while the page is made
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.title(quantities.plain(run.name), anchor=False)
        next_steps(run.id, key="trained", why_not=followed_run.why_not_usable(status))
        st.button("New training", icon=":material/add:", on_click=start_anew)
    with st.container(key="notices"):  # holds its place, so that nothing below shifts when it empties
        show_note(run)
        show_queue(shown=run.id)
        show_interrupted(shown=run.id)
    if origin := run.identity.origin:
        show_brought_in(run, origin)
        return
    show_training(run, status)
    show_results(run)


def new_training() -> None:
    """The form, and beside it what its settings come to."""
    st.title("Train a network", anchor=False)
    with st.container(key="notices"):
        show_queue()
        show_interrupted()
        missing = show_missing_data(forms.chosen_dataset())
    left, right = st.columns([8, 5], gap="large")
    with left:
        checked = forms.form(services.devices(), below_presets=show_own_data)
    with right, st.container(key="train-aside"):
        show_summary(checked)
        train_button(checked.settings, enabled=not missing, in_short=in_short(checked))
        script_button(checked.settings, key="train-script")


direct_link.ensure_navigation()
use_stylesheet("train/train.css")
warm_up()
with errors_shown():
    forms.take_from_address()
    if run := followed_run.run_to_show():
        training(run)
    else:
        new_training()
