"""How well pictures are read, as people photograph, scan and save them: right and total of every kind.

    python -m benchmarks.pictures FOLDER [--run ID] [--misses]

The folder holds pictures named ``KIND_LABEL.EXT``. Those in its subfolder ``28`` are images of the network's
own size, read as ``classify`` reads them without ``--drawing``; where their kind has ``grey`` in its name
nothing is drawn on them, and to refuse them is right. A label of several digits, as in ``two_12.png``, is
right when all of them are read, in order.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.photograph import ink_from_file, pixels_from_file
from lstm_core.errors import ImageRejected
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import read, use_one_core
from lstm_core.reading.verdict import verdict
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.store import RunStore, home

NOTHING = "grey"
"""In the name of kinds on which nothing is drawn."""


@dataclass(frozen=True)
class Answer:
    """What was said of a picture: the digits, or why it was refused."""

    kind: str
    label: str
    said: str
    seconds: float

    @property
    def right(self) -> bool:
        return self.said == self.label if NOTHING not in self.kind else not self.said.isdigit()


def answers(folder: Path, weights: LstmWeights) -> list[Answer]:
    """What is read of every picture in a folder and in its subfolder ``28``."""
    found = []
    for path in sorted([*folder.glob("*_*.*"), *folder.glob("28/*_*.*")]):
        kind, _, label = path.stem.rpartition("_")
        as_it_is = path.parent.name == "28"
        began = time.perf_counter()
        said = _said(path.read_bytes(), weights, as_it_is=as_it_is)
        found.append(Answer(f"28/{kind}" if as_it_is else kind, label, said, time.perf_counter() - began))
    return found


def _said(content: bytes, weights: LstmWeights, *, as_it_is: bool) -> str:
    try:
        if as_it_is:
            image = pixels_from_file(content)
        else:
            image = normalise(ink_from_file(content), weights.rows, weights.columns)
    except ImageRejected as error:
        return f"refused: {error}"
    if is_blank(image):
        return "nothing"
    return str(verdict(read(weights, image).probabilities, image).label)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="of pictures named KIND_LABEL.EXT")
    parser.add_argument("--run", help="the run to read with; otherwise the weights that ship")
    parser.add_argument("--misses", action="store_true", help="print every picture that was not read right")
    options = parser.parse_args()
    use_one_core()
    weights = RunStore(home()).get(options.run).weights() if options.run else shipped_weights()
    report(answers(options.folder, weights), misses=options.misses)


def report(found: list[Answer], *, misses: bool) -> None:
    """Print right and total of every kind, the slowest reading of it, and the sum."""
    kinds = defaultdict(list)
    for answer in found:
        kinds[answer.kind].append(answer)
    print("| kind | right | of | slowest, s |\n| --- | --- | --- | --- |")
    for kind, said in kinds.items():
        slowest = max(answer.seconds for answer in said)
        print(f"| {kind} | {sum(answer.right for answer in said)} | {len(said)} | {slowest:.2f} |")
    print(f"| all | {sum(answer.right for answer in found)} | {len(found)} | |")
    if misses:
        for answer in found:
            if not answer.right:
                print(f"{answer.kind}_{answer.label}: {answer.said}")


if __name__ == "__main__":
    main()
