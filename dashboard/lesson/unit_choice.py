"""Which unit of which layer is looked at, and at which row. The choice holds for all sections."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.session import ways
from dashboard.session.current_reading import CurrentReading
from lstm_core.inside.unit import GateSums, UnitTrace
from lstm_core.reading.gates import Gate


@dataclass(frozen=True)
class Chosen:
    """A unit at a row.

    Attributes:
        layer, unit, row: counted from 0.
        trace: the unit at every row.
        key: for widgets whose values belong to this unit and row.
    """

    layer: int
    unit: int
    row: int
    trace: UnitTrace
    key: str

    @property
    def t(self) -> int:
        """The row as people count."""
        return self.row + 1


def choose_unit(current: CurrentReading) -> Chosen:
    """Layer, unit and row; at first the unit that moves most, at the row that changes it most."""
    from lstm_core.inside.unit import unit_trace, units_by_variation

    of = current.fingerprint
    depth = len(current.layers)
    _arrive(current)
    with st.container(horizontal=True, gap="medium", key="unit-choice"):
        layer = st.segmented_control(
            "Layer",
            range(depth),
            default=0,
            required=True,
            format_func=lambda number: str(number + 1),
            key=_layer_key(depth),
            persist_state="session",
            help="Layer 1 reads the pixels. Every other layer reads the hidden states of the layer below.",
        )
        unit = st.selectbox(
            "Unit",
            units_by_variation(current.layers[layer]),
            format_func=lambda number: str(number + 1),
            key=_unit_key(of, layer),
            persist_state="session",
            width=110,
            help="The unit whose hidden state changes most on this digit comes first. Type a number to find "
            "one.",
        )
        trace = unit_trace(current.layers[layer], unit)
        t = st.slider(
            "Row t",
            1,
            trace.rows,
            st.session_state.get(f"arrived-{_row_key(of, layer, unit)}", trace.busiest_row() + 1),
            key=_row_key(of, layer, unit),
            persist_state="session",
            width=280,
            help="The equation shows this row. Starts with the row that changes this unit's cell state most.",
        )
    return Chosen(layer, unit, t - 1, trace, f"{of}-{layer}-{unit}-{t}")


def _arrive(current: CurrentReading) -> None:
    """Look at the layer, unit and row that a way or the address names."""
    from lstm_core.inside.unit import units_by_variation

    place = ways.take_place(len(current.image), current.weights.units)
    if place is None:
        return
    of, layer_key = current.fingerprint, _layer_key(len(current.layers))
    if place.layer is not None:
        st.session_state[layer_key] = place.layer - 1
    layer = st.session_state.get(layer_key, 0)
    unit_key = _unit_key(of, layer)
    if place.unit is not None:
        st.session_state[unit_key] = place.unit - 1
    if place.row is not None:
        unit = st.session_state.get(unit_key, units_by_variation(current.layers[layer])[0])
        row_key = _row_key(of, layer, unit)
        # Also where the slider starts: a run that is broken off takes the value with it.
        st.session_state[row_key] = st.session_state[f"arrived-{row_key}"] = place.row


def _layer_key(depth: int) -> str:
    return f"learn-layer-{depth}"


def _unit_key(of: str, layer: int) -> str:
    return f"learn-unit-{of}-{layer}"


def _row_key(of: str, layer: int, unit: int) -> str:
    return f"learn-row-{of}-{layer}-{unit}"


def sums(current: CurrentReading, chosen: Chosen, gate: Gate) -> GateSums:
    """What the chosen unit's gate ``gate`` is made of, row by row."""
    from lstm_core.inside.unit import gate_sums

    return gate_sums(
        current.weights.layers[chosen.layer],
        current.inputs(chosen.layer),
        current.layers[chosen.layer].hidden,
        gate,
        chosen.unit,
    )
