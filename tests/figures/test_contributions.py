from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.contributions import Bar, contributions, contributions_info, logit_contributions_info
from lstm_core.figures.figure import Figure
from lstm_core.inside.arithmetic import LogitTerms, Terms, rounded_sum
from tests.seeded import seeded

TERMS = Terms(
    inputs=np.array([1.0, 0.0, 0.5]),
    kernel=np.array([2.0, 9.0, -0.5]),
    hidden=np.array([0.5, -1.0]),
    recurrent_kernel=np.array([-6.0, 0.1]),
    bias=0.75,
)
BARS = contributions_info(TERMS, ["x1", "x2", "x3"], ["h1", "h2"], top=2)


def test_the_largest_products_stand_alone_and_the_rest_are_summed() -> None:
    assert [(bar.name, bar.value, bar.kind) for bar in BARS] == [
        ("h1", -3.0, "hidden"),
        ("x1", 2.0, "input"),
        ("2 other inputs", -0.25, "input"),
        ("1 other hidden values", -0.1, "hidden"),
        ("bias", 0.75, "bias"),
        ("sum z", -0.6, "sum"),
    ]
    assert BARS[0].detail == "0.500 × weight −6.000"


def test_products_that_are_zero_never_stand_alone() -> None:
    names = [bar.name for bar in contributions_info(TERMS, ["x1", "x2", "x3"], ["h1", "h2"])]
    assert "x2" not in names and "1 other inputs" in names


@seeded
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 12), st.integers(0, 999))
def test_the_numbers_shown_add_up_to_those_shown_elsewhere(
    features: int, units: int, top: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    terms = Terms(
        rng.random(features),
        rng.standard_normal(features),
        rng.uniform(-1, 1, units),
        rng.standard_normal(units),
        float(rng.standard_normal()),
    )
    bars = contributions_info(terms, ["x"] * features, ["h"] * units, top)
    (inputs, hidden, bias), total = rounded_sum(terms.parts)

    def shown(kind: str) -> float:
        return sum(bar.value for bar in bars if bar.kind == kind)

    assert shown("input") == pytest.approx(inputs, abs=1e-9)
    assert shown("hidden") == pytest.approx(hidden, abs=1e-9)
    assert (shown("bias"), shown("sum")) == (bias, total)
    assert sum(bar.value for bar in bars[:-1]) == pytest.approx(total, abs=1e-9)


def test_what_a_unit_adds_to_each_class() -> None:
    terms = LogitTerms(np.array([2.0, -1.0]), np.array([1.0, -0.5]), np.array([0.0, 3.0]), np.zeros(2))
    assert logit_contributions_info(terms, 0.5, chosen=1) == [
        Bar("class 0", 1.0, "h 0.500 × weight 2.000; logit 1.000", "bias"),
        Bar("class 1", -0.5, "h 0.500 × weight −1.000; logit 2.500", "chosen"),
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_every_bar_has_its_number_and_colour(narrow: bool, sent: Callable[[Figure], bytes]) -> None:
    figure = contributions(BARS, "what it adds", narrow=narrow)
    sent(figure)
    (trace,) = figure["data"]
    assert trace["x"] == [-3.0, 2.0, -0.25, -0.1, 0.75, -0.6]
    assert trace["text"][:2] == ["−3.000", "2.000"]
    assert trace["marker"]["color"][-1] == theme.ACCENT
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < -3.0 and high > 2.0


def test_bad_arguments_are_named() -> None:
    with pytest.raises(InvalidValue, match="names"):
        contributions_info(TERMS, ["x1"], ["h1", "h2"])
    with pytest.raises(InvalidValue, match="top"):
        contributions_info(TERMS, ["x1", "x2", "x3"], ["h1", "h2"], top=-1)
    with pytest.raises(InvalidValue, match="bars"):
        contributions([], "nothing")


def test_on_a_phone_the_title_is_broken_and_has_its_room() -> None:
    title = "what unit 239 adds to each logit (rounded)"
    wide, narrow = (contributions(BARS, title, narrow=narrow)["layout"] for narrow in (False, True))
    assert wide["xaxis"]["title"]["text"] == title
    assert narrow["xaxis"]["title"]["text"] == "what unit 239 adds to each<br>logit (rounded)"
    assert narrow["height"] - wide["height"] == narrow["margin"]["b"] - wide["margin"]["b"] == 18
