"""The trials of a search as a table with their curves, and what can be done with one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import harmless, show_warning
from dashboard.parts.ticked_table import ticked_table
from dashboard.search.second import SECOND_TITLES
from dashboard.search.to_compare import compare_trials
from dashboard.session import services
from dashboard.session.ways import go
from dashboard.train import followed_run
from dashboard.train.next_steps import next_steps
from lstm_core.errors import LstmError
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.search.plan import SearchPlan
from lstm_core.settings.descriptions import FIELDS

if TYPE_CHECKING:
    from lstm_core.search.trial_lines import TrialLine

_ENDINGS = {"pruned": "stopped early", "training": "in training", "failed": "came to nothing"}


def show_trials(plan: SearchPlan, lines: list[TrialLine]) -> TrialLine | None:
    """The table, best first, and the way to Compare; the trial with the cell that a click or the arrow keys
    chose."""
    ordered = sorted(lines, key=_order)
    rows = [_row(plan, line) for line in ordered]
    notes = any(line.note for line in ordered)
    found = ticked_table(
        rows,
        [str(line.number) for line in ordered],
        key=f"search-trials-{plan.name}-{plan.created:.0f}",
        alt="The trials",
        column_order=[name for name in rows[0] if notes or name != "Note"],
        column_config={
            **{
                FIELDS[field.name].label: st.column_config.NumberColumn(format="%g")
                for field in plan.space.fields
                if field.description.kind is float and not field.choices
            },
            "Trial": st.column_config.NumberColumn(width=60),
            "Validation": st.column_config.NumberColumn(
                format="%.2f %%", width=90, help="Accuracy on the validation images at the end of the trial"
            ),
            "Curve": st.column_config.LineChartColumn(
                width=130, y_min=0, y_max=1, help="Validation accuracy by images seen"
            ),
            "Note": st.column_config.TextColumn(width=300),
        },
    )
    st.caption(
        "Best first. Click a trial, or go to it with the arrow keys, to open it as the run it is. Tick "
        "boxes, or press Shift and the space bar, to choose several."
    )
    compare_trials(ordered, [line for line in ordered if str(line.number) in found.ids])
    return None if found.touched is None else ordered[found.touched]


def _order(line: TrialLine) -> tuple[bool, bool, float, int]:
    """Those under way first, then finished ones, each by accuracy."""
    accuracy = line.accuracy if line.accuracy is not None else -1.0
    return line.ending not in ("training", "waiting"), line.ending != "finished", -accuracy, line.number


def _row(plan: SearchPlan, line: TrialLine) -> dict[str, Any]:
    state = "from before" if line.seeded else _ENDINGS.get(line.ending, line.ending)
    return {
        "Trial": line.number,
        "Validation": None if line.accuracy is None else 100 * line.accuracy,
        **{FIELDS[field.name].label: line.values.get(field.name) for field in plan.space.fields},
        **{SECOND_TITLES[name]: line.others.get(name) for name in plan.objectives[1:]},
        "Curve": list(line.curve) or None,
        "State": state,
        "Note": line.note,
    }


def show_trial(line: TrialLine, *, key: str) -> None:
    """What can be done with the run of a trial."""
    with st.container(border=True, key=key):
        values = ", ".join(f"{FIELDS[name].label.lower()} {value}" for name, value in line.values.items())
        st.markdown(f"**Trial {line.number}** · {quantities.plain(values)}")
        if line.note:
            st.caption(harmless(line.note))
        if not line.run:
            st.caption("It has no run yet.")
            return
        show_run_of_trial(line.run, key=key)


def show_run_of_trial(run_id: str, *, key: str) -> None:
    """The ways from a trial to the run it is."""
    try:
        summary = services.store().summary(run_id)
        state = summary.parts[1].state
    except LstmError as error:
        show_warning(error)
        return
    with st.container(horizontal=True, key=f"{key}-ways"):
        if st.button("Open on Train", icon=":material/monitoring:", key=f"{key}-open"):
            followed_run.follow_run(run_id)
            go("pages/train.py", run=run_id)
        waits = "It can be used when the training has ended" if state in WAITING_OR_ACTIVE else ""
        next_steps(run_id, key=key, why_not=waits)
