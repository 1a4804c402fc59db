"""``finetune``: a network goes on from what it has learnt, with somebody's drawings or other settings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from lstm_core.cluster.on_option import on_option
from lstm_core.commands.chosen_settings import assigned
from lstm_core.errors import RunError
from lstm_core.runs.further import go_on
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.progress_bar import Interrupts, follow
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.taught import OwnDrawings, Teaching, TestImages, teaching_of
from lstm_core.settings.hyperparameters import MAX_STEPS
from lstm_core.teaching.drawings import Drawings, read_drawings
from lstm_core.teaching.parent import parent_of
from lstm_core.teaching.recipe import SECONDS as RANGE
from lstm_core.teaching.submit import SECONDS, teach


@click.command()
@click.option("--run", "run_id", metavar="ID", help="The network to teach. Default: the built-in network.")
@click.option(
    "--data",
    "path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The drawings: a file of pen strokes (.jsonl), or anything that `data add` reads.",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Without --data: what is to be other than in the training before, as for `train`; repeatable.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(*RANGE),
    default=SECONDS,
    show_default=True,
    help="With --data: how long it may take, about; the steps follow from the speed of earlier runs.",
)
@click.option("--steps", type=click.IntRange(1, MAX_STEPS), help="Take so many steps instead.")
@click.option("--name", default="", help="What to call the new run.")
@on_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one object per line.")
def finetune(
    run_id: str | None,
    path: Path | None,
    assignments: tuple[str, ...],
    seconds: float,
    steps: int | None,
    name: str,
    as_json: bool,
) -> None:
    """Teach a network somebody's drawings, mixed with its own data so that nothing is forgotten.

    Without --data it goes on learning its own data set, or another one with the same classes, with the
    settings that --set changes.

    The result is a new run, whose ID is printed; the network it started from stays as it is. To measure what
    it gained, a twin is taught without a few drawings of every class, which are then read. With --json one
    object is written: id, name, state, parent (null for the built-in network), drawings, steps, seconds,
    held_back and test, each with before and after, null where nothing could be measured; and
    without_data_set, which says why the data set of before is not among what was learnt, or is null.
    """
    store = RunStore(home())
    jobs = Jobs(store)
    run = store.get(run_id) if run_id is not None else None
    if path is not None and assignments:
        raise click.UsageError("--set is for a training without --data; drawings have a recipe of their own.")
    if path is None and not assignments:
        raise click.UsageError("Name drawings with --data, or what is to be other than before with --set.")
    drawings = _read(path, run) if path is not None else None
    with Interrupts() as interrupts:
        if drawings is not None:
            submission = teach(
                jobs, drawings.images, drawings.labels, run, seconds=seconds, steps=steps, name=name
            )
        else:
            changes = assigned(assignments) | ({"steps": steps} if steps is not None else {})
            submission = go_on(jobs, changes, parent_of(run), name=name)
        taught = submission.run
        teaching = teaching_of(taught)
        for said in filter(None, (submission.known, teaching and teaching.without)):
            click.echo(said, err=True)
        follow(jobs, taught, interrupts)
    teaching, status = teaching_of(taught), taught.status
    if status.state not in ("finished", "stopped") or teaching is None:
        raise RunError(status.detail or f"The training was {status.state}.")
    if as_json:
        click.echo(json.dumps(_record(taught, teaching)))
        return
    for line in _lines(teaching):
        click.echo(line, err=True)
    click.echo(taught.id)


def _read(path: Path, run: Run | None) -> Drawings:
    with tqdm(unit="drawing", file=sys.stderr, leave=False) as bar:
        found = read_drawings(path, parent_of(run).weights, lambda done: bar.update(max(0, done - bar.n)))
    for note in found.notes:
        click.echo(note, err=True)
    return found


def _record(run: Run, teaching: Teaching) -> dict[str, Any]:
    status = run.status
    return {
        "id": run.id,
        "name": run.name,
        "state": status.state,
        "parent": teaching.parent or None,
        "drawings": teaching.drawings,
        "steps": status.step,
        "seconds": round(status.seconds, 1),
        "held_back": _own(teaching.own),
        "test": _test(teaching.test),
        "without_data_set": teaching.without or None,
    }


def _own(own: OwnDrawings | None) -> dict[str, Any] | None:
    if own is None:
        return None
    return {
        "drawings": own.of,
        "right_before": own.right_before,
        "right_after": own.right_after,
        "accuracy_before": own.right_before / own.of,
        "accuracy_after": own.right_after / own.of,
    }


def _test(test: TestImages | None) -> dict[str, Any] | None:
    return test.model_dump() if test else None


def _lines(teaching: Teaching) -> list[str]:
    """What it changed, for people."""
    lines = [f"Started from {teaching.parent_name}."]
    if teaching.drawings:
        lines = [f"Taught {teaching.drawings} drawings to {teaching.parent_name}."]
    if own := teaching.own:
        lines.append(
            f"Of {own.of} drawings kept back, {own.right_before} were read rightly before and "
            f"{own.right_after} by a twin that was taught the others."
        )
    if test := teaching.test:
        lines.append(
            f"Of {test.dataset}'s {test.images:,} test images: accuracy {test.accuracy_before:.4f} before, "
            f"{test.accuracy_after:.4f} after; loss {test.loss_before:.4f} and {test.loss_after:.4f}."
        )
    return lines
