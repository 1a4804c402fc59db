"""Equations with the real numbers put in, as KaTeX lays them out; narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lstm_core.reading.gates import Squash

_CHANGED = "#E8590C"
"""`lstm_core.figures.theme.ACCENT`, in which the figures draw what would be."""

SQUASHES: dict[Squash, str] = {"sigmoid": r"\sigma", "tanh": r"\tanh"}


def number(value: float, *, changed: bool = False) -> str:
    """Three digits after the point, negative ones in brackets, in colour if it is not the real value.

    >>> number(0.5), number(-0.25), number(-0.0001)
    ('0.500', '(-0.250)', '0.000')
    """
    text = result(value)
    text = f"({text})" if text.startswith("-") else text
    return _coloured(text) if changed else text


def result(value: float, *, changed: bool = False) -> str:
    """`number` without brackets, for what stands alone.

    >>> result(-0.25)
    '-0.250'
    """
    text = f"{value:.3f}"
    text = "0.000" if float(text) == 0 else text
    return _coloured(text) if changed else text


def _coloured(text: str) -> str:
    return rf"\textcolor{{{_CHANGED}}}{{{text}}}"


def show_equation(left: str, *steps: str) -> None:
    """``left`` equals each of ``steps``, one a line."""
    st.latex(aligned((left, steps)))


def aligned(*equations: tuple[str, Sequence[str]]) -> str:
    """Equations under one another, each step on a line of its own; one that begins with + goes on."""
    lines = []
    for left, steps in equations:
        lines += [
            rf"&\quad {step}" if step.startswith("+") else f"{left if not at else ''} &= {step}"
            for at, step in enumerate(steps)
        ]
    return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"


def source(*papers: str) -> None:
    """Where an equation comes from."""
    st.caption(f"Source: {'; '.join(papers)}.")


ELMAN = "Elman (1990), “Finding Structure in Time”"
BENGIO = (
    "Bengio, Simard & Frasconi (1994), “Learning Long-Term Dependencies with Gradient Descent is Difficult”"
)
HOCHREITER = "Hochreiter & Schmidhuber (1997), “Long Short-Term Memory”"
GERS = "Gers, Schmidhuber & Cummins (2000), “Learning to Forget”"


def graves(*equations: int) -> str:
    """Graves (2013) with the numbers of the equations meant."""
    numbers = " and ".join(map(str, equations))
    return f"Graves (2013), “Generating Sequences With Recurrent Neural Networks”, eq. {numbers}"
