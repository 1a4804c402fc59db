"""The regression's trainings, which all visitors of a server share, so that they do not multiply.

The same settings train the same network, so there is one training for them. A visitor looks at it at a step
of their own: what it learnt is kept every few steps, and who comes later, or starts anew, is shown these
steps again without any training. It goes on only when somebody who watches has seen all there is, so it stops
when they leave; and all trainings of the server together take turns and leave most of a core to the pages.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from lstm_core.lesson.waves import WaveNetwork, WaveTraining

SLICE_SECONDS = 0.15
"""How long one trains at a time; between the slices the pages answer."""
SHARE = 0.4
"""The most of one core that all trainings together take."""
STEPS_BETWEEN = 40
"""Training steps from one that is kept to the next, at first."""
MOST_KEPT = 2_000_000
"""Numbers that are kept of one training, 8 MB; with more, every second network is let go."""
MOST_TRAININGS = 8
"""Of different settings, that are kept for those who come back."""


class Turns:
    """Lets one train at a time, and all of them no more than `SHARE` of the time.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._rests_until = -float("inf")

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether the caller may train now; if so, nobody else does before the block ends."""
        if not self._lock.acquire(blocking=False):
            yield False
            return
        try:
            began = self.clock()
            mine = began >= self._rests_until
            yield mine
            if mine:
                end = self.clock()
                self._rests_until = end + (end - began) * (1 - SHARE) / SHARE
        finally:
            self._lock.release()


class SharedTraining:
    """One training, for everybody who asks for its settings; safe to use from several threads.

    Args:
        training: which nobody else advances.
        turns: of the server.
    """

    def __init__(self, training: WaveTraining, turns: Turns) -> None:
        self._training = training
        self._turns = turns
        self._between = STEPS_BETWEEN
        self._kept = [training.network()]

    @property
    def first(self) -> WaveNetwork:
        """The network before any training."""
        return self._kept[0]

    def losses(self, step: int) -> list[float]:
        """The mean squared error of every batch up to ``step``, each before its training step."""
        return self._training.losses[:step]

    def after(self, seen: WaveNetwork, goal: int) -> WaveNetwork:
        """The network some training steps after ``seen``: one that is known, or trained now, within one slice
        of time and no further than step ``goal``. ``seen`` itself when it is another's turn."""
        if known := self._known_after(seen):
            return known
        with self._turns.turn() as mine:
            if not mine:
                return seen
            if known := self._known_after(seen):  # trained by another meanwhile
                return known
            self._train_a_slice(goal)
            return self._known_after(seen) or seen

    def _known_after(self, seen: WaveNetwork) -> WaveNetwork | None:
        return next((network for network in self._kept if network.step > seen.step), None)

    def _train_a_slice(self, goal: int) -> None:
        training, clock = self._training, self._turns.clock
        end = clock() + SLICE_SECONDS
        while training.steps < goal:
            training.advance(1)
            if training.steps % self._between == 0 or clock() >= end:
                break
        kept = list(self._kept)
        if len(kept) > 1 and kept[-1].step % self._between:
            kept.pop()  # a slice ended there by chance
        kept.append(training.network())
        while len(kept) * kept[0].parameters > MOST_KEPT and len(kept) > 3:
            self._between *= 2
            kept = [one for one in kept[:-1] if one.step % self._between == 0] + kept[-1:]
        self._kept = kept  # at once, for those who read it meanwhile


@st.cache_resource(show_spinner=False)
def _turns() -> Turns:
    return Turns()


@st.cache_resource(show_spinner=False, max_entries=MOST_TRAININGS)
def shared_training(
    units: tuple[int, ...], steps_in_time: int, learning_rate: float, seed: int
) -> SharedTraining:
    """That of these settings, as `WaveTraining` takes them. Raises `InvalidValue`."""
    return SharedTraining(WaveTraining(units, steps_in_time, learning_rate, seed), _turns())
