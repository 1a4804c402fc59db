"""What every page may ask for, made once per server: the run store, the jobs, the processors.

Imports that the first page does not need before it can be drawn on stand inside the functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from lstm_core.data.hand.own_hand import OwnHand
    from lstm_core.runs.jobs import Jobs
    from lstm_core.runs.store import RunStore
    from lstm_core.settings.devices import Device


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """The runs under ``$ROW_BY_ROW_HOME`` or in the user's data folder."""
    from lstm_core.runs.store import RunStore, home

    return RunStore(home())


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The queue of trainings over `store`."""
    from lstm_core.runs.jobs import Jobs

    return Jobs(store())


@st.cache_resource(show_spinner=False)
def own_hand() -> OwnHand:
    """The person's drawings, kept beside the runs."""
    from lstm_core.data.hand.own_hand import OwnHand

    return OwnHand(store().root)


def devices() -> list[Device]:
    """The processors a training can use, the one `auto` takes first."""
    from lstm_core.runs.usable_devices import devices_here

    return devices_here(store().root, _devices_by_driver())


def unused_gpu() -> str:
    """Why a GPU of this machine is not trained on, in a sentence; empty when there is nothing to say."""
    from lstm_core.runs.usable_devices import without_use

    return without_use(store().root, _devices_by_driver())


@st.cache_resource(show_spinner=False)
def _devices_by_driver() -> list[Device]:
    from lstm_core.settings.devices import list_devices

    return list_devices()
