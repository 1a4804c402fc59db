"""A search on one page: where it stands, what can be done, its trials, figures and winner.

It looks at the search about once a second while a process goes on with it, in a fragment; the figures are
another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import errors_shown, harmless
from dashboard.search.opened import study
from dashboard.search.search_figures import show_figures
from dashboard.search.trial_table import show_trial, show_trials
from dashboard.search.winner_view import show_winner
from dashboard.session import services
from lstm_core.search.folder import SearchFolder
from lstm_core.search.plan import GOES_ON, Progress, SearchPlan, Wishes
from lstm_core.search.process import start

if TYPE_CHECKING:
    from lstm_core.search.trial_lines import Tally, TrialLine

LOOK_SECONDS = 1.0
FIGURES_SECONDS = 3.0
MORE = 10
"""Trials that are added at a press."""

_NAMES = {
    "searching": ":blue-badge[:material/search: searching]",
    "confirming": ":blue-badge[:material/replay: training the winner again]",
    "finished": ":green-badge[:material/check: finished]",
    "stopped": ":gray-badge[:material/stop: stopped]",
    "failed": ":red-badge[:material/error: failed]",
}
_STARTING = ":blue-badge[:material/hourglass_top: starting]"
_INTERRUPTED = ":orange-badge[:material/power_off: interrupted]"


@dataclass(frozen=True)
class _Look:
    """What a search says at one moment."""

    plan: SearchPlan
    wishes: Wishes
    progress: Progress
    lines: list[TrialLine]
    tally: Tally
    worked_on: bool
    starting: bool

    @property
    def busy(self) -> bool:
        return self.worked_on or self.starting


def show_search(folder: SearchFolder) -> None:
    """Everything about a search. Raises `LstmError`."""
    busy = _look(folder).busy
    st.fragment(_search, run_every=LOOK_SECONDS if busy else None)(folder, busy)
    # A choice of a figure redraws the figures alone.
    st.fragment(_figures, run_every=FIGURES_SECONDS if busy else None)(folder)


def _look(folder: SearchFolder) -> _Look:
    from lstm_core.search.study import storage_errors
    from lstm_core.search.trial_lines import tally, trial_lines

    plan, wishes = folder.plan, folder.wishes
    worked_on = folder.is_worked_on
    with storage_errors():
        lines = trial_lines(study(folder), plan)
    # In this order: who stops working on it has said before how it ended.
    progress = folder.progress
    starting = not worked_on and progress.state in GOES_ON and folder.was_started_just_now
    return _Look(plan, wishes, progress, lines, tally(lines), worked_on, starting)


@errors_shown()
def _search(folder: SearchFolder, busy: bool) -> None:
    look = _look(folder)
    if look.busy != busy:
        st.rerun()
    with st.container(key="search-head", gap="small"):
        st.markdown(_said(look))
        made, wanted = look.tally.made, look.wishes.trials
        st.progress(min(1.0, made / wanted), text=_counted(look))
        if look.progress.detail:
            st.caption(harmless(look.progress.detail))
        with st.container(horizontal=True, key="search-buttons"):
            _buttons(folder, look)
    if winner := look.progress.winner:
        show_winner(folder, look.plan, winner, look.lines)
    st.markdown("#### Trials")
    if not look.lines:
        st.caption("The first trial is on its way.")
        return
    if (chosen := show_trials(look.plan, look.lines)) is not None:
        show_trial(chosen, key="search-trial")


@errors_shown()
def _figures(folder: SearchFolder) -> None:
    look = _look(folder)
    show_figures(study(folder), look.plan, look.lines)


def _said(look: _Look) -> str:
    interrupted = look.progress.state in GOES_ON and not look.busy
    badge = _STARTING if look.starting else _NAMES[look.progress.state]
    settings = look.plan.settings
    ranges = " · ".join(f"`{field}`" for field in look.plan.ranges)
    return (
        f"{_INTERRUPTED if interrupted else badge} :gray[{settings.info.title} · "
        f"{quantities.plain(look.plan.preset)} · {settings.steps:,} steps ·] {ranges}"
    )


def _counted(look: _Look) -> str:
    """Such as "12 of 30 trials · 4 stopped early · best 99.0 % (trial 7)"."""
    counted = look.tally
    said = [f"{counted.made} of {look.wishes.trials} trials"]
    said += [f"{counted.pruned} stopped early"] * bool(counted.pruned)
    said += [f"{counted.failed} came to nothing"] * bool(counted.failed)
    said += [f"{counted.seeded} runs from before"] * bool(counted.seeded)
    said += [f"{counted.answered} with the settings of another"] * bool(counted.answered)
    finished = [line for line in look.lines if line.ending == "finished" and line.accuracy is not None]
    if finished:
        best = max(finished, key=lambda line: line.accuracy or 0.0)
        said.append(f"best {quantities.accuracy(best.accuracy or 0.0)}, trial {best.number}")
    if look.progress.seconds >= 1:
        said.append(quantities.duration(look.progress.seconds))
    return " · ".join(said)


def _buttons(folder: SearchFolder, look: _Look) -> None:
    if look.busy:
        if st.button(
            "Stop",
            icon=":material/stop:",
            key="search-stop",
            disabled=look.wishes.stop,
            help="Trials under way are stopped. The search can go on later, and they with it.",
        ):
            folder.steer(stop=True)
            st.rerun()
    elif look.progress.state != "finished" and st.button(
        "Go on", icon=":material/play_arrow:", key="search-go-on", type="primary"
    ):
        _go_on(folder)
    if st.button(
        f"{MORE} more trials",
        icon=":material/add:",
        key="search-more",
        help="The search goes further, and confirms its winner again if it is another one.",
    ):
        folder.steer(trials=look.wishes.trials + MORE)
        if not look.busy:
            _go_on(folder)
        st.rerun()


def _go_on(folder: SearchFolder) -> None:
    folder.steer(stop=False)
    start(folder)
    services.jobs().refresh()
    st.rerun()
