"""The command line: ``row-by-row train|classify|evaluate|runs|export|reproduce``, or ``python -m lstm_core``.

Without a command it opens the dashboard.

Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 it could not
be done, 2 the command or a value in it is wrong, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from tqdm import tqdm

from lstm_core import __version__
from lstm_core.arrays import FloatArray
from lstm_core.data.datasets import load
from lstm_core.data.info import DATASETS
from lstm_core.drawing import normalise, photograph
from lstm_core.errors import ImageRejected, InvalidValue, LstmError, RunError, StorageError
from lstm_core.evidence.reproduce import reproduce
from lstm_core.export.keras_script import standalone_script
from lstm_core.files import read_bounded, write_text
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.evaluation import evaluate as evaluate_split
from lstm_core.reading.evaluation import numpy_reader
from lstm_core.reading.trace import read, use_one_core
from lstm_core.reading.verdict import sentence, verdict
from lstm_core.reading.weights import LstmWeights, save_weights
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.index import RunSummary
from lstm_core.runs.jobs import Jobs, Submission
from lstm_core.runs.progress_bar import Interrupts, follow
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.usable_devices import devices_here, without_use
from lstm_core.settings import first_weights
from lstm_core.settings.computed import Computed
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import choose
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import DEFAULT_PRESET, PRESETS, preset
from lstm_core.settings.rules import check_device
from lstm_core.settings.validation import with_changes

EVALUATION_BATCH = 250
INTERRUPTED = 130

Command = TypeVar("Command", bound=Callable[..., None])


class _Commands(click.Group):
    """Turns this package's errors into messages and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InvalidValue as error:
            raise click.UsageError(str(error)) from error
        except LstmError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt as error:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # once more would change the exit code
            click.echo("Interrupted.", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from error


def _not_empty(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """For options that may be left out: an empty value comes from a variable that was not set."""
    if value is not None and not value.strip():
        raise InvalidValue(param.opts[0], "left out or given a value", value)
    return value


@click.group(
    cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="Row by Row")
@click.option(
    "--address",
    metavar="ADDRESS",
    help="Address the dashboard listens on. With 0.0.0.0, everyone in your network can reach it "
    "and can start, change and delete runs. By default only this machine can.",
)
@click.pass_context
def main(context: click.Context, address: str | None) -> None:
    """Train multi-layer LSTMs on handwritten digits and read digits row by row.

    Without a command it opens the dashboard in the browser.
    """
    if context.invoked_subcommand is None:
        context.exit(_open_dashboard(address))
    if address:
        raise click.UsageError(f"--address is for the dashboard; `{context.invoked_subcommand}` opens none.")


def _open_dashboard(address: str | None) -> int:
    """Run the dashboard's server until it ends; its exit code.

    It listens at ``address``, or where Streamlit's settings say. The app lies beside this package in a
    checkout, and in `row_by_row` beside it where a wheel was installed.
    """
    root = Path(__file__).parents[1]
    app = next(path for path in (root / "row_by_row" / "app.py", root / "app.py") if path.exists())
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    if address:
        command += ["--server.address", _own_address(address)]
    if os.name == "posix":  # the server takes the place of this process, and so gets its signals
        os.execv(sys.executable, command)  # noqa: S606
    return subprocess.call(command)


def _own_address(address: str) -> str:
    """``address`` if the server can listen there. Raises `InvalidValue`."""
    try:
        socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET
        ).close()
    except OSError as error:
        raise InvalidValue(
            "--address", "an address or name of this machine, without port", address
        ) from error
    return address


def _run_option(command: Command) -> Command:
    return click.option(
        "--run",
        "run_id",
        metavar="ID",
        callback=_not_empty,
        help="The ID of a run, as shown by `runs`. Default: the built-in network.",
    )(command)


def _json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Write JSON, one object per line.")(command)


def _train_epilog() -> str:
    presets = [f"{name}: {found.about}" for name, found in PRESETS.items()]
    fields = [
        f"{field.name}: {field.help} Allowed: {field.rule}. Default: {_shown(field.default)}."
        for field in FIELDS.values()
    ]
    return "\n\n".join(["Presets:", *presets, "Fields for --set:", *fields])


def _shown(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


@main.command(epilog=_train_epilog())
@click.option(
    "--preset",
    "preset_name",
    default=DEFAULT_PRESET,
    show_default=True,
    help=f"One of {', '.join(PRESETS)}.",
)
@click.option(
    "--set", "assignments", multiple=True, metavar="FIELD=VALUE", help="Change a field; repeatable."
)
@click.option(
    "--dataset",
    callback=_not_empty,
    help=f"Short for --set dataset=…; one of {', '.join(DATASETS)}.",
)
@click.option(
    "--epochs", type=click.FloatRange(min=0, min_open=True), help="Sets steps by passes over the data."
)
@click.option(
    "--initial-kernel",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.csv",
    help="The first layer's weights to start from: a line for each number of a row and for each unit, in "
    "every line the four gates (input, forget, candidate, output). Sets initializer=csv.",
)
@click.option("--name", default="", help="What to call the run.")
@click.option(
    "--continue",
    "continued",
    metavar="ID",
    callback=_not_empty,
    help="Continue an interrupted, stopped or finished run instead.",
)
@click.option("--more-steps", type=click.IntRange(min=0), default=0, help="With --continue: steps to add.")
@_json_option
def train(
    preset_name: str,
    assignments: tuple[str, ...],
    dataset: str | None,
    epochs: float | None,
    initial_kernel: Path | None,
    name: str,
    continued: str | None,
    more_steps: int,
    as_json: bool,
) -> None:
    """Train a network and show its progress until it ends.

    Ctrl-C stops the training and keeps what was learnt; a second Ctrl-C quits without waiting. If the same
    settings were trained before, the saved run is shown instead.
    """
    own = assignments or dataset or epochs is not None or initial_kernel or name
    if continued and own:
        raise click.UsageError("--continue uses the run's own settings, so only --more-steps may be added.")
    if more_steps and not continued:
        raise click.UsageError("--more-steps needs --continue ID.")
    jobs = Jobs(RunStore(home()))
    if continued:
        run = jobs.store.get(continued)
    else:
        settings = _settings(preset_name, assignments, dataset, epochs)
        if initial_kernel:
            settings = _starting_from(initial_kernel, settings, jobs.store.root)
        check_device(settings, choose(settings.device, devices_here(jobs.store.root)))
        if settings.device == "auto" and (reason := without_use(jobs.store.root)):
            click.echo(f"Trains on the CPU. {reason}", err=True)
    with Interrupts() as interrupts:
        if continued:
            jobs.resume(run, more_steps)
            submission = Submission(run)
        else:
            submission = jobs.submit(settings, name)
        if submission.known:
            click.echo(submission.known, err=True)
        follow(jobs, submission.run, interrupts)
    summary = _summary(jobs.store.summary(submission.run.id))
    if as_json:
        click.echo(json.dumps(summary))
    else:
        click.echo(_line(summary))
    if summary["state"] not in ("finished", "stopped"):
        raise RunError(submission.run.status.detail or f"The training was {summary['state']}.")


def _settings(
    preset_name: str, assignments: tuple[str, ...], dataset: str | None, epochs: float | None
) -> HyperParameters:
    values: dict[str, Any] = {"dataset": dataset} if dataset else {}
    for assignment in assignments:
        field, equals, value = assignment.partition("=")
        if not equals:
            raise InvalidValue("--set", "FIELD=VALUE", assignment)
        values[field.strip()] = value.strip()
    settings = with_changes(preset(preset_name).settings(), **values)
    return with_changes(settings, steps=settings.steps_for(epochs)) if epochs is not None else settings


def _starting_from(file: Path, settings: HyperParameters, root: Path) -> HyperParameters:
    """``settings`` with the first layer's weights from a CSV file, which is kept under ``root``."""
    kernel = first_weights.parse_file(file, settings)
    fingerprint = first_weights.fingerprint_of(kernel)
    settings = with_changes(settings, initializer="csv", initial_kernel=fingerprint)
    first_weights.save(kernel, root)
    return settings


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--drawing",
    "is_drawing",
    is_flag=True,
    help="The files are drawings or photos of any size, to be cropped, scaled and centred as MNIST was. "
    "Without it they must have the network's size, light ink on dark paper.",
)
@_run_option
@_json_option
def classify(files: tuple[Path, ...], is_drawing: bool, run_id: str | None, as_json: bool) -> None:
    """Read image FILES row by row.

    With --json each line holds: file, label, probabilities (after the last row), rows (class
    probabilities after every row) and settled_at_row, null if it did not settle.
    """
    use_one_core()
    weights = _weights(run_id)
    rejected = 0
    for file in tqdm(files, unit="file", file=sys.stderr, disable=len(files) < 20):
        try:
            image = _image(file, weights, is_drawing)
        except (ImageRejected, StorageError) as error:
            click.echo(f"{_shown_path(file)}: {error}", err=True)
            rejected += 1
            continue
        probabilities = read(weights, image).probabilities
        reading = verdict(probabilities, image)
        if as_json:
            answer = {
                "file": _shown_path(file),
                "label": reading.label,
                "probabilities": _rounded(probabilities[-1]),
                "rows": [_rounded(row) for row in probabilities],
                "settled_at_row": reading.settled_at_row,
            }
            click.echo(json.dumps(answer))
        else:
            click.echo(f"{_shown_path(file)}: {sentence(reading)} ({reading.confidence:.1%})")
    if rejected:
        raise ImageRejected(f"{rejected} of {len(files)} files could not be read.")


def _shown_path(path: Path) -> str:
    """A path in characters that every stream can write; a file's name may hold any bytes."""
    return click.format_filename(path)


def _rounded(values: FloatArray) -> list[float]:
    return [round(float(value), 6) for value in values]


def _image(file: Path, weights: LstmWeights, is_drawing: bool) -> FloatArray:
    content = read_bounded(file, photograph.MAX_FILE_BYTES)
    if is_drawing:
        image = normalise.normalise(photograph.ink_from_file(content), weights.rows, weights.columns)
    else:
        image = photograph.pixels_from_file(content)
        if image.shape != (weights.rows, weights.columns):
            raise ImageRejected(
                f"The image has {image.shape[1]} × {image.shape[0]} pixels; the network reads "
                f"{weights.columns} × {weights.rows}. For drawings of any size use --drawing."
            )
    if normalise.is_blank(image):
        raise ImageRejected("The image is empty: there is no digit on it.")
    return image


@main.command()
@_run_option
@click.option(
    "--dataset",
    type=click.Choice(list(DATASETS)),
    help="Which test images to read. Default: those of the run's dataset.",
)
@_json_option
def evaluate(run_id: str | None, dataset: str | None, as_json: bool) -> None:
    """Read every test image and measure the accuracy after every row."""
    weights = _weights(run_id)
    wanted = dataset or (RunStore(home()).get(run_id).hyperparameters.dataset if run_id else "mnist")
    info = DATASETS[wanted]
    if (info.rows, info.columns) != (weights.rows, weights.columns):
        raise InvalidValue("dataset", f"of {weights.rows} × {weights.columns} images", wanted)
    with tqdm(total=info.test, unit="image", file=sys.stderr) as bar:
        result = evaluate_split(
            numpy_reader(weights), load(wanted).test, EVALUATION_BATCH, lambda done: bar.update(done - bar.n)
        )
    if as_json:
        click.echo(result.model_dump_json(exclude={"readings"}))
    else:
        click.echo(f"accuracy {result.accuracy:.4f}, loss {result.loss:.4f} on {info.test:,} test images")
        for row, accuracy in enumerate(result.accuracy_by_rows, start=1):
            click.echo(f"after row {row:2d}: {accuracy:.4f}")


@main.command()
@_json_option
def runs(as_json: bool) -> None:
    """List the trained runs, newest first."""
    store = RunStore(home())
    Jobs(store).refresh()
    found = store.summaries()
    if not as_json and not found:
        click.echo("No runs yet. Train one with: python -m lstm_core train", err=True)
    for summary in found:
        if summary.problem:
            click.echo(f"{summary.id} cannot be used: {summary.problem}", err=True)
            continue
        if summary.damage:
            click.echo(f"{summary.id}: {summary.damage}", err=True)
        line = _summary(summary)
        click.echo(json.dumps(line) if as_json else _line(line))


_SUFFIX = {"keras": ".keras", "npz": ".npz", "script": ".py"}


@main.command()
@click.option(
    "--run",
    "run_id",
    metavar="ID",
    required=True,
    callback=_not_empty,
    help="The ID of a run, as shown by `runs`.",
)
@click.option("--to", "target", type=click.Choice(list(_SUFFIX)), required=True, help="What to write.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write. Default: ID.keras, ID.npz or ID.py in the current folder.",
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def export(run_id: str, target: str, output: Path | None, force: bool) -> None:
    """Write the weights of a run as a .keras model of stock layers, or as .npz arrays with a card beside
    (the same name with .json); or its settings as a script for plain Keras."""
    run = RunStore(home()).get(run_id)
    path = output or Path(f"{run.id}{_SUFFIX[target]}")
    if path.suffix != _SUFFIX[target]:
        raise InvalidValue("--output", f"a file ending in {_SUFFIX[target]}", str(path))
    card_path = path.with_suffix(".json")
    for written in (path, card_path) if target == "npz" else (path,):
        if not force and os.path.lexists(written):
            raise InvalidValue(
                "--output", "a file that does not exist yet (--force overwrites it)", str(written)
            )
    if target == "script":
        write_text(path, standalone_script(run.hyperparameters, Computed.from_environment(run.environment())))
        click.echo(_shown_path(path))
        return
    weights = run.weights()
    if target == "npz":
        card = card_of(run)
        save_weights(weights, path)
        write_text(card_path, card.model_dump_json(indent=2) + "\n")
    else:
        from lstm_core.training.model import save_for_export

        save_for_export(weights, run.hyperparameters, path)
    click.echo(_shown_path(path))


def _weights(run_id: str | None) -> LstmWeights:
    return RunStore(home()).get(run_id).weights() if run_id else shipped_weights()


def _summary(summary: RunSummary) -> dict[str, Any]:
    identity, status, settings = summary.parts
    return {
        "id": summary.id,
        "name": identity.name,
        "state": status.state,
        "step": status.step,
        "accuracy": summary.accuracy,
        "seconds": round(status.seconds, 1),
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(identity.created)),
        "bytes": summary.size,
        "device": status.device,
        "hyperparameters": settings.model_dump(mode="json"),
    }


def _line(summary: dict[str, Any]) -> str:
    accuracy = "" if summary["accuracy"] is None else f", test accuracy {summary['accuracy']:.4f}"
    return (
        f"{summary['id']}  {summary['name']}: {summary['state']} at step {summary['step']}{accuracy}, "
        f"{summary['seconds']:.0f} s, {summary['bytes'] / 1e6:.1f} MB"
    )


main.add_command(reproduce)


if __name__ == "__main__":
    main(prog_name="python -m lstm_core")
