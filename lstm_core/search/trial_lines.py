"""What a list shows of every trial of a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import optuna
from optuna.trial import FrozenTrial, TrialState

from lstm_core.search import study as kept
from lstm_core.search.plan import SearchPlan

Ending = Literal["finished", "pruned", "failed", "training", "waiting"]

_ENDINGS: Mapping[TrialState, Ending] = {
    TrialState.COMPLETE: "finished",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "training",
    TrialState.WAITING: "waiting",
}


@dataclass(frozen=True)
class TrialLine:
    """One trial.

    Attributes:
        number: from 0, in the order in which they were asked for.
        ending: how it stands.
        seeded: whether it is a run that was there before the search.
        values: of the searched fields, by name, as the settings have them.
        accuracy: on the validation images at the end, or where it was given up; None before the first.
        others: what else is measured of it, by objective, once it is finished.
        curve: validation accuracies, by images seen.
        run: identifier of its run; empty before there is one.
        note: why it came to nothing, when it was given up, or whose run answered it.
        answered_by: number of an earlier trial that rounds to the same settings, so that one training counts
            for both; None for a trial with a run of its own.
    """

    number: int
    ending: Ending
    seeded: bool
    values: Mapping[str, Any]
    accuracy: float | None
    others: Mapping[str, float]
    curve: tuple[float, ...]
    run: str
    note: str
    answered_by: int | None = None


def trial_lines(study: optuna.Study, plan: SearchPlan) -> list[TrialLine]:
    """Every trial, by number. Raises what the storage raises."""
    found: list[TrialLine] = []
    owners: dict[str, int] = {}
    for trial in study.get_trials(deepcopy=False):
        line = trial_line(trial, plan)
        owner = owners.get(line.run)
        # A trial that is asked again goes on with the run of the one that came to nothing.
        if line.run and line.ending != "failed":
            owners.setdefault(line.run, line.number)
        found.append(line if owner is None or line.ending == "failed" else _answered(line, owner))
    return found


def _answered(line: TrialLine, owner: int) -> TrialLine:
    """As its run is that of the trial ``owner``."""
    note = line.note or f"the same settings as trial {owner}, trained once"
    return replace(line, note=note, answered_by=owner)


def trial_line(trial: FrozenTrial, plan: SearchPlan) -> TrialLine:
    """One trial."""
    curve = tuple(value for _, value in sorted(trial.intermediate_values.items()))
    values = trial.values or ()
    attributes = trial.user_attrs
    pruned_at = attributes.get(kept.PRUNED_AT)
    note = str(attributes.get(kept.PROBLEM, ""))
    if not note and pruned_at is not None:
        note = f"given up after {pruned_at:,} images"
    return TrialLine(
        number=trial.number,
        ending=_ENDINGS[trial.state],
        seeded=bool(attributes.get(kept.SEEDED)),
        values={f.name: f.value(trial.params[f.name]) for f in plan.space.fields if f.name in trial.params},
        accuracy=values[0] if values else (curve[-1] if curve else None),
        others=dict(zip(plan.objectives[1:], values[1:], strict=False)),
        curve=curve,
        run=str(attributes.get(kept.RUN, "")),
        note=note,
    )


@dataclass(frozen=True)
class Tally:
    """How many trials there are of each kind, those that were there before not counted.

    Attributes:
        finished, pruned, failed, under_way: by ending.
        seeded: runs that were there before the search.
        answered: trials that the run of an earlier one answered.
    """

    finished: int
    pruned: int
    failed: int
    under_way: int
    seeded: int
    answered: int = 0

    @property
    def made(self) -> int:
        """Trials that count for the budget."""
        return self.finished + self.pruned


def tally(lines: list[TrialLine]) -> Tally:
    """Count them."""
    new = [line.ending for line in lines if not line.seeded]
    return Tally(
        finished=new.count("finished"),
        pruned=new.count("pruned"),
        failed=new.count("failed"),
        under_way=new.count("training") + new.count("waiting"),
        seeded=sum(line.seeded for line in lines),
        answered=sum(line.answered_by is not None for line in lines),
    )
