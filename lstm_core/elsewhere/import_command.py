"""``row-by-row import FILE``: a model from elsewhere becomes a run."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lstm_core.elsewhere.brought_model import bring_in
from lstm_core.elsewhere.model_file import MOST_BYTES
from lstm_core.errors import InvalidValue
from lstm_core.files import read_bounded
from lstm_core.runs.store import RunStore, home


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What to call the run. Default: the name of the file.")
@click.option(
    "--classes",
    default="",
    metavar="A,B,…",
    help="What the model's outputs are called, in their order. Default: the digits 0, 1, 2, …",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one object per line.")
def import_model(file: Path, name: str, classes: str, as_json: bool) -> None:
    """Bring in a model that was trained elsewhere: a .keras or .h5 file of Keras, or weights as .npz.

    Stacks of LSTM, GRU or SimpleRNN layers with a Dense layer on top become a run that every page and command
    can use. Others are refused with the layer that does not fit. Nothing in the file is run.
    """
    names = [one.strip() for one in classes.split(",")] if classes else []
    if names and not all(names):
        raise InvalidValue("--classes", "names with commas between, such as A,B,C", classes)
    brought = bring_in(RunStore(home()), read_bounded(file, MOST_BYTES), file.name, name, names)
    for said in filter(None, (brought.known, *brought.notes)):
        click.echo(said, err=True)
    identity, origin = brought.run.identity, brought.run.identity.origin
    settings = brought.run.hyperparameters
    if as_json:
        answer = {
            "id": brought.run.id,
            "name": identity.name,
            "new": not brought.known,
            "cell": settings.cell,
            "units": list(settings.units),
            "direction": settings.direction,
            "rows": origin and origin.rows,
            "columns": origin and origin.columns,
            "classes": origin and origin.classes,
            "class_names": list(origin.class_names) if origin else [],
            "notes": list(brought.notes),
        }
        click.echo(json.dumps(answer))
        return
    reads = f", reads {origin.reads}" if origin else ""
    units = ", ".join(map(str, settings.units))
    click.echo(f"{brought.run.id}  {identity.name}: {settings.cell} of {units} units{reads}")
