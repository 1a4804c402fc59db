"""A file of pen strokes becomes drawings of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_core.data.hand.kept_drawing import KeptDrawing
from lstm_core.data.hand.log_lines import MOST_BYTES, line_of
from lstm_core.data.hand.own_hand import MOST_DRAWINGS, OwnHand, has_ink
from lstm_core.data.own.stroke_lines import labelled_drawing
from lstm_core.errors import DataRefused

MOST_FILE_BYTES = 2**26
"""Of a file that is imported."""


@dataclass(frozen=True)
class Imported:
    """What came of a file.

    Attributes:
        kept: identifiers of the drawings that are new.
        known: how many drawings of the file were there already.
        empty: how many had nothing to be seen, such as dots.
    """

    kept: tuple[str, ...]
    known: int
    empty: int


def import_strokes(hand: OwnHand, name: str, content: bytes) -> Imported:
    """Keep the drawings of a stroke file, as `OwnHand.export` writes it, all of them or none.

    Args:
        hand: the collection.
        name: of the file, for messages.
        content: one JSON object a line with ``label`` and ``strokes``.

    Raises:
        DataRefused: a line is no drawing, and is named; the file is too large, or there is no room for it.
        InvalidValue: a label is no name of a class, or a drawing is too large.
        StorageError: they cannot be written.
    """
    if len(content) > MOST_FILE_BYTES:
        raise DataRefused(f"{name} has more than {MOST_FILE_BYTES // 2**20} MiB. Bring a part of it.")
    seen = {_content(kept) for kept in hand.drawings()}
    new: list[KeptDrawing] = []
    known = empty = 0
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        if len(line) > MOST_BYTES:
            raise DataRefused(f"{name}: line {number} has more than {MOST_BYTES:,} bytes.")
        found = labelled_drawing(f"{name}: line {number}", line)
        if found.drawing is None or not has_ink(found.drawing):
            empty += 1
            continue
        kept = KeptDrawing(hand.new_id(), found.label, found.drawing, "imported", "", (), hand.clock())
        what = _content(kept)
        if what in seen:
            known += 1
            continue
        if len(new) == MOST_DRAWINGS:
            raise DataRefused(f"{name} holds more than {MOST_DRAWINGS:,} drawings. Bring a part of them.")
        seen.add(what)
        new.append(kept)
    if not (new or known):
        raise DataRefused(f"{name} holds no drawings.")
    if new:
        hand.add_all(new)
    return Imported(tuple(kept.id for kept in new), known, empty)


def _content(kept: KeptDrawing) -> Sequence[object]:
    """The same for the same strokes with the same label."""
    line = line_of(kept)
    return line.label, str(line.strokes), tuple(line.widths), line.sheet
