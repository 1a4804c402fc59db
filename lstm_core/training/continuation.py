"""Where a training goes on from: its checkpoint, or else its weights, or else the first step."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_core.errors import RunDamaged, WeightsError
from lstm_core.runs.events import Evaluation, Finished, Started, Stopped, TrainingEvent, Tweaked
from lstm_core.runs.run import Run
from lstm_core.training.trainer import Trainer


def go_on(run: Run, trainer: Trainer) -> str:
    """Bring ``trainer``, which is new, to where ``run`` stands. Nothing in the run's folder is changed.

    Returns:
        In sentences what could not be gone on with and what is instead; empty when nothing was lost.

    Raises:
        StorageError: a file that is there cannot be read at this moment.
    """
    try:
        checkpoint = run.checkpoint()
        if checkpoint is not None:
            trainer.restore(checkpoint)
            return ""
    except (RunDamaged, WeightsError) as error:
        lost = str(error)
    else:
        if not run.has_weights:
            return ""
        lost = "The run has no checkpoint."
    if not run.has_weights:
        return f"{lost} There are no weights either, so the training started over from the first step."
    settings = run.hyperparameters
    step, images = taken(run.events()[0], settings.batch_size, best=settings.kept_weights == "best")
    try:
        trainer.start_from(run.weights(), step, images)
    except WeightsError as error:
        return f"{lost} {error} So the training started over from the first step."
    return (
        f"{lost} The training went on from the weights of step {step:,}, with an optimiser that does not "
        "remember the steps before."
    )


def taken(events: Iterable[TrainingEvent], batch_size: int, *, best: bool = False) -> tuple[int, int]:
    """The steps and images that went into the weights kept last.

    Args:
        events: of the run, in their order.
        batch_size: before anybody changed it.
        best: whether those of the best validation are kept when the training ends.
    """
    sizes = [(0, batch_size)]
    validated: dict[int, float] = {}
    last = 0
    for event in events:
        if isinstance(event, Started):  # steps beyond it that were told before are void
            sizes = [(step, size) for step, size in sizes if step <= event.step]
            validated = {step: accuracy for step, accuracy in validated.items() if step <= event.step}
        elif isinstance(event, Tweaked) and event.field == "batch_size":
            sizes.append((event.step, int(event.after)))
        elif isinstance(event, Evaluation):
            last = event.step
            validated[event.step] = event.accuracy
        elif isinstance(event, Finished | Stopped):
            last = max(validated, key=validated.__getitem__) if best and validated else event.step
    ends = [*(step for step, _ in sizes[1:]), last]
    parts = (max(0, min(end, last) - step) * size for (step, size), end in zip(sizes, ends, strict=True))
    return last, sum(parts)
