"""How many drawings that are no digits the Draw page warns about, and how many digits it does.

    python -m benchmarks.out_of_distribution [--pen-digits FILE.jsonl] [--letters FILE.jsonl] [--count 400]
                                             [--seed 0]

Draws scribbles, letters, shapes, pairs of digits and inverted digits, makes images of them as the Draw page
does, and reads them with the network that ships. Letters that are digits to the eye (I, O, S and Z) are left
out. The threshold was set on MNIST's validation digits, so its test digits and digits drawn with a pen are
the honest count. Beside the score stand four others, each at the threshold that warns about as many
validation digits. With digits and letters drawn with a pen, it says what share of the letters is noticed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks import pen_digits
from lstm_core.arrays import FloatArray
from lstm_core.data import datasets
from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.strokes import ink_from_strokes
from lstm_core.inside.familiarity import WARNED_SHARE, FamiliarityModel, Readings, readings_of
from lstm_core.pretrained.shipped import shipped_familiarity, shipped_weights
from lstm_core.reading.trace import read, softmax
from lstm_core.reading.weights import LstmWeights

CANVAS = 280
PENS = (8.0, 14.0, 20.0, 28.0)
LIKE_DIGITS = "BIOSZ"
"""Letters that look like digits, which no score can tell."""
Points = NDArray[np.float64]

_LETTERS: Mapping[str, str] = {
    "A": "0,10 5,0 10,10|2,6 8,6",
    "B": "0,10 0,0 6,0 8,2 6,5 0,5|6,5 9,7 6,10 0,10",
    "C": "10,2 7,0 3,0 0,3 0,7 3,10 7,10 10,8",
    "D": "0,0 0,10 5,10 9,7 9,3 5,0 0,0",
    "E": "9,0 0,0 0,10 9,10|0,5 7,5",
    "F": "9,0 0,0 0,10|0,5 7,5",
    "G": "9,2 6,0 3,0 0,3 0,7 3,10 7,10 9,8 9,5 5,5",
    "H": "0,0 0,10|9,0 9,10|0,5 9,5",
    "J": "8,0 8,8 6,10 2,10 0,8",
    "K": "0,0 0,10|8,0 0,6|3,4 9,10",
    "L": "0,0 0,10 8,10",
    "M": "0,10 0,0 5,6 10,0 10,10",
    "N": "0,10 0,0 9,10 9,0",
    "P": "0,10 0,0 6,0 9,2 6,5 0,5",
    "Q": "5,0 1,2 0,5 1,8 5,10 9,8 10,5 9,2 5,0|6,7 10,11",
    "R": "0,10 0,0 6,0 9,2 6,5 0,5|4,5 9,10",
    "T": "0,0 10,0|5,0 5,10",
    "U": "0,0 0,7 3,10 6,10 9,7 9,0",
    "V": "0,0 5,10 10,0",
    "W": "0,0 2,10 5,3 8,10 10,0",
    "X": "0,0 9,10|9,0 0,10",
    "Y": "0,0 5,5 10,0|5,5 5,10",
    "a": "8,3 4,2 1,5 1,8 4,10 8,7|8,2 8,10",
    "e": "1,6 9,6 8,3 5,2 2,3 1,6 2,9 5,10 9,9",
    "f": "8,1 6,0 4,2 4,10|1,4 8,4",
    "h": "1,0 1,10|1,6 4,4 7,5 8,10",
    "k": "1,0 1,10|7,4 1,7 8,10",
    "m": "0,4 0,10|0,6 3,4 5,6 5,10|5,6 8,4 10,6 10,10",
    "n": "1,4 1,10|1,6 4,4 7,5 8,10",
    "r": "2,4 2,10|2,6 5,4 8,4",
    "t": "5,0 5,8 7,10 9,9|2,3 9,3",
    "w": "0,4 2,10 5,5 8,10 10,4",
}
_SHAPES: Mapping[str, str] = {
    "triangle": "5,0 10,9 0,9 5,0",
    "square": "0,0 10,0 10,10 0,10 0,0",
    "star": "5,0 8,10 0,4 10,4 2,10 5,0",
    "plus": "5,0 5,10|0,5 10,5",
    "tick": "0,5 3,9 10,0",
    "arrow": "0,5 10,5|6,1 10,5 6,9",
    "heart": "5,10 0,4 1,1 4,1 5,3 6,1 9,1 10,4 5,10",
    "face": "5,0 1,2 0,5 1,8 5,10 9,8 10,5 9,2 5,0|3,3 3,4|7,3 7,4|2,6 5,8 8,6",
    "house": "0,10 0,4 5,0 10,4 10,10 0,10",
    "hash": "3,0 3,10|7,0 7,10|0,3 10,3|0,7 10,7",
    "wave": "0,5 2,2 4,5 6,8 8,5 10,2",
}


def polylines(text: str) -> list[Points]:
    """``"x,y x,y|x,y …"`` in a box of 10 × 10 as strokes."""
    return [
        np.array([[float(number) for number in point.split(",")] for point in stroke.split()])
        for stroke in text.split("|")
    ]


def drawn(strokes: list[Points], rng: np.random.Generator) -> FloatArray:
    """Strokes as a hand might draw them: rounded, shaken, slanted, of any size and pen.

    Returns:
        ``(CANVAS, CANVAS)`` float32 ink.
    """
    angle, slant = rng.normal(0, 0.08), rng.normal(0, 0.12)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[rng.uniform(0.75, 1.1), 0], [slant, 1]])
    side = rng.uniform(9, 20)
    placed = [
        (_rounded(stroke + rng.normal(0, 0.35, stroke.shape)) - 5) @ matrix * side + CANVAS / 2
        for stroke in strokes
    ]
    return ink_from_strokes(placed, float(rng.choice(PENS)), (CANVAS, CANVAS))


def _rounded(points: Points) -> Points:
    """Corners cut twice, after Chaikin (1974)."""
    for _ in range(2):
        cut = np.stack([0.8 * points[:-1] + 0.2 * points[1:], 0.2 * points[:-1] + 0.8 * points[1:]], 1)
        points = np.concatenate([points[:1], cut.reshape(-1, 2), points[-1:]])
    return points


def letter(rng: np.random.Generator) -> FloatArray:
    return drawn(polylines(_LETTERS[str(rng.choice(list(_LETTERS)))]), rng)


def printed(rng: np.random.Generator) -> FloatArray:
    """A letter of Pillow's own font."""
    text = str(rng.choice(list("ABCDEFGHJKLMNPQRTUVWXYadefghkmnrtuwy&?@%")))
    sheet = Image.new("L", (CANVAS, CANVAS))
    ImageDraw.Draw(sheet).text(
        (CANVAS / 2, CANVAS / 2), text, 255, ImageFont.load_default(rng.uniform(110, 200)), anchor="mm"
    )
    return np.asarray(sheet.rotate(rng.normal(0, 6)), np.float32) / np.float32(255)


