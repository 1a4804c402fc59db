"""What happens to a collection of drawings, one JSON object a line of its file.

Lines are only appended. A drawing that was deleted stays in the file with a later line that says so, as long
as it can be restored. A line ``add`` is at the same time a line of a stroke file, as
`lstm_core.data.own.stroke_lines` reads it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from lstm_core.data.hand.kept_drawing import KeptDrawing, Origin
from lstm_core.data.info import MAX_CLASS_NAME, MAX_CLASSES
from lstm_core.drawing.pen_drawing import PenDrawing
from lstm_core.errors import DataDamaged, InvalidValue

MOST_BYTES = 2_000_000
"""Of a line."""

_DECIMALS = 2
"""Of a coordinate, in pixels."""

_Id = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
_Ids = Annotated[list[_Id], Field(min_length=1)]
_Label = Annotated[str, Field(min_length=1, max_length=MAX_CLASS_NAME)]
_Time = Annotated[float, Field(ge=0, lt=1e11)]
_Point = tuple[FiniteFloat, FiniteFloat]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True)

    at: _Time


class Added(_Line):
    """A drawing was kept."""

    op: Literal["add"] = "add"
    id: _Id
    label: _Label
    strokes: list[list[_Point]]
    widths: list[float]
    erases: list[bool]
    sheet: tuple[int, int]
    origin: Origin
    read_as: Annotated[str, Field(max_length=MAX_CLASS_NAME)] = ""
    classes: Annotated[list[_Label], Field(max_length=MAX_CLASSES)] = []


class Relabelled(_Line):
    """A drawing shows something else than was said before."""

    op: Literal["relabel"] = "relabel"
    id: _Id
    label: _Label


class Removed(_Line):
    """Drawings were deleted; they can be restored."""

    op: Literal["remove"] = "remove"
    ids: _Ids


class Restored(_Line):
    """Drawings that were deleted are back."""

    op: Literal["restore"] = "restore"
    ids: _Ids


Line = Added | Relabelled | Removed | Restored

_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="op")])


def to_bytes(line: Line) -> bytes:
    """One line with its newline.

    Raises:
        InvalidValue: it has more than `MOST_BYTES`.
    """
    written = line.model_dump_json().encode() + b"\n"
    if len(written) > MOST_BYTES:
        raise InvalidValue("strokes", f"of at most {MOST_BYTES:,} bytes when they are written", len(written))
    return written


def from_bytes(line: bytes) -> Line:
    """Raises `DataDamaged` where a line is none of these, such as one of a newer version."""
    try:
        return _LINE.validate_json(line)
    except ValidationError as error:
        raise DataDamaged(f"Not a line of a collection of drawings: {line[:80]!r}") from error


def line_of(kept: KeptDrawing) -> Added:
    """Raises `InvalidValue` for a label that is empty or too long."""
    if not 0 < len(kept.label) <= MAX_CLASS_NAME:
        raise InvalidValue("label", f"a text of 1 to {MAX_CLASS_NAME} characters", kept.label)
    drawing = kept.drawing
    return Added(
        at=kept.kept_at,
        id=kept.id,
        label=kept.label,
        strokes=[np.round(points, _DECIMALS).tolist() for points in drawing.strokes],
        widths=[round(width, _DECIMALS) or width for width in drawing.widths],
        erases=list(drawing.erasing),
        sheet=drawing.sheet,
        origin=kept.origin,
        read_as=kept.read_as,
        classes=list(kept.classes),
    )


def drawing_of(line: Added) -> KeptDrawing:
    """Raises `DataDamaged` where the strokes cannot be drawn."""
    try:
        drawing = PenDrawing(
            tuple(np.array(points, np.float64).reshape(-1, 2) for points in line.strokes),
            tuple(line.widths),
            tuple(line.erases),
            line.sheet,
        )
    except InvalidValue as error:
        raise DataDamaged(f"Drawing {line.id} cannot be drawn: {error}.") from error
    return KeptDrawing(line.id, line.label, drawing, line.origin, line.read_as, tuple(line.classes), line.at)
