"""``search``: find good settings, on the command line."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from tqdm import tqdm

from lstm_core.cluster.on_option import on_option
from lstm_core.commands.chosen_settings import chosen_settings
from lstm_core.errors import SearchError
from lstm_core.files import home
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.progress_bar import Interrupts
from lstm_core.runs.store import RunStore
from lstm_core.search.available import check_available
from lstm_core.search.begin import begin_search
from lstm_core.search.folder import SearchFolder, SearchFolders
from lstm_core.search.plan import DEFAULT_TRIALS, FRESH_SEEDS, SECOND_OBJECTIVES, Objective
from lstm_core.search.space import SEARCHED
from lstm_core.search.winner_text import mean_accuracy, winner_in_words
from lstm_core.settings.presets import DEFAULT_PRESET, PRESETS

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

_CAN_CHANGE = ("resume", "trials", "minutes", "workers", "as_json")
"""Options that make sense for a search that is there already."""


@click.command(epilog=f"Fields for --range: {', '.join(SEARCHED)}.")
@click.option(
    "--preset",
    "preset_name",
    default=DEFAULT_PRESET,
    show_default=True,
    help=f"What every trial starts from; one of {', '.join(PRESETS)}.",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Change a field of every trial; repeatable.",
)
@click.option("--dataset", help="Short for --set dataset=….")
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="FIELD=RANGE",
    help="What to search: LOW..HIGH, LOW..HIGH:log for even steps in the logarithm, or a set A|B, such as "
    "learning_rate=0.0005..0.02:log or 'units=32|64|64,64'; repeatable.",
)
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    help=f"How many; with --resume those before included. Default: {DEFAULT_TRIALS}.",
)
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Begin no trial after that.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Trials under way at the same time. Default: as many as are trained side by side.",
)
@click.option("--study", metavar="NAME", default="", help="What to call the search.")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Of the choices of the search.")
@click.option(
    "--fresh-seeds",
    type=click.IntRange(min=1, max=100),
    default=FRESH_SEEDS,
    show_default=True,
    help="How many seeds the winner is trained again with.",
)
@click.option(
    "--second",
    type=click.Choice(SECOND_OBJECTIVES),
    help="What is to be small beside a high accuracy; no trial is stopped early then.",
)
@click.option("--prune/--no-prune", default=True, help="Stop trials that fall behind; the default.")
@click.option("--resume", metavar="NAME", help="Go on with a search that was stopped, killed or is done.")
@on_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def search(
    context: click.Context,
    preset_name: str,
    assignments: tuple[str, ...],
    dataset: str | None,
    ranges: tuple[str, ...],
    trials: int | None,
    minutes: float | None,
    workers: int | None,
    study: str,
    seed: int,
    fresh_seeds: int,
    second: Objective | None,
    prune: bool,
    resume: str | None,
    as_json: bool,
) -> None:
    """Search for good settings: trials over ranges of fields, then the best one over fresh seeds.

    Every trial is a run like any other, and settings that were trained before are not trained again. A trial
    that is behind the median of the others after as many images is stopped. The winner is chosen by
    validation accuracy alone and trained again with fresh seeds; their mean test accuracy is printed. Ctrl-C
    stops the search; --resume goes on with it.
    """
    check_available()
    root = home()
    if resume is None:
        folder = begin_search(
            root,
            chosen_settings(preset_name, assignments, dataset),
            ranges,
            preset=preset_name,
            name=study,
            trials=trials or DEFAULT_TRIALS,
            minutes=minutes,
            at_once=workers,
            second=second,
            prune=prune,
            seed=seed,
            fresh_seeds=fresh_seeds,
        )
        click.echo(f"The search is called {folder.name}.", err=True)
    else:
        _refuse_changes(context)
        folder = SearchFolders(root).get(resume)
        wishes = {"trials": trials, "minutes": minutes, "at_once": workers}
        folder.steer(stop=False, **{name: value for name, value in wishes.items() if value is not None})
    _follow(folder, root)
    _say(folder, as_json=as_json)


def _refuse_changes(context: click.Context) -> None:
    for parameter in context.command.params:
        name = parameter.name or ""
        if name not in _CAN_CHANGE and context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(
                f"--resume goes on with a search as it is, so {parameter.opts[0]} cannot be given."
            )


def _follow(folder: SearchFolder, root: Path) -> None:
    """Go on with a search and show its progress until it ends.

    Raises:
        KeyboardInterrupt: Ctrl-C; at the first one trials under way are stopped and what is known is kept.
        SearchError: it was stopped otherwise, or cannot go on.
    """
    from lstm_core.search.searching import Search
    from lstm_core.search.trial_lines import trial_line

    plan = folder.plan

    with Interrupts() as interrupts, tqdm(unit="trial", file=sys.stderr, dynamic_ncols=True) as bar:

        def told(trial: FrozenTrial) -> None:
            line = trial_line(trial, plan)
            values = ", ".join(f"{name} {value}" for name, value in line.values.items())
            accuracy = "" if line.accuracy is None else f", validation accuracy {line.accuracy:.4f}"
            note = f" ({line.note})" if line.note else ""
            bar.write(f"trial {line.number} {line.ending}{accuracy}: {values}{note}", file=sys.stderr)
            bar.update(line.ending in ("finished", "pruned"))

        def between() -> None:
            if interrupts.count > 1:
                raise KeyboardInterrupt
            if interrupts.count and not folder.wishes.stop:
                bar.write("Stopping; what is known is kept.", file=sys.stderr)
                folder.steer(stop=True)
            bar.total = folder.wishes.trials
            bar.set_description(folder.progress.state)

        progress = Search(folder, Jobs(RunStore(root)), told, between).run()
    if progress.state == "finished":
        return
    again = f"Go on with it: search --resume {folder.name}"
    if interrupts.count:
        click.echo(again, err=True)
        raise KeyboardInterrupt
    raise SearchError(f"{progress.detail} {again}")


def _say(folder: SearchFolder, *, as_json: bool) -> None:
    """The winner, how many trials it was chosen among, and what it reaches over fresh seeds."""
    from lstm_core.search.study import opened_study
    from lstm_core.search.trial_lines import tally, trial_lines

    winner = folder.progress.winner
    if winner is None:
        raise SearchError(f"The search {folder.name} has no winner.")
    with opened_study(folder, folder.plan) as study:
        lines = trial_lines(study, folder.plan)
    counted = tally(lines)
    values = dict(lines[winner.trial].values)
    if as_json:
        several = len(winner.accuracies) > 1
        answer = {
            "id": winner.run,
            "accuracy": mean_accuracy(winner),
            "deviation": statistics.stdev(winner.accuracies) if several else None,
            "trials": counted.made,
            "pruned": counted.pruned,
            "searched": winner.searched,
            "study": folder.name,
            "values": values,
            "validation_accuracy": winner.validation,
            "seeds": winner.seeds,
            "accuracies": winner.accuracies,
            "runs": winner.runs,
        }
        click.echo(json.dumps(answer))
        return
    chosen = ", ".join(f"{name}={value}" for name, value in values.items())
    said = winner_in_words(winner).replace("\N{NO-BREAK SPACE}", " ")  # a terminal breaks lines anywhere
    click.echo(f"{winner.run}  {chosen}")
    click.echo(f"{said} {counted.made} trials were made, {counted.pruned} of them stopped early.")
