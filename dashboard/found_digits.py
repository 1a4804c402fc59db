"""Test digits that were found, as pictures with what is said of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard import picture, services
from dashboard.messages import harmless
from dashboard.stylesheet import wear
from lstm_core.errors import DataError

if TYPE_CHECKING:
    from lstm_core.datasets import Split
    from lstm_core.weights import LstmWeights


@dataclass(frozen=True)
class Found:
    """One digit.

    Attributes:
        index: its place among the test digits.
        said: the lines that stand under it after its label.
        wrong: whether it is taken for another digit than it is.
    """

    index: int
    said: tuple[str, ...]
    wrong: bool = False


def show(test: Split, found: Iterable[Found], name: str) -> None:
    """The digits in their order; ``name`` says to screen readers what they are."""
    wear("found_digits.css")
    items = "".join(_item(test, one) for one in found)
    st.html(f'<ul class="found" aria-label="{escape(name, quote=True)}">{items}</ul>')


def test_digits(weights: LstmWeights) -> Split | None:
    """The test digits of the size ``weights`` reads; else says why there are none, and what to do."""
    info = services.dataset_for(weights)
    if info is None:
        st.info(
            f"There are no test digits of the {weights.rows} × {weights.columns} pixels that this network "
            "reads.",
            icon=":material/image_not_supported:",
        )
        return None
    try:
        return services.test_digits(info.name)
    except DataError as error:
        st.info(
            f"This needs the test digits of {info.title}.\n\n{harmless(error)}", icon=":material/dataset:"
        )
        st.page_link("pages/train.py", label="Download it or bring the file", icon=":material/download:")
        return None


def _item(test: Split, one: Found) -> str:
    label = int(test.labels[one.index])
    image = picture.tag(
        np.divide(test.images[one.index], 255, dtype=np.float32),
        f"Test digit {one.index}, a {label}",
        "digit",
    )
    lines = "".join(f"<small>{escape(line)}</small>" for line in one.said)
    style = ' class="wrong"' if one.wrong else ""
    return f"<li{style}>{image}<b>a {label}</b>{lines}</li>"
