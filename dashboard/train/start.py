"""Starting a training, and following it."""

from __future__ import annotations

from dashboard.session import drawing, services
from dashboard.train import followed_run, last_row_only
from lstm_core.runs.jobs import Submission
from lstm_core.runs.names import MAX_NAME, default_name
from lstm_core.runs.run import Run
from lstm_core.settings.hyperparameters import HyperParameters

_EVERY_ROW = ", every row"
"""Ends the name of a run that was made of one with a name of its own."""


def start(settings: HyperParameters, name: str = "") -> None:
    """Train ``settings``, and show the run that comes of it. Raises what `Jobs.submit` raises."""
    submission = _submit(settings, name)
    followed_run.follow_run(submission.run.id, submission.known)


def start_with_every_row(run: Run) -> None:
    """Train the settings of ``run`` again with every row supervised, with a way back to ``run``.

    Raises:
        LstmError: what `Jobs.submit` raises.
    """
    settings = run.hyperparameters.model_copy(update=dict(last_row_only.EVERY_ROW))
    own = run.name != default_name(run.hyperparameters)
    submission = _submit(settings, run.name[: MAX_NAME - len(_EVERY_ROW)] + _EVERY_ROW if own else "")
    followed_run.follow_run(
        submission.run.id,
        submission.known or "This is a new training, with every row supervised and all else the same.",
        before=run.id,
        started=not submission.known,
    )


def _submit(settings: HyperParameters, name: str) -> Submission:
    info = settings.info
    return services.jobs().submit(settings, name.strip(), drawing.drawing_for(info.rows, info.columns))
