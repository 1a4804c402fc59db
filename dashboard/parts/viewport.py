"""Whether the page is shown on something as narrow as a phone, which only the browser knows."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

_NARROW = "narrow"
"""Where the session keeps what the browser said."""

_SCRIPT = """
const query = window.matchMedia("(max-width: 640px)");

export default function ({ data, setStateValue }) {
  const tell = () => query.matches !== data.narrow && setStateValue("narrow", query.matches);
  tell();
  query.onchange = tell; // in the place of what an earlier call with other data had put there
  return () => query.onchange === tell && (query.onchange = null);
}
"""


def narrow() -> bool:
    """Whether the page is at most 640 pixels wide.

    False until the browser has said otherwise, which then reruns the caller's page or fragment.
    """
    known = was_narrow()
    result = _component()(
        data={"narrow": known},
        default={"narrow": known},
        on_narrow_change=lambda: None,
        key="viewport",
        height=0,
    )
    st.session_state[_NARROW] = bool(result.narrow)
    return bool(result.narrow)


def was_narrow() -> bool:
    """What the browser said last, without asking it again."""
    return bool(st.session_state.get(_NARROW, False))


@cache
def _component() -> Any:
    return st.components.v2.component("row_by_row_viewport", js=_SCRIPT)
