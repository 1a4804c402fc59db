"""Sliders that put another value in the place of a gate's real one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from dashboard.lesson.unit_choice import Chosen
from lstm_core.inside.unit import UnitTrace
from lstm_core.reading.gates import GATES, Gate

_STEP = 0.01


@dataclass(frozen=True)
class WhatIf:
    """The unit as it would be.

    Attributes:
        trace: with the gates as the sliders have them; the real one where none was moved.
        changed: the gates that were.
    """

    trace: UnitTrace
    changed: frozenset[Gate] = frozenset()


def gate_sliders(chosen: Chosen, *gates: Gate) -> WhatIf:
    """A slider for each gate, which starts at the real value, and whether it holds for every row."""
    result = WhatIf(chosen.trace)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="what-if"):
        values = {gate: _slider(chosen, gate) for gate in gates}
        everywhere = st.toggle(
            "At every row",
            key="learn-everywhere",
            persist_state="session",
            help="Off: only row t is changed. On: the gate has the slider's value at every row. Where "
            "you did not move a slider, the real values stay.",
        )
        moved = {gate: value for gate, value in values.items() if value != _real(chosen, gate)}
        st.button(
            "Real values",
            icon=":material/undo:",
            on_click=_put_back,
            args=(chosen, gates),
            disabled=not moved,
            help="Reset the sliders to the values the network really computed.",
        )
    for gate, value in moved.items():
        trace = result.trace.with_gate(gate, value, None if everywhere else chosen.row)
        result = replace(result, trace=trace, changed=result.changed | {gate})
    return result


def show_caveat(asked: WhatIf) -> None:
    """What the later rows of the changed curves mean, once something is changed."""
    if not asked.changed:
        st.caption(":material/info: These are the real values; moving a slider changes them.")
        return
    st.caption(
        ":material/info: The result is exact only at the first changed row. The rows after it are computed "
        "with the real values of the other gates, although in the network these would change too."
    )


def _slider(chosen: Chosen, gate: Gate) -> float:
    return st.slider(
        f"{GATES[gate].title.capitalize()} at row {chosen.t}: what if it were…",
        GATES[gate].lowest,
        1.0,
        _real(chosen, gate),
        _STEP,
        key=_key(chosen, gate),
        width=300,
        help="Starts at the (rounded) value that the network computed for this digit.",
    )


def _real(chosen: Chosen, gate: Gate) -> float:
    return float(round(getattr(chosen.trace, gate)[chosen.row], 2)) + 0.0


def _key(chosen: Chosen, gate: Gate) -> str:
    return f"learn-{gate}-{chosen.key}"


def _put_back(chosen: Chosen, gates: tuple[Gate, ...]) -> None:
    for gate in gates:
        st.session_state[_key(chosen, gate)] = _real(chosen, gate)
