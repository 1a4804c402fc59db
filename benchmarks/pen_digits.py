"""How well digits drawn with a pen are read: by writer's strokes, through the command line.

    python -m benchmarks.pen_digits FILE.jsonl [--run ID] [--pen 20 | --pens 8,14,20,28] [--seed 0]
                                               [--sheet MISSES.png]

Prints every miss, the misses of every class, and the accuracy with its 95 % interval. Every record of the
file is drawn on a canvas like the Draw page's, at a random size and place, saved as a PNG, and all of them
are read by one ``python -m lstm_core classify --drawing``. A record is a JSON object with ``label`` and
``strokes`` (lists of [x, y] points in a unit box, y downward).
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from lstm_core.arrays import FloatArray
from lstm_core.drawing.png import png
from lstm_core.drawing.strokes import ink_from_strokes

CANVAS = 280
SIDES = (90.0, 240.0)


@dataclass(frozen=True)
class PenDigit:
    """One digit as it was written; each stroke is ``(points, 2)`` float64 in the unit box."""

    name: str
    label: int
    strokes: tuple[np.ndarray, ...]


def load(path: Path) -> list[PenDigit]:
    """Read a file of records, one JSON object a line."""
    digits = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        record = json.loads(line)
        strokes = tuple(np.array(stroke, float).reshape(-1, 2) for stroke in record["strokes"])
        digits.append(PenDigit(str(record.get("id", number)), int(record["label"]), strokes))
    return digits


def draw(digit: PenDigit, pen: float, rng: np.random.Generator) -> FloatArray:
    """Draw a digit on the canvas, its longest side uniform in `SIDES`, at a uniform place inside.

    Returns:
        ``(CANVAS, CANVAS)`` float32 ink.
    """
    points = np.concatenate(digit.strokes)
    corner = points.min(axis=0)
    extent = points.max(axis=0) - corner
    side = rng.uniform(SIDES[0], min(SIDES[1], CANVAS - pen))
    scale = side / max(float(extent.max()), 1e-6)
    place = rng.uniform(pen / 2, CANVAS - pen / 2 - extent * scale)
    strokes = [(stroke - corner) * scale + place for stroke in digit.strokes]
    return ink_from_strokes(strokes, pen, (CANVAS, CANVAS))


def classify(files: Sequence[Path], run: str | None) -> list[int]:
    """The labels the command line gives to drawings, in the order of ``files``."""
    command = [sys.executable, "-m", "lstm_core", "classify", "--drawing", "--json"]
    command += ["--run", run] if run else []
    command += [str(file) for file in files]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):  # 1: some drawings could not be read, which standard error says
        raise SystemExit(f"classify failed with exit code {done.returncode}")
    labels = {
        Path(answer["file"]).name: answer["label"] for answer in map(json.loads, done.stdout.splitlines())
    }
    return [int(labels.get(file.name, -1)) for file in files]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="pen digits, one JSON object a line")
    parser.add_argument("--run", help="the run to read with; otherwise the weights that ship")
    parser.add_argument("--pen", type=float, default=20, help="width of the pen in canvas pixels")
    parser.add_argument("--pens", help="widths to choose from at random, such as 8,14,20,28")
    parser.add_argument("--seed", type=int, default=0, help="of sizes, places and pens")
    parser.add_argument("--sheet", type=Path, help="where to put a picture of the misses, as they were drawn")
    options = parser.parse_args()
    pens = [float(pen) for pen in options.pens.split(",")] if options.pens else [options.pen]
    rng = np.random.default_rng(options.seed)
    digits = load(options.file)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for index, digit in enumerate(digits):
            files.append(Path(folder) / f"{index:05d}.png")
            files[-1].write_bytes(png(1 - draw(digit, float(rng.choice(pens)), rng)))
        answers = classify(files, options.run)
        if options.sheet:
            misses = [
                (file, f"{digit.label} as {answer}")
                for file, digit, answer in zip(files, digits, answers, strict=True)
                if digit.label != answer
            ]
            sheet(misses).save(options.sheet)
    report(digits, answers)


def sheet(pictures: Sequence[tuple[Path, str]], across: int = 8) -> Image.Image:
    """Small copies of pictures, each under its caption; an empty field where there are none."""
    side, line = 140, 16
    down = max(1, math.ceil(len(pictures) / across))
    field = Image.new("L", (across * side, down * (side + line)), 255)
    pen = ImageDraw.Draw(field)
    for index, (file, caption) in enumerate(pictures):
        x, y = index % across * side, index // across * (side + line)
        with Image.open(file) as picture:
            field.paste(picture.convert("L").resize((side, side)), (x, y + line))
        pen.text((x + 4, y + 2), caption, 0)
    return field


def interval(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, ``right`` of ``of``, after Wilson (1927), "Probable Inference, the Law of
    Succession, and Statistical Inference"."""
    z = 1.959964
    share, width = right / of, z * math.sqrt(right * (of - right) / of + z * z / 4) / (of + z * z)
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    return max(0.0, middle - width), min(1.0, middle + width)


def report(digits: Sequence[PenDigit], answers: Sequence[int]) -> None:
    """Print every miss, the errors of every class, and the accuracy."""
    misses = [(digit, answer) for digit, answer in zip(digits, answers, strict=True) if digit.label != answer]
    for digit, answer in misses:
        print(f"{digit.name}: a {digit.label} read as {'blank' if answer < 0 else answer}")
    total, wrong = Counter(digit.label for digit in digits), Counter(digit.label for digit, _ in misses)
    for label in sorted(total):
        print(f"class {label}: {wrong[label]} of {total[label]} missed")
    right = len(digits) - len(misses)
    low, high = interval(right, len(digits))
    share = right / len(digits)
    print(f"accuracy {share:.4f} ({right} of {len(digits)}), 95 % interval {low:.4f} to {high:.4f}")


if __name__ == "__main__":
    main()
