"""The best validation of a training so far: its weights, if they are to be kept, and how long ago it was.

What is known comes from the events, so a training that goes on from a checkpoint decides as if it had never
been interrupted. The weights lie in a file that names their step, ``best-00001200.npz`` in the run's folder.
"""

from __future__ import annotations

import contextlib
import logging

from lstm_core.errors import WeightsError
from lstm_core.reading.weights import LstmWeights, load_weights, save_weights
from lstm_core.runs.events import Evaluation, Finished, Started, Stopped
from lstm_core.runs.run import Run
from lstm_core.settings.hyperparameters import HyperParameters

_PATTERN = "best-*.npz"

log = logging.getLogger(__name__)


class BestValidation:
    """What the validations of ``run`` said up to now.

    Args:
        run: whose events tell of its start already.
        settings: that it is trained with.
    """

    def __init__(self, run: Run, settings: HyperParameters) -> None:
        self._run = run
        self._patience = settings.patience
        self._keeps = settings.kept_weights == "best"
        self._seen: list[tuple[int, float]] = []
        self._counts_from = 0
        """How many there were when the training had ended before, and a person let it go on."""
        for event in run.events()[0]:
            match event:
                case Started():
                    self._seen = [pair for pair in self._seen if pair[0] <= event.step]
                    self._counts_from = min(self._counts_from, len(self._seen))
                case Evaluation():
                    self._seen.append((event.step, event.accuracy))
                case Finished() | Stopped():
                    self._counts_from = len(self._seen)
                case _:
                    pass

    @property
    def step(self) -> int:
        """Of the highest validation accuracy, the first where it was reached several times; 0 before any."""
        return max(self._seen, key=lambda pair: (pair[1], -pair[0]))[0] if self._seen else 0

    @property
    def has_waited_enough(self) -> bool:
        """Whether as many validations in a row were no better as the settings have patience for."""
        best = next((at for at, (step, _) in enumerate(self._seen) if step == self.step), 0)
        waited = len(self._seen) - max(best + 1, self._counts_from)
        return 0 < self._patience <= waited

    def in_words(self, step: int) -> str:
        """What it decided of a training that ended at ``step``, in sentences; empty where it was nothing."""
        said = []
        if self.has_waited_enough:
            many = (
                "1 validation was" if self._patience == 1 else f"{self._patience} validations in a row were"
            )
            said.append(f"Ended early: {many} no better than that of step {self.step:,}.")
        if self.weights(step) is not None:
            said.append(f"The weights of step {self.step:,} are kept, the best by validation.")
        return " ".join(said)

    def note(self, step: int, accuracy: float, weights: LstmWeights) -> None:
        """Take in a validation, and keep its weights if they are the best. Raises `StorageError`."""
        self._seen.append((step, accuracy))
        if not self._keeps or self.step != step:
            return
        before = list(self._run.folder.glob(_PATTERN))
        path = self._run.folder / f"best-{step:08d}.npz"
        save_weights(weights, path)
        for earlier in before:
            if earlier != path:
                with contextlib.suppress(OSError):
                    earlier.unlink()

    def weights(self, step: int) -> LstmWeights | None:
        """Those of the best validation, where they are kept and are not those of ``step``, the last one."""
        if not self._keeps or not self._seen or self.step == step:
            return None
        try:
            return load_weights(self._run.folder / f"best-{self.step:08d}.npz")
        except WeightsError as error:
            log.warning("Run %s keeps its last weights: %s", self._run.id, error)
            return None
