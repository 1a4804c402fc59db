"""Ways from a search to Compare: its best trials, and its winner over seeds against what it began with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.session import compared, services
from lstm_core.errors import LstmError
from lstm_core.search.plan import SearchPlan, Winner
from lstm_core.settings.validation import with_changes

if TYPE_CHECKING:
    from lstm_core.search.trial_lines import TrialLine

BEST = 5
"""Trials that are compared while none is ticked."""


def compare_trials(ordered: Sequence[TrialLine], ticked: Sequence[TrialLine]) -> None:
    """A button that compares the trials with a tick, or the best ones while none has.

    Args:
        ordered: all trials, best first.
        ticked: those with a tick.
    """
    best = [line for line in ordered if line.ending == "finished"]
    runs = _runs(ticked) if ticked else _runs(best)[:BEST]
    label = f"the best {len(runs)} trials" if len(runs) > 1 else "the best trials"
    if ticked:
        label = "1 ticked trial" if len(ticked) == 1 else f"{len(ticked)} ticked trials"
    why_not = compared.why_not(
        len(runs), "It takes at least two trials with different settings. Tick another one."
    )
    if st.button(
        f"Compare {label}",
        icon=":material/difference:",
        key="search-compare",
        disabled=bool(why_not),
        help=why_not or "Settings, curves and results beside each other. Tick trials to choose others.",
    ):
        compared.leave_for_compare(runs)


def compare_seeds(winner: Winner) -> None:
    """A button that shows the winner's runs over fresh seeds on Compare."""
    seeds = "seed" if len(winner.runs) == 1 else f"{len(winner.runs)} fresh seeds"
    if st.button(
        f"Its {seeds} on Compare",
        icon=":material/casino:",
        key="search-compare-seeds",
        help="Curves, results and mistakes of the winner's settings, trained again",
    ):
        compared.leave_for_compare(winner.runs)


def compare_with_start(plan: SearchPlan, winner: Winner) -> None:
    """A button that compares the winner with the settings that the search began with, both over the same
    seeds; it trains what of that is missing."""
    seeds = ", ".join(map(str, winner.seeds))
    if not st.button(
        "Compare with what it started from",
        icon=":material/difference:",
        key="search-compare-start",
        type="primary",
        help="Is the winner better than the settings that the search began with? Both over the seeds "
        f"{seeds}, on Compare. What is missing is trained first.",
    ):
        return
    try:
        settings = [with_changes(plan.settings, seed=seed) for seed in winner.seeds]
        began = [services.jobs().submit(one).run for one in settings]
    except LstmError as error:
        show_error(error)
        return
    compared.leave_for_compare([*(run.id for run in began), *winner.runs])


def _runs(lines: Sequence[TrialLine]) -> list[str]:
    """Each once: two trials may have the same settings."""
    return list(dict.fromkeys(line.run for line in lines if line.run))
