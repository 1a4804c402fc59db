"""``python -m lstm_core reproduce``: train presets and experiments over several seeds and keep the results.

Trainings go through the queue and the training process like any other, so seeds that were trained before
are answered from their runs, and one that was interrupted goes on from its checkpoint. Every result is in
the file before the next one is begun; whatever ends this command, the next one goes on from there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from lstm_core.cluster.on_option import on_option
from lstm_core.data.datasets import load
from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue, StorageError
from lstm_core.evidence import memory_of_a_batch
from lstm_core.evidence.experiments import COMPARISONS, Variation, settings_of
from lstm_core.evidence.planned_training import BegunTrainings, PlannedTraining, finished_run
from lstm_core.evidence.results import (
    FILE,
    PUBLISHED_IMAGES,
    TRAINING_IMAGES,
    MemoryResult,
    Results,
    TrainingResult,
    results,
    save,
)
from lstm_core.files import locked
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.usable_devices import devices_here
from lstm_core.settings.computed import NAMES, Computed
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import Device, choose, list_devices
from lstm_core.settings.presets import PRESETS, preset
from lstm_core.settings.rules import check_device
from lstm_core.settings.run_key import run_key

SEEDS = (0, 1, 2)
MAX_SEEDS = 100
PROGRAM = "python -m lstm_core reproduce"
_READ_AT_ONCE = 500


def _seeds(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        seeds = tuple(dict.fromkeys(int(piece) for piece in value.split(",")))
    except ValueError as error:
        raise InvalidValue("--seeds", "whole numbers with commas between, such as 0,1,2", value) from error
    if len(seeds) > MAX_SEEDS:
        raise InvalidValue("--seeds", f"at most {MAX_SEEDS} numbers", value)
    return seeds


@click.command()
@click.option(
    "--preset",
    "preset_names",
    multiple=True,
    metavar="NAME",
    help=f"Train this preset; repeatable. One of {', '.join(PRESETS)}.",
)
@click.option(
    "--seeds",
    callback=_seeds,
    metavar="N,N,…",
    default=",".join(map(str, SEEDS)),
    show_default=True,
    help="Each is trained with each of these.",
)
@click.option(
    "--compare",
    "experiments",
    multiple=True,
    metavar="NAME",
    help=f"Train every side of this experiment; repeatable. One of {', '.join(COMPARISONS)}.",
)
@click.option("--no-compare", "without_experiments", is_flag=True, help="Of everything, leave these out.")
@click.option(
    "--memory/--no-memory",
    "with_memory",
    default=None,
    help=f"Measure the memory for {PUBLISHED_IMAGES:,} images in one batch.",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Change a setting in every training; repeatable. These results do not count for the preset.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=FILE,
    help="File to which the results are added. Default: the file that the Evidence page shows.",
)
@on_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one object a line.")
def reproduce(
    preset_names: tuple[str, ...],
    seeds: tuple[int, ...],
    experiments: tuple[str, ...],
    without_experiments: bool,
    with_memory: bool | None,
    assignments: tuple[str, ...],
    output: Path,
    as_json: bool,
) -> None:
    """Train presets and experiments over several seeds and keep the results, for the Evidence page.

    Without --preset, --compare and --memory everything is done, which takes hours without a GPU; with any
    of these options, only that part is done. What was trained before is not trained again.
    """
    if unknown := [name for name in experiments if name not in COMPARISONS]:
        raise InvalidValue("--compare", f"one of {', '.join(COMPARISONS)}", unknown[0])
    everything = not (preset_names or experiments or with_memory)
    changes = _changes(assignments)
    parts: list[PlannedTraining] = []
    for name in dict.fromkeys(preset_names or (PRESETS if everything else ())):
        parts += _parts(name, Variation(name, name, {}), seeds, changes, f"--preset {name}")
    every_experiment = COMPARISONS if everything and not without_experiments else ()
    for name in dict.fromkeys(experiments or every_experiment):
        by_heart = COMPARISONS[name].learnt_by_heart
        for side in COMPARISONS[name].sides:
            title, chosen = f"{name}: {side.name}", f"--compare {name}"
            parts += _parts(title, side, seeds, changes, chosen, learnt_by_heart=by_heart)
    devices, jobs = list_devices(), Jobs(RunStore(home()))
    usable = devices_here(jobs.store.root, devices)
    where = [choose(part.settings.device, usable) for part in parts]
    for part, device in zip(parts, where, strict=True):
        check_device(part.settings, device)
    keep = _Keeper(output, as_json)
    keep.check()
    begun = BegunTrainings(jobs, list(zip(parts, where, strict=True)))
    try:
        for number, part in enumerate(parts, start=1):
            click.echo(f"{number} of {len(parts)}: {part.title}, seed {part.seed}", err=True)
            keep.training(part, finished_run(jobs, part, begun.run(number - 1)))
    finally:
        begun.cancel_rest()
    if with_memory or (everything and with_memory is None):
        for device in _measured_on(devices):
            for network in memory_of_a_batch.NETWORKS:
                click.echo(f"Memory of the {network} on {device.title}", err=True)
                keep.memory(network, device, memory_of_a_batch.measure(network, PUBLISHED_IMAGES, device))


def _changes(assignments: tuple[str, ...]) -> dict[str, str]:
    changes = {}
    for assignment in assignments:
        field, equals, value = (piece.strip() for piece in assignment.partition("="))
        if not equals:
            raise InvalidValue("--set", "FIELD=VALUE", assignment)
        if field == "seed":
            raise InvalidValue("--set", "of another field; --seeds gives the seeds", assignment)
        if field not in FIELDS:
            raise InvalidValue("--set", f"of one of {', '.join(FIELDS)}", field)
        changes[field] = value
    return changes


def _parts(
    title: str,
    variation: Variation,
    seeds: tuple[int, ...],
    changes: Mapping[str, str],
    chosen: str,
    *,
    learnt_by_heart: bool = False,
) -> Iterator[PlannedTraining]:
    """One part for each seed. Raises `InvalidValue`."""
    varied = {**variation.varied, **changes}
    settings = [settings_of(variation.preset, varied, seed) for seed in seeds]
    sets = "".join(f" --set {field}={value}" for field, value in changes.items())
    command = f"{PROGRAM} {chosen}{sets} --seeds {','.join(map(str, seeds))}"
    for seed, made in zip(seeds, settings, strict=True):
        as_json = made.model_dump(mode="json")
        written = Variation(variation.name, variation.preset, {field: as_json[field] for field in varied})
        yield PlannedTraining(title, written, seed, made, command, learnt_by_heart)


def _measured_on(devices: list[Device]) -> list[Device]:
    """The first GPU, if there is one, and the CPU."""
    return [*[device for device in devices if device.is_gpu][:1], devices[-1]]


class _Keeper:
    """Writes each result to the file as soon as it is there, and says it.

    Args:
        output: the file. Beside it is a lock, held while it is read and written, so that commands that train
            in different home folders can share it.
        as_json: whether to say it in JSON.
    """

    def __init__(self, output: Path, as_json: bool) -> None:
        self.output = output
        self.lock = output.with_name(f".{output.name}.lock")
        self.as_json = as_json

    def check(self) -> None:
        """Say now, not after hours of training, that nothing could be kept.

        Raises:
            DataDamaged: the file does not hold results.
            StorageError: it cannot be read or written; what to do is said.
        """
        try:
            self.output.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.output.parent) as probe:
                probe.write(b"{}")
        except OSError as error:
            raise StorageError(
                f"The results cannot be written to {self.output}: {error.strerror or error}. "
                "Choose a file that can be written with --output FILE."
            ) from error
        results(self.output)

    def training(self, part: PlannedTraining, run: Run) -> None:
        card = card_of(run)
        computed = Computed.from_environment(card.versions)
        new = TrainingResult(
            command=part.command,
            device=card.device,
            versions=_numbers(card.versions),
            date=card.date,
            preset=part.variation.preset,
            varied=dict(part.variation.varied),
            seed=part.seed,
            key=run_key(part.settings),
            steps=card.steps,
            accuracy=card.test_accuracy,
            validation_accuracy=card.validation_accuracy,
            training_accuracy=_training_accuracy(run) if part.learnt_by_heart else None,
            half_way_accuracy=_half_way_accuracy(run),
            seconds=card.seconds,
            computation=computed.computation,
            precision=computed.precision,
        )
        self._merge(lambda held: held.with_training(new))
        how = f", computed {computed}" if str(computed) else ""
        published = preset(new.preset).published_accuracy if not new.varied else None
        beside = f" (published {published:.4f})" if published else ""
        self._say(
            new,
            f"{part.title}, seed {new.seed}: test accuracy {new.accuracy:.4f}{beside} after {new.steps:,} "
            f"steps, {new.seconds:.0f} s{how}",
        )

    def memory(self, network: str, device: Device, measured: memory_of_a_batch.Measurement) -> None:
        new = MemoryResult(
            command=f"{PROGRAM} --memory",
            device=device.title,
            versions=_numbers(measured.versions),
            date=time.strftime("%Y-%m-%d", time.gmtime()),
            network=network,
            images=PUBLISHED_IMAGES,
            extra_bytes=measured.extra_bytes,
            measured="allocator" if device.is_gpu else "resident",
        )
        self._merge(lambda held: held.with_memory(new))
        self._say(
            new,
            f"{network}: {new.mebibytes:,.0f} MiB for {new.images:,} images in one batch on {device.title}",
        )

    def _merge(self, change: Callable[[Results], Results]) -> None:
        with locked(self.lock):
            save(change(results(self.output)), self.output)

    def _say(self, result: TrainingResult | MemoryResult, line: str) -> None:
        click.echo(result.model_dump_json() if self.as_json else line)


def _training_accuracy(run: Run) -> float:
    """Share of the first training images that the run's network reads rightly after the last row."""
    train = load(run.hyperparameters.dataset, download=False).train
    first = Split(train.images[:TRAINING_IMAGES], train.labels[:TRAINING_IMAGES])
    return evaluate(numpy_reader(run.weights()), first, _READ_AT_ONCE).accuracy


def _half_way_accuracy(run: Run) -> float | None:
    result = run.result()
    return result.accuracy_by_rows[(len(result.accuracy_by_rows) - 1) // 2] if result else None


def _numbers(versions: Mapping[str, str]) -> dict[str, str]:
    """Without what the environment of a run holds besides: the device and how it computed, which a result
    names itself."""
    besides = {"device", *NAMES} - {"backend"}
    return {name: version for name, version in versions.items() if name not in besides}
