"""Which runs the Compare page compares: chosen there or on Runs, and in the address, ``?runs=a,b,c``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from dashboard.parts import browser
from dashboard.session.ways import go

RUNS = "runs"
"""In the address."""

MOST_RUNS = 40
"""Eight settings over five seeds each; more lines in one figure tell nobody anything."""

_CHOSEN, _LEFT_OUT = "compared-runs", "compared-runs-left-out"


def choose(run_ids: Sequence[str]) -> None:
    """Compare these runs, in this order; the first `MOST_RUNS` of more."""
    wanted = tuple(dict.fromkeys(run_ids))
    st.session_state[_CHOSEN] = wanted[:MOST_RUNS]
    st.session_state[_LEFT_OUT] = len(wanted[MOST_RUNS:])


def leave_for_compare(run_ids: Sequence[str]) -> NoReturn:
    """Compare these runs on their page."""
    choose(run_ids)
    go("pages/compare.py", runs=",".join(run_ids))


def why_not(count: int, too_few: str) -> str:
    """Why so many runs are not compared, ``too_few`` of less than two; nothing where they are."""
    if count < 2:
        return too_few
    return f"At most {MOST_RUNS} at once" if count > MOST_RUNS else ""


def left_out() -> int:
    """How many more were asked for than are compared."""
    return int(st.session_state.get(_LEFT_OUT, 0))


def chosen() -> tuple[str, ...]:
    """Identifiers of the runs to compare; what an address said is not checked yet."""
    found: tuple[str, ...] = st.session_state.get(_CHOSEN, ())
    return found


def take_from_address() -> None:
    """The address decides when the session has chosen nothing yet, and after Back and Forward."""
    asked = st.query_params.get(RUNS, "")
    if _CHOSEN not in st.session_state or (asked and browser.history_navigation()):
        choose([part.strip() for part in asked.split(",") if part.strip()])


def put_into_address() -> None:
    """Write what is compared into the address."""
    wanted = ",".join(chosen())
    if st.query_params.get(RUNS, "") == wanted:
        return
    if wanted:
        st.query_params[RUNS] = wanted
    else:
        st.query_params.pop(RUNS, None)
