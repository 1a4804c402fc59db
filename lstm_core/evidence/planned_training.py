"""The trainings that a command plans, put into the queue a few ahead of the one that is followed."""

from __future__ import annotations

from dataclasses import dataclass

import click

from lstm_core.errors import RunError
from lstm_core.evidence.experiments import Variation
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.progress_bar import follow
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.settings.computed import computed_here
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key


@dataclass(frozen=True)
class PlannedTraining:
    """One network to be trained, and the command that trains it with its fellows of other seeds.

    Attributes:
        learnt_by_heart: whether it is asked how well it reads its training images.
    """

    title: str
    variation: Variation
    seed: int
    settings: HyperParameters
    command: str
    learnt_by_heart: bool = False


class BegunTrainings:
    """The runs of the parts, asked for a few ahead of the one that is followed: as many as train at once."""

    def __init__(self, jobs: Jobs, parts: list[tuple[PlannedTraining, Device]]) -> None:
        self.jobs = jobs
        self.parts = parts
        self._runs: list[tuple[Run, bool]] = []
        self._followed = -1

    def run(self, number: int) -> Run:
        """That of the part with this number, counted from 0."""
        for part, device in self.parts[len(self._runs) : number + self.jobs.most_at_once()]:
            self._runs.append(_begin(self.jobs, part, device))
        self._followed = number
        return self._runs[number][0]

    def cancel_rest(self) -> None:
        """Leave nothing in the queue that was asked for here and that nobody follows any more."""
        for run, is_new in self._runs[self._followed + 1 :]:
            if is_new:
                self.jobs.cancel(run)


def _begin(jobs: Jobs, part: PlannedTraining, device: Device) -> tuple[Run, bool]:
    """A run of a part, and whether it was put into the queue now: not if it was trained before as it would be
    now, on ``device``."""
    jobs.refresh()
    key = run_key(part.settings)
    computed = computed_here(part.settings, device, noted_obstacle(jobs.store.root))
    known = jobs.store.find(key, ("finished", *WAITING_OR_ACTIVE), computed)
    if not known and (interrupted := jobs.store.find(key, ("interrupted",), computed)):
        click.echo("Continuing the interrupted training.", err=True)
        jobs.resume(interrupted)
        return interrupted, True
    submission = jobs.submit(part.settings, f"{part.title}, seed {part.seed}")
    if submission.known:
        click.echo(submission.known, err=True)
    return submission.run, not submission.known


def finished_run(jobs: Jobs, part: PlannedTraining, run: Run) -> Run:
    """The run of a part, once it is finished.

    Raises:
        RunError: the training did not come to its end as it was asked for.
    """
    follow(jobs, run)
    status = run.status
    if status.state != "finished":
        raise RunError(
            f"The training of {part.title}, seed {part.seed} was {status.state}"
            f"{': ' + status.detail if status.detail else ''}. The results before it are kept."
        )
    if status.tweaked:
        raise RunError(
            f"Settings of {part.title}, seed {part.seed} were changed during training, so the result is "
            "not valid; start again."
        )
    return run
