"""What teaching a network somebody's hand gains, and what it costs: person by person.

    python -m benchmarks own_hand FILE.jsonl [--per-class 3] [--seeds 1] [--seconds 15] [--run ID]

FILE holds drawings by several people, a JSON object a line with ``label``, ``strokes`` and ``writer``. Of
each person's drawings some of every class are taught, drawn at random by the seed, and all others are read
before and after. Everything goes through the queue and the training process, as from the page or the command
line. Seconds are those from the wish to the finished run, with the process warm, as the page keeps it;
processor seconds are those of the training process and say the same when others use the machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from lstm_core.arrays import BoolArray, ByteArray
from lstm_core.data.own.bring import from_paths
from lstm_core.errors import RunError
from lstm_core.reading.trace import read_batch
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.taught import TestImages, teaching_of
from lstm_core.runs.worker_start import spawn
from lstm_core.teaching.drawings import labels_of
from lstm_core.teaching.parent import parent_of
from lstm_core.teaching.submit import SECONDS, teach

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Person:
    """Everything that one writer drew: ``(n, rows, columns)`` images and ``(n,)`` labels."""

    name: str
    images: ByteArray
    labels: ByteArray


@dataclass(frozen=True)
class Taught:
    """What teaching one person's drawings changed.

    Attributes:
        of: drawings that were not taught.
        wrong_before, wrong_after: how many of these were read wrongly.
        steps: taken.
        seconds: from the wish to the finished run.
        processor: seconds that the training process computed, on all cores together.
        test: of the parent's data set; None where that is not on this machine.
    """

    person: str
    of: int
    wrong_before: int
    wrong_after: int
    steps: int
    seconds: float
    processor: float
    test: TestImages | None


def people(path: Path, weights: LstmWeights) -> list[Person]:
    """The writers of a file, in the order in which they appear. Raises `DataRefused`, `InvalidValue`."""
    (found,) = from_paths([path], size=(weights.rows, weights.columns))
    labels, writers = labels_of(found.labels, weights), np.array(found.writers)
    if not len(writers):
        raise SystemExit(f"{path}: not every drawing says who is its `writer`.")
    return [
        Person(str(name), found.images[writers == name], labels[writers == name])
        for name in dict.fromkeys(found.writers)
    ]


def chosen(labels: ByteArray, per_class: int, seed: int) -> BoolArray:
    """``(n,)``: which drawings are taught, ``per_class`` of each class at random."""
    rng = np.random.default_rng(seed)
    taught = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        taught[rng.permutation(np.flatnonzero(labels == label))[:per_class]] = True
    return taught


def wrong(weights: LstmWeights, images: ByteArray, labels: ByteArray) -> int:
    """How many images are read wrongly after the last row."""
    read_as = read_batch(weights, np.divide(images, 255, dtype=np.float32))[:, -1].argmax(axis=1)
    return int((read_as != labels).sum())


@contextmanager
def warm_queue() -> Iterator[tuple[Jobs, subprocess.Popen[bytes]]]:
    """A queue in a folder of its own, with a training process that is ready."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        processes: list[subprocess.Popen[bytes]] = []
        jobs = Jobs(RunStore(Path(folder)), lambda root: processes.append(spawn(root)))
        jobs.warm_up()
        try:
            while (jobs.store.root / "worker.starting").exists():
                time.sleep(POLL_SECONDS)
            yield jobs, processes[0]
        finally:
            for process in processes:
                process.kill()
                process.wait()


def teach_one(
    jobs: Jobs, process: psutil.Process, person: Person, taught: BoolArray, parent: Run | None, seconds: float
) -> Taught:
    """Teach the drawings ``taught`` of a person, and read the others. Raises `RunError`."""
    weights = parent_of(parent).weights
    others = person.images[~taught], person.labels[~taught]
    began, computed = time.perf_counter(), sum(process.cpu_times()[:2])
    run = teach(jobs, person.images[taught], person.labels[taught], parent, seconds=seconds).run
    while run.status.state in WAITING_OR_ACTIVE:
        time.sleep(POLL_SECONDS)
    ended, teaching = time.perf_counter(), teaching_of(run)
    if run.status.state != "finished" or teaching is None:
        raise RunError(f"Teaching {person.name} was {run.status.state}: {run.status.detail}")
    return Taught(
        person.name,
        len(others[1]),
        wrong(weights, *others),
        wrong(run.weights(), *others),
        run.status.step,
        ended - began,
        sum(process.cpu_times()[:2]) - computed,
        teaching.test,
    )


def report(found: Sequence[Taught]) -> str:
    """The means over everybody, in lines."""
    before = np.mean([one.wrong_before / one.of for one in found])
    after = np.mean([one.wrong_after / one.of for one in found])
    share = float(after) / max(float(before), 1e-9)
    seconds, processor = [one.seconds for one in found], [one.processor for one in found]
    lines = [f"error {100 * before:.2f} % before, {100 * after:.2f} % after: {share:.2f} of it"]
    lines.append(
        f"{np.mean(seconds):.1f} s on average, {max(seconds):.1f} s at most, "
        f"{np.mean(processor):.1f} s of processor"
    )
    if tests := [one.test for one in found if one.test]:
        lost = [100 * (test.accuracy_before - test.accuracy_after) for test in tests]
        lines.append(
            f"{tests[0].dataset}: accuracy {100 * tests[0].accuracy_before:.2f} % before, "
            f"{np.mean(lost):.3f} points lost on average, {max(lost):.2f} at most; loss "
            f"{tests[0].loss_before:.4f} before, {np.mean([test.loss_after for test in tests]):.4f} after"
        )
    return "\n".join(lines)


def _lost(test: TestImages | None) -> str:
    if test is None:
        return ""
    return f"; {100 * (test.accuracy_before - test.accuracy_after):+.2f} points of {test.dataset} lost"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks own_hand", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("file", type=Path, help="drawings by several people, one JSON object a line")
    parser.add_argument("--per-class", type=int, default=3, help="drawings of each class that are taught")
    parser.add_argument("--seeds", type=int, default=1, help="how often other drawings are chosen")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="as of `finetune`")
    parser.add_argument("--run", help="the network to teach; otherwise the one that ships")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results, too")
    options = parser.parse_args(arguments)
    parent = RunStore(home()).get(options.run) if options.run else None
    everybody = people(options.file, parent_of(parent).weights)
    found: list[Taught] = []
    with warm_queue() as (jobs, started):
        process = psutil.Process(started.pid)
        for seed in range(options.seeds):
            for person in everybody:
                taught = chosen(person.labels, options.per_class, seed)
                one = teach_one(jobs, process, person, taught, parent, options.seconds)
                found.append(one)
                print(
                    f"{one.person}, seed {seed}: {taught.sum()} taught, {one.of} read; wrong "
                    f"{one.wrong_before} before, {one.wrong_after} after; {one.steps} steps, "
                    f"{one.seconds:.1f} s{_lost(one.test)}",
                    flush=True,
                )
    print(report(found))
    if options.json:
        records = [{**vars(one), "test": one.test and one.test.model_dump()} for one in found]
        options.json.write_text(json.dumps(records, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
