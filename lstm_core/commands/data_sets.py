"""``data add|list|show|remove``: data sets of one's own, on the command line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
from tqdm import tqdm

from lstm_core.arrays import ByteArray
from lstm_core.data.own.bring import FORMATS, from_paths
from lstm_core.data.own.kept import Kept, OwnSets
from lstm_core.data.own.look import Look, look_at
from lstm_core.data.own.sheet import sheet as sample_sheet
from lstm_core.data.own.sheet import sheet_of
from lstm_core.data.own.splits import TEST_SHARE, VALIDATION_SHARE, Splits, split
from lstm_core.files import home, write_whole

Command = TypeVar("Command", bound=Callable[..., None])

_TEST = "--test"


class _WithTestPaths(click.Command):
    """Takes every path that follows ``--test`` up to the next option for a test path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spread(args))


def spread(args: list[str]) -> list[str]:
    """``--test a b`` as ``--test a --test b``, unless no other path would be left."""
    others, tests = [], []
    after_test = False
    for argument in args:
        if argument == _TEST:
            after_test = True
        elif argument.startswith("-") and len(argument) > 1:
            after_test = False
            others.append(argument)
        elif after_test:
            tests.append(argument)
        else:
            others.append(argument)
    flags = ("--json", "--look", "--force")
    paths = [
        at
        for at, argument in enumerate(others)
        if not argument.startswith("-")
        and (
            at == 0 or not others[at - 1].startswith("-") or others[at - 1] in flags or "=" in others[at - 1]
        )
    ]
    if not paths and len(tests) > 1:
        others, tests = [*others, *tests[1:]], tests[:1]
    return [*others, *(part for path in tests for part in (_TEST, path))]


def _json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Write JSON, one object per line.")(command)


@click.group()
def data() -> None:
    """Add, list, show and remove data sets of your own."""


@data.command(cls=_WithTestPaths)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--name", required=True, help="What to call the data set, for --dataset and on the pages.")
@click.option(
    _TEST,
    "tests",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH...",
    help="Files with test images. Without them a share of the images is kept for the test.",
)
@click.option(
    "--test-share",
    type=float,
    default=TEST_SHARE,
    show_default=True,
    help="Share of the images that is kept for the test, where no test images are brought.",
)
@click.option(
    "--validation-share",
    type=float,
    default=VALIDATION_SHARE,
    show_default=True,
    help="Share of the other images that chooses among networks.",
)
@click.option(
    "--dark-on-light",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Whether ink is darker than paper. Such images are turned over.",
)
@click.option(
    "--transposed",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Whether rows and columns are exchanged, as in EMNIST. Such images are put upright.",
)
@click.option(
    "--sheet", type=click.Path(path_type=Path), help="Write some images of each class to a PNG file."
)
@click.option("--look", "only_look", is_flag=True, help="Say what it is and keep nothing.")
@_json_option
def add(
    paths: tuple[Path, ...],
    name: str,
    tests: tuple[Path, ...],
    test_share: float,
    validation_share: float,
    dark_on_light: Any,
    transposed: Any,
    sheet: Path | None,
    only_look: bool,
    as_json: bool,
) -> None:
    with tqdm(unit="image", file=sys.stderr, leave=False, disable=None) as bar:
        brought = from_paths(paths, tests, lambda done: bar.update(max(0, done - bar.n)))
    look = look_at(brought, dark_on_light=dark_on_light, transposed=transposed)
    splits = split(look, validation_share=validation_share, test_share=test_share)
    if sheet:
        _write_picture(sample_sheet(look.images, look.labels, len(look.class_names)), sheet)
    if only_look:
        _say(_looked(name, look, splits), as_json)
        return
    kept = OwnSets(home()).add(name, look, splits, [str(path) for path in (*paths, *tests)])
    _say(_summary(kept), as_json)


add.help = f"""Add a data set made of the images in PATHs.

Read are {FORMATS}.

Images have 4 to 128 rows and columns and are labelled with 2 to 100 classes. Train with --dataset NAME."""


@data.command("list")
@_json_option
def list_(as_json: bool) -> None:
    """List your own data sets."""
    sets = OwnSets(home())
    found = sets.all()
    for kept in found:
        _say(_summary(kept), as_json, short=True)
    for unreadable in sets.unreadable():
        click.echo(f"{unreadable.name} cannot be used: {unreadable.problem}", err=True)
    if not found and not as_json:
        click.echo("No data sets of your own yet. Add one with: python -m lstm_core data add", err=True)


@data.command()
@click.argument("name")
@click.option(
    "--sheet", type=click.Path(path_type=Path), help="Write some images of each class to a PNG file."
)
@_json_option
def show(name: str, sheet: Path | None, as_json: bool) -> None:
    """Show what is known of the data set NAME."""
    sets = OwnSets(home())
    kept = sets.get(name)
    if sheet:
        _write_picture(sheet_of(sets.load(name)), sheet)
    _say(_summary(kept), as_json)


@data.command()
@click.argument("name")
@_json_option
def remove(name: str, as_json: bool) -> None:
    """Delete the data set NAME. Runs that learnt from it stay."""
    OwnSets(home()).remove(name)
    click.echo(json.dumps({"removed": name}) if as_json else f"Removed {name}.")


def _write_picture(pixels: ByteArray, path: Path) -> None:
    from lstm_core.drawing.png import png

    with write_whole(path) as file:
        file.write(png(np.divide(pixels, 255, dtype=np.float32)))


def _looked(name: str, look: Look, splits: Splits) -> dict[str, Any]:
    """What a look found, as `_summary` says it of a data set that is kept."""
    return {
        "name": name,
        "rows": look.rows,
        "columns": look.columns,
        "classes": len(look.class_names),
        "class_names": list(look.class_names),
        "counts": dict(look.counts()),
        "train": len(splits.train),
        "validation": len(splits.validation),
        "test": len(splits.test),
        "turned_over": look.turned_over,
        "transposed": look.transposed,
        "duplicates": look.repeated,
        "split": splits.how,
        "notes": list(look.notes),
    }


def _summary(kept: Kept) -> dict[str, Any]:
    info = kept.info
    return {
        "name": info.name,
        "rows": info.rows,
        "columns": info.columns,
        "classes": info.classes,
        "class_names": list(info.class_names),
        "counts": kept.counts,
        "train": info.train,
        "validation": info.validation,
        "test": info.test,
        "turned_over": kept.turned_over,
        "transposed": kept.transposed,
        "duplicates": kept.repeated,
        "split": kept.split,
        "notes": kept.notes,
        "sources": kept.sources,
        "fingerprint": info.fingerprint,
        "added": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(kept.added)),
    }


def _say(found: dict[str, Any], as_json: bool, short: bool = False) -> None:
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(
        f"{found['name']}: {found['classes']} classes, {found['rows']} × {found['columns']} pixels, "
        f"{found['train']:,} images for training, {found['validation']:,} for validation, "
        f"{found['test']:,} for testing"
    )
    if short:
        return
    click.echo(
        "Images of each class: " + ", ".join(f"{name} {count:,}" for name, count in found["counts"].items())
    )
    for sentence in (found["split"], *found["notes"]):
        click.echo(sentence)
