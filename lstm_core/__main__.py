"""The command line: ``row-by-row COMMAND``, or ``python -m lstm_core COMMAND``; ``--help`` names them.

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
from lstm_core.cluster.on_option import on_option
from lstm_core.commands.chosen_settings import chosen_settings
from lstm_core.commands.compare import compare
from lstm_core.commands.data_sets import data
from lstm_core.commands.finetune import finetune
from lstm_core.commands.run_curves import curves_record
from lstm_core.commands.search import search
from lstm_core.commands.seeds import follow_all, seeds_of, submit_seeds
from lstm_core.data.datasets import load
from lstm_core.data.info import DATASETS, Dataset
from lstm_core.data.own.kept import OwnSets
from lstm_core.drawing.picture_file import MAX_FILE_BYTES
from lstm_core.elsewhere.import_command import import_model
from lstm_core.errors import ImageRejected, InvalidValue, LstmError, RunError, StorageError, WeightsError
from lstm_core.evidence.reproduce import reproduce
from lstm_core.export.keras_script import standalone_script
from lstm_core.export.onnx_model import as_onnx
from lstm_core.export.trace_file import write_trace
from lstm_core.files import read_bounded, write_text, write_whole
from lstm_core.inside.familiarity import FamiliarityModel
from lstm_core.pretrained.shipped import shipped_familiarity, shipped_weights
from lstm_core.reading import numbers
from lstm_core.reading.evaluation import evaluate as evaluate_split
from lstm_core.reading.evaluation import numpy_reader
from lstm_core.reading.trace import use_one_core
from lstm_core.reading.weights import LstmWeights, save_weights
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.cluster_start import chosen_cluster
from lstm_core.runs.familiar import familiarity_of
from lstm_core.runs.index import RunSummary
from lstm_core.runs.jobs import Jobs, Submission
from lstm_core.runs.progress_bar import Interrupts
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.usable_devices import devices_here, without_use
from lstm_core.settings import first_weights
from lstm_core.settings.computed import Computed
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import choose
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import DEFAULT_PRESET, PRESETS
from lstm_core.settings.rules import check_device
from lstm_core.settings.validation import as_typed, with_changes

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
        f"{field.name}: {field.help} Allowed: {field.rule}. Default: {as_typed(field.default)}."
        for field in FIELDS.values()
    ]
    return "\n\n".join(["Presets:", *presets, "Fields for --set:", *fields])


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
    help=f"Short for --set dataset=…; one of {', '.join(DATASETS)}, or of your own, see `data list`.",
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
    "--seeds",
    metavar="N,N,…",
    callback=_not_empty,
    help="Train once for each of these seeds, such as 0,1,2, and print a line for each.",
)
@click.option(
    "--continue",
    "continued",
    metavar="ID",
    callback=_not_empty,
    help="Continue an interrupted, stopped or finished run instead.",
)
@click.option("--more-steps", type=click.IntRange(min=0), default=0, help="With --continue: steps to add.")
@on_option
@_json_option
def train(
    preset_name: str,
    assignments: tuple[str, ...],
    dataset: str | None,
    epochs: float | None,
    initial_kernel: Path | None,
    name: str,
    seeds: str | None,
    continued: str | None,
    more_steps: int,
    as_json: bool,
) -> None:
    """Train a network and show its progress until it ends.

    Ctrl-C stops the training and keeps what was learnt; a second Ctrl-C quits without waiting. If the same
    settings were trained before, the saved run is shown instead.
    """
    own = assignments or dataset or epochs is not None or initial_kernel or name or seeds
    if continued and own:
        raise click.UsageError("--continue uses the run's own settings, so only --more-steps may be added.")
    if more_steps and not continued:
        raise click.UsageError("--more-steps needs --continue ID.")
    if seeds and any(assignment.partition("=")[0].strip() == "seed" for assignment in assignments):
        raise click.UsageError("Name the seeds with --seeds or --set seed=…, not with both.")
    jobs = Jobs(RunStore(home()))
    if continued:
        run = jobs.store.get(continued)
    else:
        settings = chosen_settings(preset_name, assignments, dataset, epochs)
        if initial_kernel:
            settings = _starting_from(initial_kernel, settings, jobs.store.root)
        if not chosen_cluster():
            check_device(settings, choose(settings.device, devices_here(jobs.store.root)))
        if settings.device == "auto" and (reason := without_use(jobs.store.root)):
            click.echo(f"Trains on the CPU. {reason}", err=True)
    with Interrupts() as interrupts:
        if continued:
            jobs.resume(run, more_steps)
            submissions = [Submission(run)]
        elif seeds:
            submissions = submit_seeds(jobs, settings, seeds_of(seeds), name)
        else:
            submissions = [jobs.submit(settings, name)]
        for known in dict.fromkeys(submission.known for submission in submissions if submission.known):
            click.echo(known, err=True)
        follow_all(jobs, submissions, interrupts)
    unfinished = [_said_how_it_ended(jobs.store, one.run, as_json=as_json) for one in submissions]
    if why := next(filter(None, unfinished), ""):
        raise RunError(why)


def _said_how_it_ended(store: RunStore, run: Run, *, as_json: bool) -> str:
    """Write what came of a training; why it did not end well, or nothing."""
    summary = _summary(store.summary(run.id))
    click.echo(json.dumps(summary) if as_json else _line(summary))
    if summary["state"] in ("finished", "stopped"):
        return ""
    return run.status.detail or f"The training was {summary['state']}."


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
@click.option(
    "--trace",
    "trace_file",
    type=click.Path(path_type=Path),
    metavar="FILE.npz",
    help="Also write the reading of one image there: every gate and state by name.",
)
@_run_option
@_json_option
def classify(
    files: tuple[Path, ...], is_drawing: bool, trace_file: Path | None, run_id: str | None, as_json: bool
) -> None:
    """Read image FILES row by row.

    Several digits on a drawing or photo are read one by one; a network whose classes are neither digits
    nor letters reads all of it as one. With --json each line holds: file, label,
    probabilities (after the last row), rows (class probabilities after every row), settled_at_row, null if
    it did not settle, and familiar, false for what does not look like anything the network has learnt, null
    if that was not measured when it was trained; all of the first digit. And numbers, a list with the same
    for every digit and its box: left, top, right and bottom in pixels. Of a network with classes that are no
    digits it also holds class_names, in the order of the probabilities.
    """
    if trace_file and len(files) > 1:
        raise click.UsageError(f"--trace takes the reading of one image; {len(files)} were given.")
    if trace_file:
        _check_target("--trace", trace_file, ".npz", force=False)
    use_one_core()
    weights = _weights(run_id)
    read_file = numbers.read_picture if is_drawing else numbers.read_image
    familiar = _familiarity(run_id, weights)
    rejected = 0
    for file in tqdm(files, unit="file", file=sys.stderr, disable=len(files) < 20):
        try:
            readings = read_file(weights, read_bounded(file, MAX_FILE_BYTES))
        except (ImageRejected, StorageError) as error:
            click.echo(f"{_shown_path(file)}: {error}", err=True)
            rejected += 1
            continue
        if trace_file:
            _write_only_trace(weights, readings, trace_file)
        if as_json:
            known = [
                None if familiar is None else not familiar.is_unfamiliar(each.trace, each.image)
                for each in readings
            ]
            answer = {"file": _shown_path(file), **numbers.as_record(readings, known)}
            if weights.class_names:
                answer["class_names"] = list(weights.class_names)
            click.echo(json.dumps(answer))
        else:
            line = f"{_shown_path(file)}: {numbers.in_words(readings)}"
            click.echo(line.replace("\N{NO-BREAK SPACE}", " "))  # a terminal breaks lines anywhere
    if rejected:
        raise ImageRejected(f"{rejected} of {len(files)} files could not be read.")


def _shown_path(path: Path) -> str:
    """A path in characters that every stream can write; a file's name may hold any bytes."""
    return click.format_filename(path)


