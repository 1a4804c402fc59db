"""What adds up to a sum, largest first, as bars: a unit's gate at one row, or what it does to the logits.

The numbers beside a gate's bars are rounded so that they add up to the rounded sum, and those of its inputs
and of its hidden values to what these add together; see `lstm_core.inside.arithmetic.rounded_sum`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.inside.arithmetic import LogitTerms, Terms, rounded_sum

Kind = Literal["input", "hidden", "bias", "sum", "chosen"]

COLOURS: dict[Kind, str] = {
    "input": theme.TRAINING,
    "hidden": "#0B9A6D",
    "bias": theme.QUIET,
    "sum": theme.ACCENT,
    "chosen": theme.ACCENT,
}

DECIMALS = 3
_BAR_HEIGHT, _LINE_HEIGHT = 24, 18
"""Pixels, of a bar and of a line of the title."""
_LETTERS_NARROW = 28
"""Of a line of the title."""


@dataclass(frozen=True)
class Bar:
    """One part of the sum, or the sum.

    Attributes:
        name: what it comes from.
        value: rounded to 0.001.
        detail: how it is made, as hovering says it.
        kind: what its colour says.
    """

    name: str
    value: float
    detail: str
    kind: Kind


def contributions_info(
    terms: Terms, input_names: Sequence[str], hidden_names: Sequence[str], top: int = 10
) -> list[Bar]:
    """The data half of `contributions` for one gate of one unit.

    Args:
        terms: its products.
        input_names: what each of the ``(features,)`` inputs is.
        hidden_names: what each of the ``(units,)`` hidden values is.
        top: so many of the largest products stand alone; the rest are summed by where they come from.

    Returns:
        the largest products first, then the rest, the bias, and the sum of all of these.

    Raises:
        InvalidValue: the names are not as many as the numbers, or ``top`` is negative.
    """
    counts = len(terms.inputs), len(terms.hidden)
    if (len(input_names), len(hidden_names)) != counts:
        raise InvalidValue("names", f"{counts} in number", (len(input_names), len(hidden_names)))
    if top < 0:
        raise InvalidValue("top", "at least 0", top)
    products = np.concatenate([terms.input_products, terms.hidden_products])
    factors = np.concatenate([terms.inputs, terms.hidden])
    weights = np.concatenate([terms.kernel, terms.recurrent_kernel])
    names = [*input_names, *hidden_names]
    order = np.argsort(-np.abs(products), kind="stable")
    alone = [int(index) for index in order[:top] if products[index]]
    (input_products, hidden_products, bias), total = rounded_sum(terms.parts, DECIMALS)
    split = counts[0]
    groups: tuple[tuple[Kind, str, float, slice], ...] = (
        ("input", "inputs", input_products, slice(0, split)),
        ("hidden", "hidden values", hidden_products, slice(split, None)),
    )
    shown: dict[int, Bar] = {}
    rest: list[Bar] = []
    for kind, what, share, place in groups:
        mine = [index for index in alone if (index < split) == (kind == "input")]
        others = products[place].size - len(mine)
        left = float(products[place].sum() - products[mine].sum())
        parts = [float(products[index]) for index in mine] + ([left] if others else [])
        rounded, _ = rounded_sum(parts, DECIMALS, share)
        for index, value in zip(mine, rounded, strict=False):
            detail = f"{_plain(factors[index])} × weight {_plain(weights[index])}"
            shown[index] = Bar(names[index], value, detail, kind)
        if others:
            rest.append(Bar(f"{others} other {what}", rounded[-1], "summed", kind))
    return [
        *(shown[index] for index in alone),
        *rest,
        Bar("bias", bias, "the same at every row", "bias"),
        Bar("sum z", total, "of all above", "sum"),
    ]


def logit_contributions_info(terms: LogitTerms, hidden: float, chosen: int) -> list[Bar]:
    """The data half of `contributions` for what one unit adds to each class's logit.

    Args:
        terms: of the unit.
        hidden: its hidden value h.
        chosen: the class to mark.
    """
    return [
        Bar(
            f"class {label}",
            round(float(value), DECIMALS) + 0.0,
            f"h {_plain(hidden)} × weight {_plain(weight)}; logit {_plain(total)}",
            "chosen" if label == chosen else "bias",
        )
        for label, (value, weight, total) in enumerate(
            zip(terms.from_unit, terms.kernel, terms.total, strict=True)
        )
    ]


def contributions(bars: Sequence[Bar], title: str, *, narrow: bool = False) -> Figure:
    """The bars from top to bottom, with their numbers.

    Args:
        bars: at least one.
        title: of the horizontal axis.
        narrow: for widths under about 500 pixels: less room for the names.

    Raises:
        InvalidValue: there is no bar.
    """
    if not bars:
        raise InvalidValue("bars", "at least one", bars)
    values = [bar.value for bar in bars]
    low, high = min(*values, 0.0), max(*values, 0.0)
    title = theme.in_lines(title, _LETTERS_NARROW) if narrow else title
    below = 48 + _LINE_HEIGHT * title.count("<br>")
    room = 0.16 * max(high - low, 1e-3) * (2 if narrow else 1)
    return Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "x": values,
                    "y": [bar.name for bar in bars],
                    "customdata": [bar.detail for bar in bars],
                    "text": [_plain(value) for value in values],
                    "textposition": "outside",
                    "textangle": 0,
                    "cliponaxis": False,
                    "constraintext": "none",
                    "marker": {"color": [COLOURS[bar.kind] for bar in bars]},
                    "hovertemplate": "%{y} · %{text}<br>%{customdata}<extra></extra>",
                }
            ],
            "layout": {
                **theme.layout(
                    _BAR_HEIGHT * len(bars) + 16 + below, left=142 if narrow else 150, top=8, bottom=below
                ),
                "bargap": 0.3,
                "xaxis": theme.axis(
                    title,
                    range=[low - room if low else 0.0, high + room],
                    showgrid=True,
                    ticks="",
                    nticks=4 if narrow else 8,
                )
                | {"zeroline": True, "zerolinecolor": theme.QUIET, "zerolinewidth": 1},
                "yaxis": theme.axis(
                    "part", type="category", autorange="reversed", ticks="", tickfont={"size": 12}
                )
                | {"title": {"text": " "}},
            },
        }
    )


def _plain(value: float) -> str:
    """Three digits after the point, with a real minus sign."""
    return f"{round(float(value), DECIMALS) + 0.0:.{DECIMALS}f}".replace("-", "−")
