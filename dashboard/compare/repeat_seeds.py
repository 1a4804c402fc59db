"""The same settings over more seeds, with one press; and the runs that are still on their way."""

from __future__ import annotations

import streamlit as st

from dashboard.compare.comparison import Comparison
from dashboard.parts import quantities
from dashboard.parts.messages import errors_shown, harmless, show_error
from dashboard.session import compared as selection
from dashboard.session import services
from lstm_core.comparison.seed_groups import SeedGroup, missing_seeds
from lstm_core.errors import LstmError
from lstm_core.runs.names import MAX_NAME, default_name
from lstm_core.runs.status import WAITING_OR_ACTIVE, State
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes

SEEDS = 5
LOOK_SECONDS = 1.5


def show_repeat(compared: Comparison) -> None:
    """The button, where seeds are missing, and what is being trained."""
    if compared.busy:
        states = tuple((run.id, run.state) for run in compared.runs)
        st.fragment(_watch, run_every=LOOK_SECONDS)(states)
    missing = {
        group: missing_seeds(group.seeds, SEEDS)
        for group in compared.groups
        if group.first.stands_for_its_settings
    }
    count = sum(map(len, missing.values()))
    if not count:
        return
    too_many = len(selection.chosen()) + count > selection.MOST_RUNS
    runs = "1 more network" if count == 1 else f"{count} more networks"
    about = f"Trains {runs}{_time(missing)}, so that a difference can be told from noise"
    if too_many:
        about = f"That would be more than {selection.MOST_RUNS} runs at once. Compare fewer settings."
    if st.button(
        f"Repeat over {SEEDS} seeds",
        icon=":material/casino:",
        key="compare-repeat",
        disabled=too_many,
        help=about,
    ):
        _train(missing)


def _time(missing: dict[SeedGroup, list[int]]) -> str:
    """About how long it takes, from how long their runs took; empty where that is not known."""
    seconds = 0.0
    for group, seeds in missing.items():
        known = [run.seconds for run in group.runs if run.state == "finished" and run.seconds]
        if seeds and not known:
            return ""
        seconds += len(seeds) * sum(known) / len(known) if seeds else 0
    return f", about {quantities.duration(seconds)} of training" if seconds else ""


def _train(missing: dict[SeedGroup, list[int]]) -> None:
    added = []
    try:
        for group, seeds in missing.items():
            for seed in seeds:
                settings = with_changes(group.first.settings, seed=seed)
                run = services.jobs().submit(settings, _name(group, settings)).run
                added.append(run.id)
    except LstmError as error:
        show_error(error)
        return
    finally:
        selection.choose([*selection.chosen(), *added])
    st.rerun()


def _name(group: SeedGroup, settings: HyperParameters) -> str:
    """That of the group with the seed behind it, where a person gave it one; empty for the usual."""
    first = group.first
    if first.name == default_name(first.settings):
        return ""
    end = f" seed {settings.seed}"
    return f"{group.name[: MAX_NAME - len(end)].rstrip()}{end}"


@errors_shown()
def _watch(states: tuple[tuple[str, State], ...]) -> None:
    """What the runs on their way are at; asks for a run of the page when one of them has come further."""
    services.jobs().refresh()
    store = services.store()
    waiting, training = 0, []
    for run_id, before in states:
        try:
            identity, status, _ = store.summary(run_id).parts
        except LstmError:
            st.rerun(scope="app")
        ended = before in WAITING_OR_ACTIVE and status.state not in WAITING_OR_ACTIVE
        if ended:
            st.rerun(scope="app")
        waiting += status.state == "queued"
        if status.state in WAITING_OR_ACTIVE and status.state != "queued":
            training.append(identity.name)
    said = [f"Training: {', '.join(training)}"] if training else []
    said += [f"{waiting} waiting"] if waiting else []
    st.html('<div class="preparing"><span class="spinner" aria-hidden="true"></span></div>', width="content")
    st.caption(harmless(". ".join(said)) or "Nearly done.")
