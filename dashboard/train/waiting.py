"""What a training waits for before its first step, in words: another training, or its process."""

from __future__ import annotations

import contextlib
import heapq
from dataclasses import dataclass

from dashboard.parts import quantities
from dashboard.session import services
from dashboard.train import followed_run
from dashboard.train.network_summary import usual_seconds
from lstm_core.errors import LstmError
from lstm_core.runs.history import History
from lstm_core.runs.run import Run
from lstm_core.runs.status import ACTIVE, Status


@dataclass(frozen=True)
class Waiting:
    """Plain text for people.

    Attributes:
        what: a sentence, or the beginning of one that an ellipsis ends.
        until: how far that is, which changes every moment; empty when there is nothing to say.
    """

    what: str
    until: str = ""


def what_it_waits_for(run: Run, status: Status) -> Waiting:
    """What keeps ``run``, which is queued or preparing, from its first step."""
    if status.state == "preparing":
        return Waiting(f"The training process is at work on it: {status.detail or 'it begins'}")
    jobs = services.jobs()
    if status.cluster:
        detail = f" ({status.detail})" if status.detail else ""
        return Waiting(f"Waiting for a place on the cluster {status.cluster}{detail}")
    queue = jobs.waiting_for()
    place = next((at for at, other in enumerate(queue) if other.id == run.id), 0)
    training = services.store().in_state(*ACTIVE)
    active = [other for its, other in training if other.id != run.id and not its.cluster]
    if active and not _starts_now(run):
        return _behind(active, queue[:place], place + 1, max(len(queue), place + 1))
    if place and not active and not _starts_now(run):
        return Waiting(
            f"Waiting for “{queue[0].name}”, which is trained first. {_turn(place + 1, len(queue))}"
        )
    return Waiting(f"Starting the training process{f': {status.detail}' if status.detail else ''}")


def _starts_now(run: Run) -> bool:
    """Whether it waits for no other training, but for a process of its own."""
    try:
        return any(other.id == run.id for other in services.jobs().startable())
    except LstmError:  # such as a number of processes that is none, which whoever starts one is told
        return False


def how_far(run: Run) -> tuple[Status, str]:
    """Where another run stands that is trained now, and in words how far it is. Raises `RunDamaged`."""
    known = followed_run.followed_run(run)
    status = known.run.status
    return status, ", ".join(_progress(known.history, status))


def _behind(active: list[Run], ahead: list[Run], position: int, of: int) -> Waiting:
    """Behind ``active``, all of which train: for the one that ends first, as far as that can be known."""
    standing = [(run, *how_far(run)) for run in active]
    going = [found for found in standing if found[1].state != "paused"]
    if not going:
        run, status, progress = standing[0]
        them = "it" if len(standing) == 1 else "one of them"
        which = "which is paused" if len(standing) == 1 else f"which is paused like {_others(len(active))}"
        said = f"Waiting for “{run.name}”, {which}: resume {them} or stop {them}."
        return Waiting(f"{said} {_turn(position, of)}", _of_that_one(status, progress))
    left = {run.id: _seconds_left(run, status) for run, status, _ in going}
    run, status, progress = min(going, key=lambda found: (left[found[0].id] is None, left[found[0].id] or 0))
    until = _of_that_one(status, progress)
    seconds = _until_it_starts(list(left.values()), ahead)
    if ahead and seconds is not None:
        until += f" About {quantities.duration(seconds)} until this one starts."
    doing = "being prepared" if status.state == "preparing" else "being trained"
    beside = "" if len(active) == 1 else f" beside {_others(len(active))}"
    return Waiting(f"Waiting for “{run.name}”, which is {doing}{beside}. {_turn(position, of)}", until)


def _others(of: int) -> str:
    return "another one" if of == 2 else f"{of - 1} others"


def _until_it_starts(left: list[float | None], ahead: list[Run]) -> float | None:
    """Seconds until a process is free, when each of those ``ahead`` takes the next one that is."""
    free_at = [seconds for seconds in left if seconds is not None]
    usual = [_usual_seconds(run) for run in ahead]
    if len(free_at) < len(left) or not all(seconds is not None for seconds in usual):
        return None
    heapq.heapify(free_at)
    for seconds in usual:
        heapq.heapreplace(free_at, free_at[0] + (seconds or 0.0))
    return free_at[0]


def _turn(position: int, of: int) -> str:
    if of == 1:
        return "This training comes next."
    return f"This training is number {position} of {of} in the queue."


def _progress(history: History, status: Status) -> list[str]:
    if status.state == "preparing":
        return [status.detail] if status.detail else []
    said = [f"step {history.step:,} of {max(history.steps, 1):,}"]
    if status.state == "running":
        left = history.seconds_left
        if status.detail:
            said.append(status.detail)
        elif left is not None:
            said.append(f"about {quantities.duration(left)} left")
    return said


def _seconds_left(active: Run, status: Status) -> float | None:
    if status.state == "preparing":
        return _usual_seconds(active)
    return followed_run.followed_run(active).history.seconds_left


def _usual_seconds(run: Run) -> float | None:
    with contextlib.suppress(LstmError):  # its device may be gone
        return usual_seconds(run.hyperparameters)
    return None


def _of_that_one(status: Status, progress: str) -> str:
    if not progress:
        return ""
    return f"That one is {progress}." if status.state == "preparing" else f"That one is at {progress}."
