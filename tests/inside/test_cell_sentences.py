"""Sentences about a row, by hand and by reading their numbers back."""

from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pytest

from lstm_core.inside.cell_flow import CellFlow, mean_flow, unit_flow
from lstm_core.inside.cell_sentences import mean_sentences, unit_sentences, with_minus
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights


def flow(**rows: list[float]) -> CellFlow:
    """By hand; what is not given is zero."""
    count = len(next(iter(rows.values())))
    return CellFlow(**{f.name: np.array(rows.get(f.name, [0.0] * count)) for f in fields(CellFlow)})


def test_sentences_by_hand() -> None:
    by_hand = flow(
        forget_gate=[0.5, 0.975, 1.0],
        input_gate=[0.25, 0.04, 0.0],
        output_gate=[0.5, 0.9999, 0.0004],
        before=[0.0, -0.4, -0.38],
        kept=[0.0, -0.39, -0.38],
        added=[-0.4, 0.01, 0.0],
        cell=[-0.4, -0.38, -0.38],
    )
    assert unit_sentences(by_hand) == [
        (
            "Row 1: there is no memory to keep yet. The input gate lets 25.0\xa0% of the candidate "
            "in, so the "
            "memory goes from 0.00 to −0.40. The output gate shows 50.0\xa0% of tanh(−0.40)."
        ),
        (
            "Row 2: the forget gate keeps 97.5\xa0% of the memory and the input gate lets 4.0\xa0% "
            "of the candidate"
            " in: −0.39 is left and 0.01 is added, so the memory goes from −0.40 to −0.38. The output gate "
            "shows more than 99.9\xa0% of tanh(−0.38)."
        ),
        (
            "Row 3: the forget gate keeps 100\xa0% of the memory and the input gate lets 0\xa0% of "
            "the candidate "
            "in: −0.38 is left and 0.00 is added, so the memory stays at −0.38. The output gate shows less "
            "than 0.1\xa0% of tanh(−0.38)."
        ),
    ]
    assert mean_sentences(by_hand, 2, 64)[1] == (
        "Row 2, on average over the 64 units of layer 2: the forget gate keeps 97.5\xa0% of the memory, the "
        "input gate lets 4.0\xa0% of the candidate in, and the output gate shows more than 99.9\xa0% of "
        "tanh(c)."
    )


def number(of: str, said: str) -> float:
    """The one that stands in a sentence where ``of`` has braces."""
    (found,) = re.findall(of.format(r"(−?[\d.]+)"), said)
    return float(found.replace("−", "-"))


def test_every_number_in_a_sentence_is_the_cells_and_what_is_left_and_added_makes_the_memory() -> None:
    image = np.random.default_rng(4).random((8, 8)).astype(np.float32)
    layer = read(random_weights((24,), scale=0.9), image).layers[0]
    assert isinstance(layer, LayerTrace)
    for unit in range(24):
        of_unit = unit_flow(layer, unit)
        for row, said in enumerate(unit_sentences(of_unit)[1:], start=1):
            gates = of_unit.forget_gate[row], of_unit.input_gate[row], of_unit.output_gate[row]
            if "than" not in said:
                shares = [float(share) for share in re.findall(r"([\d.]+)\s%", said)]
                np.testing.assert_allclose(shares, 100 * np.array(gates), atol=0.051)
            kept, added, after = (number(of, said) for of in (r"{} is left", r"{} is added", r"tanh\({}\)"))
            assert kept + added == pytest.approx(after)
            assert after == pytest.approx(of_unit.cell[row], abs=0.0051)
    assert len(mean_sentences(mean_flow(layer), 1, 24)) == 8


def test_numbers_have_a_real_minus_and_nothing_is_negative_zero() -> None:
    assert [with_minus(number) for number in (-0.004, 0.0, -1.25, 2.0)] == ["0.00", "0.00", "−1.25", "2.00"]
