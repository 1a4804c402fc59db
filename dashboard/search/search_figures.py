"""The figures of a search, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.search.second import SECOND_TITLES
from dashboard.search.trial_table import show_trial
from lstm_core.search.plan import SearchPlan

if TYPE_CHECKING:
    import optuna

    from lstm_core.figures.figure import Figure
    from lstm_core.search.trial_lines import TrialLine

SURE_TRIALS = 50
"""Finished trials from which the importance of a setting is more than a hint: PED-ANOVA compares the best
tenth with all, and needs at least five trials there, as the documentation of Optuna's evaluator says."""

_FRONT, _IMPORTANCE = "front", "importance"
_CLICKABLE = " Click one to open the trial."
_ABOUT = {
    "history": "Each dot is a finished trial; the line is the best one so far.",
    "parallel coordinates": "Each line is a finished trial, through its accuracy and its settings. The "
    "orange one is the best. Where lines of high accuracy meet, a setting matters.",
    _IMPORTANCE: "How much of the differences in accuracy each setting accounts for, by PED-ANOVA (Watanabe "
    "et al., 2023). It says nothing about values that were not tried.",
    "slices": "The accuracy of every finished trial over each setting. The orange dot is the best.",
    _FRONT: "Orange dots are trials that no other beats in both.",
}
_LEAST = 2
"""Finished trials that a figure needs to say something."""


def show_figures(study: optuna.Study, plan: SearchPlan, lines: list[TrialLine]) -> None:
    """A choice of figures, and the chosen one."""
    finished = sum(line.ending == "finished" for line in lines)
    if finished < _LEAST:
        return
    first = _FRONT if plan.objectives[1:] else "history"
    from lstm_core.figures import theme
    from lstm_core.figures.of_runs.search_study import chosen_trial

    names = [first, "parallel coordinates", _IMPORTANCE, "slices"]
    if len(plan.space.fields) == 1:
        names.remove(_IMPORTANCE)  # of a single setting it is all there is
    st.markdown("#### What the trials say")
    chosen = st.segmented_control(
        "Figure", names, default=names[0], required=True, key="search-figure", label_visibility="collapsed"
    )
    figure = _figure(study, plan, chosen, finished)
    if figure is None:
        st.caption("With this few trials of such equal accuracy there is nothing to tell apart.")
        return
    event = st.plotly_chart(
        figure,
        config=theme.CONFIG,
        alt=_ABOUT[chosen],
        key=f"search-figure-{chosen}",
        on_select="rerun",
        selection_mode="points",
    )
    st.caption(_ABOUT[chosen] + (_how_sure(finished) if chosen == _IMPORTANCE else _CLICKABLE))
    number = chosen_trial(event)
    if number is not None and number < len(lines):
        show_trial(lines[number], key="search-clicked")


def _how_sure(finished: int) -> str:
    """How much the importance of settings is worth with so many finished trials."""
    said = f" Estimated from {finished} finished trials."
    if finished >= SURE_TRIALS:
        return said
    return (
        f"{said} It goes by the best tenth of them, fewer than five below {SURE_TRIALS} trials: "
        "take it as a hint only."
    )


def _figure(study: optuna.Study, plan: SearchPlan, name: str, finished: int) -> Figure | None:
    """Drawn anew when another trial has finished; None where Optuna cannot tell anything apart."""
    kept = st.session_state.setdefault("search-figures-drawn", {})
    key = (plan.name, plan.created, name)
    if kept.get(key, (None, None))[0] != finished:
        kept[key] = finished, _drawn(study, plan, name)
    found: Figure | None = kept[key][1]
    return found


def _drawn(study: optuna.Study, plan: SearchPlan, name: str) -> Figure | None:
    from lstm_core.figures.of_runs.search_study import FIGURES, search_front

    try:
        if name == _FRONT:
            return search_front(study, SECOND_TITLES[plan.objectives[1]].lower())
        return FIGURES[name](study)
    except (ValueError, RuntimeError):  # such as the importance of settings that all reached the same
        return None
