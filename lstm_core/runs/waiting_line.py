"""The runs that wait to be trained, in the order in which they are taken, and which of them can begin now."""

from __future__ import annotations

from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.run import Run
from lstm_core.runs.side_by_side import Places, Training, places
from lstm_core.runs.status import ACTIVE, Status
from lstm_core.runs.store import RunStore
from lstm_core.runs.usable_devices import devices_here
from lstm_core.runs.worker_files import CLUSTER


class WaitingLine:
    """The queue of a store as it stands; looking at it changes nothing."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    def standing(self, cluster: str | None = None) -> list[tuple[Status, Run]]:
        """By priority, then first come first.

        Args:
            cluster: only those meant for that cluster; for this machine where it is empty.
        """
        found = [pair for pair in self.store.in_state("queued") if cluster in (None, pair[0].cluster)]
        return sorted(found, key=lambda pair: -pair[0].priority)

    def runs(self, cluster: str | None = None) -> list[Run]:
        """As `standing`."""
        return [run for _, run in self.standing(cluster)]

    def startable(self) -> list[Run]:
        """Those that wait for no other one, but for a training process of this machine to take them.

        Raises:
            InvalidValue: the number of processes that a person chose is none.
        """
        going, found = self.going_on(), []
        most = self.places().workers
        for run in self.runs(""):
            if len(going) >= most:
                break
            free = min(set(range(1, most + 1)) - {one.worker for one in going})
            if not self._goes_beside(run, free, going):
                break
            going.append(Training(run.hyperparameters, free))
            found.append(run)
        return found

    def may_begin(self, run: Run, number: int) -> bool:
        """Whether the training process with that number may train ``run`` beside what others train now."""
        return self._goes_beside(run, number, self.going_on())

    def going_on(self) -> list[Training]:
        """What this machine trains."""
        found = [(run, status.worker) for status, run in self.store.in_state(*ACTIVE)]
        return [Training(run.hyperparameters, number) for run, number in found if number != CLUSTER]

    def places(self) -> Places:
        """As many as this machine has. Raises `InvalidValue`."""
        return places(devices_here(self.store.root))

    def _goes_beside(self, run: Run, number: int, others: list[Training]) -> bool:
        if not others:
            return True
        training = Training(run.hyperparameters, number)
        return self.places().goes_beside(training, others, noted_obstacle(self.store.root))
