"""The card of a run that ended, with the command that trains the same model again."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lstm_core.errors import RunError
from lstm_core.reading.card import Card
from lstm_core.runs.run import Run
from lstm_core.runs.taught import DRAWINGS, teaching_of
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.validation import as_typed


def card_of(run: Run) -> Card:
    """The card of a run that ended.

    Raises:
        RunError: the run has no test result yet, or was trained elsewhere.
    """
    if origin := run.identity.origin:
        raise RunError(f"Run {run.name} was brought in from {origin.file}: how it was trained is not known.")
    if (result := run.result()) is None:
        raise RunError(f"Run {run.name} has not been tested yet; let it end first.")
    events, _ = run.events()
    validations = [event.accuracy for event in events if event.kind == "evaluation"]
    status, settings = run.status, run.hyperparameters
    return Card(
        command=train_command(run),
        hyperparameters=settings.model_dump(mode="json"),
        seed=settings.seed,
        test_accuracy=result.accuracy,
        validation_accuracy=_of_kept(validations, settings) if validations else None,
        steps=status.step,
        seconds=round(status.seconds, 1),
        device=status.device,
        date=time.strftime("%Y-%m-%d", time.gmtime(status.since)),
        versions=run.environment(),
        tweaked=status.tweaked,
    )


def _of_kept(validations: Sequence[float], settings: HyperParameters) -> float:
    """The accuracy of the validation whose weights were kept."""
    return max(validations) if settings.kept_weights == "best" else validations[-1]


def train_command(run: Run) -> str:
    """The shortest command line that trains this run's settings, from the nearest preset."""
    if run.hyperparameters.fine_tuning:
        return _finetune_command(run)
    wanted = run.hyperparameters.model_dump(mode="json", exclude={"own_data"})
    candidates = []
    for preset in PRESETS.values():
        base = preset.settings().model_dump(mode="json", exclude={"own_data"})
        changes = {name: value for name, value in wanted.items() if value != base[name]}
        candidates.append((len(changes), preset.name, changes))
    _, name, changes = min(candidates, key=lambda candidate: candidate[0])
    settings = "".join(f" --set {field}={as_typed(value)}" for field, value in changes.items())
    return f"python -m lstm_core train --preset {name}{settings}"


def _finetune_command(run: Run) -> str:
    teaching, settings = teaching_of(run), run.hyperparameters
    parent = f" --run {teaching.parent}" if teaching and teaching.parent else ""
    if settings.fine_tuning and settings.fine_tuning.teaches:
        how = f" --data runs/{run.id}/{DRAWINGS} --steps {settings.steps}"
    else:
        changes = teaching.changes if teaching else {}
        how = "".join(f" --set {field}={value}" for field, value in changes.items())
    return f"python -m lstm_core finetune{parent}{how}"
