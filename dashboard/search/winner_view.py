"""The winner of a search: what was searched, what it reached, and what it reaches with fresh seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import key_figures, quantities
from dashboard.search.to_compare import compare_seeds, compare_with_start
from dashboard.search.trial_table import show_run_of_trial
from dashboard.session.ways import go
from dashboard.train import followed_run, forms
from lstm_core.search.folder import SearchFolder
from lstm_core.search.plan import SearchPlan, Winner
from lstm_core.search.winner_text import mean_in_words, winner_in_words
from lstm_core.settings.descriptions import FIELDS

if TYPE_CHECKING:
    from lstm_core.search.trial_lines import TrialLine


def show_winner(folder: SearchFolder, plan: SearchPlan, winner: Winner, lines: list[TrialLine]) -> None:
    """The card of a winner that was confirmed."""
    values = lines[winner.trial].values
    with st.container(border=True, key="search-winner"):
        st.markdown("#### The winner, trained again")
        seeds = "1 fresh seed" if len(winner.seeds) == 1 else f"{len(winner.seeds)} fresh seeds"
        key_figures.show_key_figures(
            *((FIELDS[name].label, str(value)) for name, value in values.items()),
            (f"Validation accuracy, trial {winner.trial}", quantities.accuracy(winner.validation)),
            (f"Validation accuracy, {seeds}", mean_in_words(winner.validations)),
            (f"Test accuracy, {seeds}", mean_in_words(winner.accuracies)),
        )
        st.markdown(winner_in_words(winner))
        if plan.objectives[1:]:
            st.caption("It has the highest accuracy. Others on the front below are smaller.")
        st.caption(
            "The best of many trials is also a lucky one. What to expect of its settings is what they reach "
            "with seeds that the search did not use. Validation and test images differ, so compare like with "
            "like. ± is the sample’s standard deviation over the seeds."
        )
        with st.container(horizontal=True, key="search-winner-settings"):
            compare_with_start(plan, winner)
            compare_seeds(winner)
            fill = st.button(
                "Fill the form on Train with its settings", icon=":material/edit_note:", key="search-fill"
            )
        st.caption(f"The run of trial {winner.trial}, the one that was chosen:")
        show_run_of_trial(winner.run, key="search-winner")
        if fill:
            settings = plan.space.settings(plan.settings, values)
            forms.fill_with(settings)
            followed_run.follow_run("")
            go("pages/train.py")
