"""Something written, with one digit or several, read digit by digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lstm_core.arrays import FloatArray
from lstm_core.data.info import are_characters
from lstm_core.drawing.digits_of_ink import DigitInk, images_of
from lstm_core.drawing.found_ink import find_ink
from lstm_core.drawing.normalise import is_blank
from lstm_core.drawing.photograph import pixels_from_file
from lstm_core.drawing.picture_file import decoded
from lstm_core.errors import ImageRejected
from lstm_core.reading.percents import percent
from lstm_core.reading.trace import Trace, read
from lstm_core.reading.verdict import Verdict, sentence, verdict
from lstm_core.reading.weights import LstmWeights

TOUCHING = "it is wide, so it may be two digits that touch"


@dataclass(frozen=True)
class DigitReading:
    """One digit of a number, and what the network makes of it.

    Attributes:
        image: ``(rows, columns)`` float32 in [0, 1], as the network gets it.
        trace: its reading.
        verdict: what it came to.
        box: left, top, right and bottom, in pixels of the picture or the sheet.
        touching: whether it may be two digits that touch.
    """

    image: FloatArray
    trace: Trace
    verdict: Verdict
    box: tuple[int, int, int, int]
    touching: bool


def read_digits(weights: LstmWeights, digits: Sequence[DigitInk]) -> list[DigitReading]:
    """Read each digit; what is too small or only a dot is left out."""
    return [
        reading_of(weights, image, digit.box, touching=digit.touching)
        for digit, image in images_of(digits, weights.rows, weights.columns)
    ]


def read_picture(weights: LstmWeights, content: bytes) -> list[DigitReading]:
    """Read the digits in a picture file of any size; of a network of signs, all of it as one.

    Raises:
        ImageRejected: it is no picture that can be read, or there is no digit on it.
    """
    found = find_ink(decoded(content)).digits(apart=are_characters(weights.class_names))
    return _some(read_digits(weights, found))


def read_image(weights: LstmWeights, content: bytes) -> list[DigitReading]:
    """Read a file that holds one image as the data sets do, of the network's own size.

    Raises:
        ImageRejected: it is no such image.
    """
    image = pixels_from_file(content)
    rows, columns = image.shape
    if (rows, columns) != (weights.rows, weights.columns):
        raise ImageRejected(
            f"The image has {columns} × {rows} pixels; the network reads "
            f"{weights.columns} × {weights.rows}. For drawings of any size use --drawing."
        )
    return _some([] if is_blank(image) else [reading_of(weights, image)])


def reading_of(
    weights: LstmWeights,
    image: FloatArray,
    box: tuple[int, int, int, int] | None = None,
    *,
    touching: bool = False,
) -> DigitReading:
    """Read one image ``(rows, columns)`` of ink in [0, 1]; ``box`` is where it was, all of it unless told."""
    box = box or (0, 0, image.shape[1], image.shape[0])
    trace = read(weights, image)
    return DigitReading(image, trace, verdict(trace.probabilities, image, weights.class_names), box, touching)


def _some(readings: list[DigitReading]) -> list[DigitReading]:
    if not readings:
        raise ImageRejected("The image is empty: there is no digit on it.")
    return readings


def as_record(readings: Sequence[DigitReading], familiar: Sequence[bool | None]) -> dict[str, Any]:
    """What JSON says of a number: the keys of its first digit, and ``numbers``, a list of all of them.

    Args:
        readings: its digits.
        familiar: of each, whether it looks like what the network has learnt; None where nobody knows.
    """
    numbers = [
        {
            "label": each.verdict.called(each.verdict.label) if each.verdict.names else each.verdict.label,
            "box": list(each.box),
            "probabilities": _rounded(each.trace.probabilities[-1]),
            "rows": [_rounded(row) for row in each.trace.probabilities],
            "settled_at_row": each.verdict.settled_at_row,
            "familiar": known,
        }
        for each, known in zip(readings, familiar, strict=True)
    ]
    first = {name: value for name, value in numbers[0].items() if name != "box"}
    return {**first, "numbers": numbers}


def in_words(readings: Sequence[DigitReading]) -> str:
    """A reading in words; of several digits first all of them: "Reads as 1 2 · Reads as 1, settled at …"."""
    parts = [_sentence(each) for each in readings]
    if len(parts) == 1:
        return parts[0]
    labels = " ".join(each.verdict.called(each.verdict.label) for each in readings)
    return f"Reads as {labels}" + "".join(f"\n  {part}" for part in parts)


def _sentence(reading: DigitReading) -> str:
    doubt = f"; {TOUCHING}" if reading.touching else ""
    return f"{sentence(reading.verdict)} ({percent(reading.verdict.confidence)}){doubt}"


def _rounded(values: FloatArray) -> list[float]:
    return [round(float(value), 6) for value in values]
