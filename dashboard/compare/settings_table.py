"""The table that says what differs, with what each of the settings reached over its seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.compare.comparison import Comparison, curves
from dashboard.compare.table import Value, show_table
from dashboard.parts import quantities
from dashboard.parts.messages import harmless
from dashboard.train.choice_titles import choice_in_words
from lstm_core.comparison.differing import SEED, differing_settings
from lstm_core.comparison.labels import letter
from lstm_core.comparison.seed_groups import SeedGroup
from lstm_core.comparison.sentences import means_in_words
from lstm_core.errors import LstmError
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.settings.descriptions import FIELDS


def show_settings(compared: Comparison) -> None:
    """One line for each of the settings; then what the seeds show of their differences."""
    groups = compared.groups
    differing = _differing(groups)
    seeds = "Seeds" if any(len(group.runs) > 1 for group in groups) else "Seed"
    head = ["", "Test accuracy", seeds, *differing, "Training time"]
    file_head = ["run", "mean test accuracy", "standard deviation", "n", "seeds", *differing, "seconds"]
    lines, values = [], []
    for at, group in enumerate(groups):
        its = {name: each[at] for name, each in differing.items()}
        lines.append([_named(at, group), _reached(group), _seeds(group), *its.values(), _time(group)])
        values.append(_values(at, group, its))
    spread = any(group.deviation is not None for group in groups)
    show_table(
        "Mean test accuracy over the seeds ± the sample’s standard deviation in percentage points"
        if spread
        else "What differs, and the share of the test images that is read correctly",
        head,
        lines,
        values,
        name="compared-settings",
        file_head=file_head,
        groups=range(len(groups)),
    )
    if len(groups) > 1:
        st.caption("All other settings that shape the network are equal." if differing else _nothing(groups))
    for sentence in _sentences(groups):
        st.markdown(f"- {harmless(sentence)}")
    _dots(groups)


def _differing(groups: Sequence[SeedGroup]) -> dict[str, list[str]]:
    """Settings, and what else makes runs differ, by what the column is called."""
    settings = [group.first.settings for group in groups]
    found = differing_settings(settings)
    changes = [_changes(group) for group in groups]
    columns = {}
    for name in FIELDS:
        if name == SEED or not (name in found or any(name in changed for changed in changes)):
            continue
        values = found.get(name, [getattr(one, name) for one in settings])
        cells = ["–" if value is None else choice_in_words(name, value) for value in values]
        for at, changed in enumerate(changes):
            if name in changed:
                from_and_to = (FIELDS[name].kind(value) for value in changed[name])
                cells[at] = " → ".join(choice_in_words(name, value) for value in from_and_to)
        columns[FIELDS[name].label] = cells
    computed = [str(group.first.computed) or "not known" for group in groups]
    if len(set(computed)) > 1:
        columns["Computed"] = computed
    ended = [_ended(group) for group in groups]
    if any(ended):
        columns["Beware"] = [said or "–" for said in ended]
    return columns


def _changes(group: SeedGroup) -> Mapping[str, tuple[float, float]]:
    """What a person changed while the run of ``group`` trained, as `RunCurves` has it."""
    try:
        return curves(group.first).changes if group.first.tweaked else {}
    except LstmError:  # whose curves the page says it cannot show
        return {}


def _ended(group: SeedGroup) -> str:
    """Why a run does not stand for its settings, or nothing."""
    run = group.first
    if run.stands_for_its_settings:
        return ""
    if run.brought_in:
        return "trained elsewhere"
    reasons = (
        ("began with learnt weights", run.settings.fine_tuning is not None),
        ("changed while it trained", run.tweaked),
        (run.state, run.state != "finished"),
    )
    return ", ".join(reason for reason, holds in reasons if holds)


def _nothing(groups: Sequence[SeedGroup]) -> str:
    return "No setting that shapes the network differs." if len(groups) > 1 else ""


def _named(at: int, group: SeedGroup) -> str:
    return f"{letter(at)}  {group.name}"


def _reached(group: SeedGroup) -> str:
    if group.mean is None:
        return "–"
    if group.deviation is None:
        return quantities.accuracy(group.mean)
    return f"{quantities.accuracy(group.mean)} ± {100 * group.deviation:.2f}, n = {group.n}"


def _seeds(group: SeedGroup) -> str:
    if group.first.brought_in:
        return "–"
    coming = sum(run.state in WAITING_OR_ACTIVE for run in group.runs)
    seeds = ", ".join(map(str, group.seeds))
    return f"{seeds} ({coming} on the way)" if coming else seeds


def _time(group: SeedGroup) -> str:
    known = [run.seconds for run in group.runs if run.seconds]
    return quantities.duration(sum(known) / len(known)) if known else "–"


def _values(at: int, group: SeedGroup, its: dict[str, Any]) -> list[Value]:
    known = [run.seconds for run in group.runs if run.seconds]
    mean = None if group.mean is None else round(group.mean, 6)
    deviation = None if group.deviation is None else round(group.deviation, 6)
    seconds = sum(known) / len(known) if known else None
    return [_named(at, group), mean, deviation, group.n, _seeds(group), *its.values(), seconds]


def _sentences(groups: Sequence[SeedGroup]) -> list[str]:
    """What the seeds show of each against the first."""
    first, said = groups[0], []
    for at, other in enumerate(groups[1:], start=1):
        if other.first.data == first.first.data:
            said.append(means_in_words(first, other, letter(0), letter(at)))
        else:
            info = other.first.settings.info.title
            what = "read other images" if other.first.brought_in else f"learnt from {info}"
            said.append(f"{letter(at)} {what}: its accuracy is not compared with that of {letter(0)}.")
    return [sentence for sentence in said if sentence]


def _dots(groups: Sequence[SeedGroup]) -> None:
    """Every seed as a dot, where there are several."""
    shown = [(at, group) for at, group in enumerate(groups) if group.n]
    if not any(group.n > 1 for _, group in shown):
        return
    from dashboard.compare.figure_files import show_figure
    from lstm_core.figures.of_runs.overlaid_lines import style_of
    from lstm_core.figures.of_runs.seed_dots import SeedGroup as Dots
    from lstm_core.figures.of_runs.seed_dots import seed_dots

    tested = {at: [run for run in group.runs if run.accuracy is not None] for at, group in shown}
    figure = seed_dots(
        [
            Dots(
                letter(at),
                [run.settings.seed for run in tested[at]],
                group.accuracies,
                colour=style_of(at)[0],
            )
            for at, group in shown
        ]
    )
    values: list[list[Value]] = [
        [letter(at), run.settings.seed, run.accuracy] for at, _ in shown for run in tested[at]
    ]
    said = "; ".join(f"{letter(at)}: {_reached(group)}" for at, group in shown)
    show_figure(
        figure,
        alt=f"Test accuracy of every seed as dots. {said}.",
        name="compared-seeds",
        head=("settings", "seed", "test accuracy"),
        values=values,
    )
