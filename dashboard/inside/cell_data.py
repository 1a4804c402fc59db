"""What the picture of the cell is told: a whole reading, in at most 400 kB of JSON."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.parts.picture import coloured, data_uri
from lstm_core.reading.gates import GATES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dashboard.session.current_reading import CurrentReading
    from lstm_core.inside.cell_flow import CellFlow, GateTerms
    from lstm_core.reading.gates import Gate

LARGEST, LEAST_TERMS, ROWS_WITH_ALL = 8, 2, 64
"""Terms of a sum that stand alone; so few, at least, of images with more rows than the last number."""

MOST_STATES = 60_000
"""Hidden states, rows times units, that are sent for the strip of units: a byte each, 80 kB in JSON."""


def cell_data(current: CurrentReading, layer: int, unit: int | None, row: int) -> dict[str, Any]:
    """What `cell.js` shows; ``layer``, ``unit`` and ``row`` count from 0, what is sent from 1.

    Args:
        current: the reading.
        layer, unit, row: where it begins; ``unit`` None is the mean of the layer.
    """
    return {**_reading(current.fingerprint, layer, unit, current), "row": row + 1}


@st.cache_data(show_spinner=False, max_entries=32)
def _reading(fingerprint: str, layer: int, unit: int | None, _current: CurrentReading) -> dict[str, Any]:
    from lstm_core.figures import theme
    from lstm_core.figures.verdict_bars import verdict_bars
    from lstm_core.inside.cell_flow import gate_terms, mean_flow, unit_flow
    from lstm_core.inside.cell_sentences import mean_sentences, unit_sentences

    current, trace = _current, _current.layers[layer]
    units = current.weights.units
    flow = mean_flow(trace) if unit is None else unit_flow(trace, unit)
    inputs = current.inputs(layer)
    return {
        "image": data_uri(coloured(current.image, theme.INK)),
        "rows": current.image.shape[0],
        "columns": current.image.shape[1],
        "bars": [vars(verdict_bars(row)) for row in current.trace.probabilities],
        "names": current.weights.class_names or None,
        "layers": [
            {
                "units": units[number],
                **{GATES[gate].letter: _rounded(getattr(each, gate).mean(axis=1), 3) for gate in _FILLED},
            }
            for number, each in enumerate(current.layers)
        ],
        "layer": layer + 1,
        "unit": None if unit is None else unit + 1,
        "flow": {field.name: _rounded(getattr(flow, field.name), 4) for field in fields(flow)},
        "numbers": _numbers(flow, adds_up=unit is not None) | {"input": _texts(abs(inputs).mean(axis=1))},
        "input": _rounded(abs(inputs).mean(axis=1), 4),
        "sums": {
            gate: _sum(gate_terms(current.weights.layers[layer], inputs, trace.hidden, gate, unit))
            for gate in GATES
        },
        "sentences": mean_sentences(flow, layer + 1, units[layer]) if unit is None else unit_sentences(flow),
        "states": _states(trace.hidden),
    }


_FILLED: tuple[Gate, ...] = ("forget_gate", "input_gate", "output_gate")


def _rounded(array: NDArray[np.floating[Any]], decimals: int) -> list[float]:
    return [round(float(number), decimals) + 0.0 for number in array]


def _numbers(flow: CellFlow, *, adds_up: bool) -> dict[str, list[str]]:
    """Every number as it is written; of a unit so that what is kept and added makes the cell state."""
    from lstm_core.inside.arithmetic import rounded_sum

    texts = {field.name: _texts(getattr(flow, field.name)) for field in fields(flow)}
    if adds_up:
        for row, parts in enumerate(zip(flow.kept.tolist(), flow.added.tolist(), strict=True)):
            texts["kept"][row], texts["added"][row] = _texts(rounded_sum(parts, decimals=2)[0])
    return texts


def _texts(numbers: Iterable[float]) -> list[str]:
    from lstm_core.inside.cell_sentences import with_minus

    return [with_minus(float(number)) for number in numbers]


def _sum(terms: GateTerms) -> list[dict[str, Any]]:
    """Per row: the largest terms as place, number and weight; the sum of the others; the parts; the whole."""
    from lstm_core.inside.arithmetic import rounded_sum

    count = min(max(LARGEST * ROWS_WITH_ALL // len(terms.inputs), LEAST_TERMS), LARGEST)
    products, parts, places = terms.products, terms.parts, terms.largest(count)
    features = len(terms.kernel)
    rows: list[dict[str, Any]] = []
    for row, largest in enumerate(places):
        alone = [
            (
                int(place),
                float(terms.inputs[row, place] if place < features else terms.hidden[row, place - features]),
                float(terms.kernel[place] if place < features else terms.recurrent_kernel[place - features]),
            )
            for place in largest
        ]
        others = [
            float(part) - float(sum(products[row, p] for p in largest if (p < features) == first))
            for part, first in ((parts[row, 0], True), (parts[row, 1], False))
        ]
        (inputs, hidden, bias), total = rounded_sum(parts[row].tolist(), decimals=2)
        rows.append(
            {
                "terms": [[place, round(x, 4), round(w, 4)] for place, x, w in alone],
                "others": [round(other, 4) + 0.0 for other in others],
                "parts": [inputs, hidden, bias],
                "z": total,
            }
        )
    return rows


def _states(hidden: NDArray[np.float32]) -> str | None:
    """The hidden states of all units, 0 … 254 for −1 … 1, row by row in base64; None if they are too many."""
    import numpy as np

    if hidden.size > MOST_STATES:
        return None
    return base64.b64encode(np.rint(127 * (hidden + 1)).astype(np.uint8).tobytes()).decode()