def shape(rng: np.random.Generator) -> FloatArray:
    return drawn(polylines(_SHAPES[str(rng.choice(list(_SHAPES)))]), rng)


def scribble(rng: np.random.Generator) -> FloatArray:
    """One to three strokes that wander about."""
    strokes = []
    for _ in range(rng.integers(1, 4)):
        points = rng.uniform(0, 10, 2) + np.cumsum(rng.normal(0, 2.2, (rng.integers(6, 25), 2)), axis=0)
        strokes.append(np.clip(points, -1, 11))
    return drawn(strokes, rng)


def pair(digits: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Two digits side by side."""
    two = rng.choice(len(digits), 2)
    return _enlarged(np.concatenate([digits[two[0]][:, 2:26], digits[two[1]][:, 2:26]], axis=1))


def _enlarged(image: FloatArray) -> FloatArray:
    picture = Image.fromarray(image).resize(
        (image.shape[1] * 5, image.shape[0] * 5), Image.Resampling.BICUBIC
    )
    return np.clip(np.asarray(picture, np.float32), 0, 1)


def made(make: Callable[[np.random.Generator], FloatArray], count: int, seed: int) -> FloatArray:
    """``count`` images ``(count, 28, 28)`` of drawings on which there is something to read."""
    rng = np.random.default_rng(seed)
    images: list[FloatArray] = []
    while len(images) < count:
        image = normalise(make(rng), 28, 28)
        if not is_blank(image):
            images.append(image)
    return np.stack(images)


def others(digits: FloatArray, count: int, seed: int) -> dict[str, FloatArray]:
    """Images of what is no digit, by kind; ``digits`` ``(n, 28, 28)`` are what pairs are made of."""

    def inverted(rng: np.random.Generator) -> FloatArray:
        return 1 - _enlarged(digits[rng.integers(len(digits))])

    chosen = np.random.default_rng(seed).choice(len(digits), count)
    return {
        "scribbles": made(scribble, count, seed),
        "letters, by hand": made(letter, count, seed + 1),
        "letters, printed": made(printed, count, seed + 2),
        "shapes": made(shape, count, seed + 3),
        "two digits": made(lambda rng: pair(digits, rng), count, seed + 4),
        "inverted digits": made(
            lambda rng: 1 - _enlarged(digits[rng.integers(len(digits))]), count, seed + 5
        ),
        "inverted, as they are": 1 - digits[chosen],
    }


def scores(familiar: FamiliarityModel, found: Readings) -> dict[str, NDArray[np.float64]]:
    """The score, and others for comparison; greater is less like a digit."""
    signs = familiar.signs(found)
    return {
        "score": familiar.score(found),
        "distance": signs[:, 0],
        "energy": signs[:, 1],
        "residual": signs[:, 2],
        "max prob": -softmax(found.logits).max(axis=1).astype(np.float64),
    }


@dataclass(frozen=True)
class Kind:
    """Readings of one kind of image."""

    name: str
    found: Readings


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pen-digits", type=Path, help="digits drawn with a pen, as benchmarks.pen_digits")
    parser.add_argument("--count", type=int, default=400, help="images of each kind that is no digit")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--letters", type=Path, help="letters drawn with a pen, like the digits")
    options = parser.parse_args()
    weights = shipped_weights()
    data = datasets.load("mnist")
    validation = readings_of(weights, data.validation.pixels())
    familiar = shipped_familiarity(weights)
    test = data.test.pixels()
    kinds = [Kind("MNIST validation", validation), Kind("MNIST test", readings_of(weights, test))]
    drawn = {
        name: pen_images(path, options.seed)
        for name, path in (("pen digits", options.pen_digits), ("pen letters", options.letters))
        if path
    }
    kinds += [Kind(name, readings_of(weights, images)) for name, (images, _) in drawn.items()]
    for name, images in others(test, options.count, options.seed).items():
        kinds.append(Kind(name, readings_of(weights, images)))
    report(familiar, kinds)
    if len(drawn) == 2:
        digits, letters = (familiar.score(kind.found) for kind in kinds if kind.name in drawn)
        report_letters(digits, letters, drawn["pen letters"][1])
    print_time(weights, familiar, test[0])


def report(familiar: FamiliarityModel, kinds: list[Kind]) -> None:
    """The share of each kind that is warned about, by score; ``kinds`` begin with the validation digits."""
    usual = scores(familiar, kinds[0].found)
    thresholds = {name: float(np.quantile(values, 1 - WARNED_SHARE)) for name, values in usual.items()}
    thresholds["score"] = familiar.threshold
    print(f"{'warned about':24}" + "".join(f"{name:>10}" for name in thresholds))
    for kind in kinds:
        shares = [
            float((values > thresholds[name]).mean()) for name, values in scores(familiar, kind.found).items()
        ]
        print(
            f"{kind.name:24}"
            + "".join(f"{share:>10.1%}" for share in shares)
            + f"  of {len(kind.found.logits)}"
        )
    print("blank sheets: never read, so never warned about; the page invites to draw instead")


def pen_images(path: Path, seed: int) -> tuple[FloatArray, list[str]]:
    """Everything in a file as `benchmarks.pen_digits` reads it, ``(n, 28, 28)``, and what each is."""
    rng = np.random.default_rng(seed)
    images, labels = [], []
    for line in path.read_text().splitlines():
        record = json.loads(line)
        strokes = tuple(np.array(stroke, float).reshape(-1, 2) for stroke in record["strokes"])
        sheet = pen_digits.draw(pen_digits.PenDigit("", 0, strokes), float(rng.choice(PENS)), rng)
        images.append(normalise(sheet, 28, 28))
        labels.append(str(record["label"]))
    return np.stack(images), labels


def report_letters(digits: NDArray[np.float64], letters: NDArray[np.float64], labels: Sequence[str]) -> None:
    """Of letters drawn with a pen, the share noticed when so many drawn digits are doubted wrongly."""
    like_digits = np.isin(labels, list(LIKE_DIGITS))
    for doubted in (0.01, 0.02):
        noticed = letters > np.quantile(digits, 1 - doubted)
        each = ", ".join(
            f"{label} {noticed[np.array(labels) == label].mean():.0%}" for label in sorted(set(labels))
        )
        print(
            f"letters noticed where {doubted:.0%} of the pen digits are doubted: {noticed.mean():.1%}, "
            f"without {', '.join(LIKE_DIGITS)} {noticed[~like_digits].mean():.1%}; {each}"
        )
    print(f"a letter scores higher than a digit in {(letters[:, None] > digits).mean():.1%} of pairs")


def print_time(weights: LstmWeights, familiar: FamiliarityModel, image: FloatArray) -> None:
    trace = read(weights, image)
    familiar.is_unfamiliar(trace, image)
    taken = []
    for _ in range(200):
        began = time.perf_counter()
        familiar.is_unfamiliar(trace, image)
        taken.append(time.perf_counter() - began)
    print(f"one score takes {1e3 * float(np.median(taken)):.3f} ms (wanted < 1 ms)")


if __name__ == "__main__":
    main()
