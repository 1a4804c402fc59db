"""Putting Python source together from pieces."""

from __future__ import annotations

import textwrap

Piece = str | tuple[object, str]
"""Source, or a condition and the source that stands there when it holds."""


def source(*pieces: Piece) -> str:
    """Pieces below each other, without those whose condition does not hold."""
    pairs = [(True, piece) if isinstance(piece, str) else piece for piece in pieces]
    return "\n".join(text for wanted, text in pairs if wanted)


def call(name: str, *arguments: Piece) -> str:
    """A call: on one line where it is short, otherwise an argument a line."""
    pairs = [(True, argument) if isinstance(argument, str) else argument for argument in arguments]
    given = [text for wanted, text in pairs if wanted]
    short = f"{name}({', '.join(given)})"
    if len(short) <= 80 and "\n" not in short:
        return short
    return f"{name}(\n{indented(*(f'{text},' for text in given))}\n)"


def indented(*pieces: Piece) -> str:
    """The pieces below each other, one level further in."""
    return textwrap.indent(source(*pieces), "    ")