@main.command()
@_run_option
@click.option(
    "--dataset",
    callback=_not_empty,
    help="Whose test images to read. Default: the run's dataset.",
)
@_json_option
def evaluate(run_id: str | None, dataset: str | None, as_json: bool) -> None:
    """Read every test image and measure the accuracy after every row."""
    weights = _weights(run_id)
    tested = _tested(weights, run_id, dataset)
    info = tested.info
    with tqdm(total=info.test, unit="image", file=sys.stderr) as bar:
        result = evaluate_split(
            numpy_reader(weights), tested.test, EVALUATION_BATCH, lambda done: bar.update(done - bar.n)
        )
    if as_json:
        click.echo(result.model_dump_json(exclude={"readings"}))
    else:
        click.echo(f"accuracy {result.accuracy:.4f}, loss {result.loss:.4f} on {info.test:,} test images")
        for row, accuracy in enumerate(result.accuracy_by_rows, start=1):
            click.echo(f"after row {row:2d}: {accuracy:.4f}")


def _tested(weights: LstmWeights, run_id: str | None, dataset: str | None) -> Dataset:
    """The data set ``dataset``, or the run's own. Raises `InvalidValue` where the network cannot read it."""
    own = RunStore(home()).get(run_id).hyperparameters.dataset if run_id else "mnist"
    name, field = dataset or own, "--dataset"
    # Images that cannot be read are neither loaded nor downloaded.
    info = DATASETS[name] if name in DATASETS else OwnSets(home()).get(name).info
    if (info.rows, info.columns) != (weights.rows, weights.columns):
        raise InvalidValue(field, f"of {weights.rows} × {weights.columns} images", info.name)
    if info.names != weights.names:
        classes = ", ".join(weights.names)
        raise InvalidValue(field, f"of the classes that the network knows ({classes})", info.name)
    return load(name)


