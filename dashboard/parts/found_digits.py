"""Test digits that were found, as pictures with what is said of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.parts import picture
from dashboard.parts.stylesheet import use_stylesheet
from lstm_core.data.info import thing_of

if TYPE_CHECKING:
    from lstm_core.data.info import Split


@dataclass(frozen=True)
class FoundDigit:
    """One digit.

    Attributes:
        index: its place among the test digits.
        captions: the lines that stand under it after its label.
        wrong: whether it is taken for another digit than it is.
    """

    index: int
    captions: tuple[str, ...]
    wrong: bool = False


def show_found_digits(test: Split, found: Iterable[FoundDigit], name: str) -> None:
    """The digits in their order; ``name`` says to screen readers what they are."""
    use_stylesheet("parts/found_digits.css")
    items = "".join(_item(test, one) for one in found)
    st.html(f'<ul class="found" aria-label="{escape(name, quote=True)}">{items}</ul>')


def _item(test: Split, one: FoundDigit) -> str:
    label = test.called(int(test.labels[one.index]))
    image = picture.tag(
        np.divide(test.images[one.index], 255, dtype=np.float32),
        f"Test image {one.index}, {thing_of(test.class_names)} {label}",
        "digit",
    )
    lines = "".join(f"<small>{escape(line)}</small>" for line in one.captions)
    style = ' class="wrong"' if one.wrong else ""
    return f"<li{style}>{image}<b>{escape(label)}</b>{lines}</li>"
