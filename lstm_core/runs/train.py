"""Train from Python: submit settings to the training process and wait for the trained run."""

from __future__ import annotations

from lstm_core.errors import RunError
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.progress_bar import Interrupts, follow
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.usable_devices import devices_here
from lstm_core.settings.devices import choose
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import check_device


def train(settings: HyperParameters, name: str = "", store: RunStore | None = None) -> Run:
    """Train in a process of its own, with a progress bar on standard error, and return the run at its end.

    The same settings trained before are answered from the saved run. Ctrl-C stops the training and keeps what
    was learnt.

    Args:
        settings: what to train.
        name: what to call the run; by default its settings in short.
        store: where runs are kept; by default those that the dashboard shows.

    Raises:
        InvalidValue: a bad name, or a setting that this machine cannot do.
        RunError: the training failed; the message says why.
        StorageError, WeightsError
    """
    jobs = Jobs(store or RunStore(home()))
    check_device(settings, choose(settings.device, devices_here(jobs.store.root)))
    with Interrupts() as interrupts:
        run = jobs.submit(settings, name).run
        follow(jobs, run, interrupts)
    status = run.status
    if status.state not in ("finished", "stopped"):
        raise RunError(status.detail or f"The training was {status.state}.")
    return run