@main.command()
@click.option("--archived", is_flag=True, help="Also list the runs that were archived on the Runs page.")
@click.option("--curves", is_flag=True, help="With --json: loss and accuracy by step, images and seconds.")
@_json_option
def runs(archived: bool, curves: bool, as_json: bool) -> None:
    """List the trained runs, newest first."""
    if curves and not as_json:
        raise click.UsageError("--curves needs --json.")
    store = RunStore(home())
    Jobs(store).refresh()
    found = store.summaries()
    if not as_json and not found:
        click.echo("No runs yet. Train one with: python -m lstm_core train", err=True)
    for summary in found:
        if summary.problem:
            click.echo(f"{summary.id} cannot be used: {summary.problem}", err=True)
            continue
        if summary.marks.archived and not archived:
            continue
        if summary.damage:
            click.echo(f"{summary.id}: {summary.damage}", err=True)
        line = _summary(summary)
        if curves and summary.settings:
            line["curves"] = curves_record(store.get(summary.id), summary.settings)
        click.echo(json.dumps(line) if as_json else _line(line))


_SUFFIX = {"keras": ".keras", "onnx": ".onnx", "npz": ".npz", "script": ".py", "csv": ".csv"}
_TRACKERS = ("tensorboard", "mlflow")


@main.command()
@click.option(
    "--run",
    "run_id",
    metavar="ID",
    required=True,
    callback=_not_empty,
    help="The ID of a run, as shown by `runs`.",
)
@click.option(
    "--to", "target", type=click.Choice([*_SUFFIX, *_TRACKERS]), required=True, help="What to write."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write. Default: ID with the ending of its kind, in the current folder. For tensorboard "
    "the folder of all runs that it shows; default: tensorboard.",
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@_json_option
def export(run_id: str, target: str, output: Path | None, force: bool, as_json: bool) -> None:
    """Write the weights of a run as a .keras model of stock layers, as an .onnx model, or as .npz arrays with
    a card beside (the same name with .json); its settings as a script for plain Keras; or its curves as a
    .csv table, for TensorBoard, or to the MLflow server that MLFLOW_TRACKING_URI names."""
    run = RunStore(home()).get(run_id)
    if target in _TRACKERS:
        _tell_tracker(run, target, output, force=force, as_json=as_json)
        return
    path = output or Path(f"{run.id}{_SUFFIX[target]}")
    card_path = path.with_suffix(".json")
    _check_target("--output", path, _SUFFIX[target], force=force)
    if target == "npz":
        _check_target("--output", card_path, ".json", force=force)
    origin = run.identity.origin
    if target == "script":
        if run.hyperparameters.fine_tuning:
            raise RunError(f"{run.name} started from another network, which a script cannot repeat.")
        if origin:
            raise RunError(f"{run.name} was brought in from {origin.file}: how it was trained is not known.")
        write_text(path, standalone_script(run.hyperparameters, Computed.from_environment(run.environment())))
        click.echo(json.dumps({"file": _shown_path(path)}) if as_json else _shown_path(path))
        return
    if target == "csv":
        from lstm_core.trackers.curves_csv import curves_csv

        write_text(path, curves_csv(run))
        click.echo(json.dumps({"file": _shown_path(path)}) if as_json else _shown_path(path))
        return
    weights = run.weights()
    if target == "npz":
        card = origin or card_of(run)
        save_weights(weights, path)
        write_text(card_path, card.model_dump_json(indent=2) + "\n")
    elif target == "onnx":
        content = as_onnx(weights, run.name)
        with write_whole(path) as file:
            file.write(content)
    else:
        from lstm_core.training.model import save_for_export

        save_for_export(weights, run.hyperparameters, path)
    click.echo(json.dumps({"file": _shown_path(path)}) if as_json else _shown_path(path))


def _tell_tracker(run: Run, target: str, output: Path | None, *, force: bool, as_json: bool) -> None:
    """Raises `InvalidValue` for what was written before, `PackageMissing`, `RunError`, `StorageError`."""
    if target == "tensorboard":
        from lstm_core.trackers.tensorboard_events import write_event_file

        written = write_event_file(run, output or Path("tensorboard"), force=force)
        click.echo(json.dumps({"file": _shown_path(written)}) if as_json else _shown_path(written))
        return
    if output:
        raise click.UsageError("--output is for files; MLFLOW_TRACKING_URI says where MLflow keeps runs.")
    from lstm_core.trackers.mlflow_run import log_to_mlflow

    logged = log_to_mlflow(run, force=force)
    click.echo(json.dumps({"mlflow_run": logged}) if as_json else f"logged in MLflow as run {logged}")


def _write_only_trace(weights: LstmWeights, readings: list[numbers.DigitReading], path: Path) -> None:
    """Raises `ImageRejected` where there are several digits, whose readings are several traces."""
    if len(readings) > 1:
        raise ImageRejected(f"--trace takes the reading of one digit; {len(readings)} were found.")
    write_trace(weights, readings[0].trace, readings[0].image, path)


def _check_target(option: str, path: Path, suffix: str, *, force: bool) -> None:
    """Raises `InvalidValue` for a file of another kind, or one that is there, unless ``force``."""
    if path.suffix != suffix:
        raise InvalidValue(option, f"a file ending in {suffix}", str(path))
    if not force and os.path.lexists(path):
        overwrites = " (--force overwrites it)" if option == "--output" else ""
        raise InvalidValue(option, f"a file that does not exist yet{overwrites}", str(path))


def _weights(run_id: str | None) -> LstmWeights:
    return RunStore(home()).get(run_id).weights() if run_id else shipped_weights()


def _familiarity(run_id: str | None, weights: LstmWeights) -> FamiliarityModel | None:
    if run_id:
        return familiarity_of(RunStore(home()).get(run_id), weights)
    try:
        return shipped_familiarity(weights)
    except WeightsError:  # whatever it is, the digit can be read
        return None


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
        "brought_in_from": identity.origin and identity.origin.file,
        "hyperparameters": settings.model_dump(mode="json"),
        **summary.marks.model_dump(mode="json", include={"tags", "note", "starred", "archived"}),
    }


def _line(summary: dict[str, Any]) -> str:
    accuracy = "" if summary["accuracy"] is None else f", test accuracy {summary['accuracy']:.4f}"
    return (
        f"{summary['id']}  {summary['name']}: {summary['state']} at step {summary['step']}{accuracy}, "
        f"{summary['seconds']:.0f} s, {summary['bytes'] / 1e6:.1f} MB"
    )


main.add_command(compare)
main.add_command(data)
main.add_command(finetune)
main.add_command(reproduce)
main.add_command(import_model)
main.add_command(search)


if __name__ == "__main__":
    main(prog_name="python -m lstm_core")
