"""``compare ID…``: what differs between runs, and what that made of the test images."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from typing import Any

import click
import numpy as np

from lstm_core.comparison.compared_run import ComparedRun, compared_run
from lstm_core.comparison.differing import differing_settings
from lstm_core.comparison.kept_readings import readings_of
from lstm_core.comparison.labels import letter, run_labels
from lstm_core.comparison.mcnemar import PairedTest, paired_test, with_holm
from lstm_core.comparison.seed_groups import SeedGroup, seed_groups
from lstm_core.comparison.sentences import means_in_words, pair_in_words
from lstm_core.data.datasets import load
from lstm_core.errors import DataMissing, InvalidValue, LstmError
from lstm_core.files import home
from lstm_core.reading.percents import accuracy
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import as_typed


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one object per line.")
def compare(ids: tuple[str, ...], as_json: bool) -> None:
    """Compare runs: the settings that differ, test accuracies, and McNemar's test against the first.

    The IDs are those that `runs` shows. Runs that differ in nothing but the seed are taken together. With
    --json each line is a run: id, name, differing (its value of every setting that differs between the
    runs; null where it has no effect), seed, accuracy, group (the IDs of its seed group, with mean,
    deviation and n), and mcnemar against the first run: only_first, only_this, p, and p_adjusted, which
    counts how many pairs were tested (Holm); null for the first and where the two did not read the same test
    images.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) < 2:
        raise InvalidValue("ID", "given for at least two runs", ", ".join(wanted))
    store = RunStore(home())
    runs = [compared_run(store.summary(run_id)) for run_id in wanted]
    groups = seed_groups(runs)
    tests = with_holm([None, *_tests(store, runs)])
    if as_json:
        differing = differing_settings([run.settings for run in runs])
        for at, run in enumerate(runs):
            values = {name: each[at] for name, each in differing.items()}
            click.echo(json.dumps(_record(run, values, groups, tests[at])))
    else:
        for line in _lines(runs, groups, tests):
            click.echo(line.replace("\N{NO-BREAK SPACE}", " "))  # a terminal breaks lines anywhere


def _tests(store: RunStore, runs: Sequence[ComparedRun]) -> list[PairedTest | None]:
    """Of the first run with each other one; says on standard error why there is none."""
    first, *others = runs
    try:
        if not first.data:
            raise InvalidValue("ID", "that of a run trained here, to compare others with", first.id)
        data = load(first.settings.dataset, download=False)
        if data.info.fingerprint != first.data:
            raise DataMissing(
                f"The data set {data.info.name!r} is another one now than {first.id} learnt from."
            )
        labels, read = data.test.labels, _readings(store, first)
    except LstmError as error:
        click.echo(f"No test images to compare on: {error}", err=True)
        return [None] * len(others)
    tests: list[PairedTest | None] = []
    for run in others:
        test = None
        try:
            if run.data == first.data:
                test = paired_test(labels, read, _readings(store, run))
            else:
                click.echo(f"{run.id} learnt from other data than {first.id}.", err=True)
        except LstmError as error:
            click.echo(f"{run.id}: {error}", err=True)
        tests.append(test)
    return tests


def _readings(store: RunStore, run: ComparedRun) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Raises `InvalidValue` where the run was not tested."""
    result = readings_of(store.get(run.id), run.settings.info)
    if result is None:
        raise InvalidValue("ID", "that of a run that has read the test images", run.id)
    return np.array(result.readings)


def _record(
    run: ComparedRun, values: dict[str, Any], groups: Sequence[SeedGroup], test: PairedTest | None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": run.id,
        "name": run.name,
        "differing": values,
        "seed": run.settings.seed,
        "accuracy": run.accuracy,
        "group": None,
        "mcnemar": test
        and {
            "only_first": test.only_first,
            "only_this": test.only_second,
            "p": test.p,
            "p_adjusted": test.adjusted,
        },
    }
    with contextlib.suppress(StopIteration):
        group = next(group for group in groups if run in group.runs)
        ids = [one.id for one in group.runs]
        found["group"] = {"ids": ids, "mean": group.mean, "deviation": group.deviation, "n": group.n}
    return found


def _lines(
    runs: Sequence[ComparedRun], groups: Sequence[SeedGroup], tests: Sequence[PairedTest | None]
) -> list[str]:
    """For people: each group with its differing settings, then what the seeds and the pairs show."""
    differing = differing_settings([group.first.settings for group in groups])
    differing.pop("seed", None)
    labels = run_labels(groups)
    lines = []
    for at, group in enumerate(groups):
        of_group = {name: as_typed(each[at]) for name, each in differing.items()}
        values = ", ".join(f"{name} {'–' if value is None else value}" for name, value in of_group.items())
        lines.append(f"{letter(at)}  {group.name}: {_accuracy(group)}{'; ' if values else ''}{values}")
        lines += [f"     {run.id}  seed {run.settings.seed}" for run in group.runs]
    said = [
        means_in_words(groups[0], other, letter(0), letter(at))
        for at, other in enumerate(groups[1:], start=1)
        if other.first.data == groups[0].first.data
    ]
    made = sum(test is not None for test in tests)
    said += [
        pair_in_words(test, labels[runs[0].id], labels[run.id], made)
        for run, test in zip(runs, tests, strict=True)
        if test and run.id in labels
    ]
    return [*lines, *filter(None, said)]


def _accuracy(group: SeedGroup) -> str:
    if group.mean is None:
        return "not tested"
    deviation = "" if group.deviation is None else f" ± {100 * group.deviation:.2f}"
    return f"test accuracy {accuracy(group.mean)}{deviation}, n = {group.n}"
