"""A search from its first trial to its confirmed winner.

One process at a time goes on with a search: it holds the search's lock, which the operating system lets go
whatever ends it. What is left to do is known from the storage and the run folders, see
`lstm_core.search.turns`, so a search that was killed goes on where it was.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from typing import TypeVar

import optuna
from optuna.trial import FrozenTrial

from lstm_core.errors import LstmError, StorageError
from lstm_core.runs.jobs import Jobs
from lstm_core.search import study as kept
from lstm_core.search.folder import SearchFolder
from lstm_core.search.plan import Progress, State
from lstm_core.search.seeding import seed_from_runs
from lstm_core.search.thinning import thin_runs
from lstm_core.search.turns import Turns
from lstm_core.search.winner import Confirmation

POLL_SECONDS = 0.2
PROGRESS_SECONDS = 5.0
PATIENCE_SECONDS = 600.0
"""How long a disk may be full, a lock held or a database away, before the search gives up."""

_Answer = TypeVar("_Answer")

_log = logging.getLogger(__name__)


class Search:
    """Goes on with one search until it is done, stopped or failed.

    Args:
        folder: of the search.
        jobs: the queue that trains its trials.
        tell: is called with every trial that was told, such as to print it.
        between: is called between turns; what it raises ends the search, which can go on later.
    """

    def __init__(
        self,
        folder: SearchFolder,
        jobs: Jobs,
        tell: Callable[[FrozenTrial], None] = lambda trial: None,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder = folder
        self.jobs = jobs
        self.tell = tell
        self.between = between
        self.plan = folder.plan
        self._earlier = folder.progress
        self._began = self._saved = time.monotonic()
        self._trouble_since = 0.0

    def run(self) -> Progress:
        """Search, confirm the winner and thin the runs; where the search stands then.

        Raises:
            SearchBusy: another process goes on with it.
            SearchError: it cannot go on, which its progress says, too.
            StorageError: a disk, a lock or a database kept it waiting for too long.
            PackageMissing, InvalidValue
        """
        lock = self.folder.lock()
        try:
            self._save("searching")
            with kept.opened_study(self.folder, self.plan) as study:
                return self._go_on(study)
        except LstmError as error:
            with contextlib.suppress(StorageError):
                self._save("failed", str(error))
            raise
        finally:
            lock.release()

    def _go_on(self, study: optuna.Study) -> Progress:
        with kept.storage_errors():
            seed_from_runs(study, self.plan, self.jobs.store)
        turns = Turns(study, self.plan, self.jobs, self.tell)
        while self._patiently("searching", lambda: self._searched(turns)) is None:
            self._pause()
        if self.folder.wishes.stop:
            return self._save("stopped", "It was stopped before all trials were made.")
        return self._confirm(study)

    def _searched(self, turns: Turns) -> bool | None:
        """Take a turn; None while trials are under way."""
        self.jobs.refresh()
        wishes = self.folder.wishes
        in_time = wishes.minutes is None or self._seconds() < 60 * wishes.minutes
        return None if turns.take(wishes, in_time=in_time) else True

    def _confirm(self, study: optuna.Study) -> Progress:
        confirmation = Confirmation(self.plan, self.jobs)
        self._save("confirming")
        while True:
            if self.folder.wishes.stop:
                confirmation.give_up()
                return self._save("stopped", "It was stopped before the winner was trained over fresh seeds.")
            winner = self._patiently("confirming", lambda: confirmation.turn(study))
            if winner is not None:
                thin_runs(self.jobs.store, self.plan, study)
                self._earlier = self._earlier.model_copy(update={"winner": winner})
                return self._save("finished")
            self._pause()

    def _pause(self) -> None:
        self.between()
        time.sleep(POLL_SECONDS)

    def _patiently(self, state: State, act: Callable[[], _Answer | None]) -> _Answer | None:
        """What ``act`` answers; None when it could not be done now. Raises `StorageError` after a long
        time."""
        try:
            with kept.storage_errors():
                answer = act()
        except StorageError as error:
            now = time.monotonic()
            self._trouble_since = self._trouble_since or now
            if now - self._trouble_since > PATIENCE_SECONDS or self.folder.wishes.stop:
                raise
            _log.warning("Waits: %s", error)
            with contextlib.suppress(StorageError):
                self._save(state, f"Waits: {error}")
            time.sleep(1.0)
            return None
        if self._trouble_since or time.monotonic() - self._saved > PROGRESS_SECONDS:
            self._save(state)
        self._trouble_since = 0.0
        return answer

    def _seconds(self) -> float:
        """That were searched, in all sittings."""
        return self._earlier.seconds + time.monotonic() - self._began

    def _save(self, state: State, detail: str = "") -> Progress:
        update = {"state": state, "detail": detail, "seconds": self._seconds()}
        progress = self._earlier.model_copy(update=update)
        self.folder.save_progress(progress)
        self._saved = time.monotonic()
        return progress
