"""The best test accuracy of two LSTM layers of 256: the preset `reference`, mean of three seeds."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.line import Line
from benchmarks.time_to_accuracy import ACCURACY, SEEDS, mean_percent
from benchmarks.timing import Measured
from benchmarks.trained import train
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

WANTED = 99.65


def lines(rounds: int) -> Iterator[Line]:
    del rounds  # seeds are what differs
    settings = preset("reference").settings()
    ours = mean_percent([train(with_changes(settings, seed=seed)).accuracy for seed in SEEDS])
    peer = Measured((ACCURACY,), "%")
    what = f"best test accuracy, mean of {len(SEEDS)} seeds"
    yield Line(what, ours, peer, "as the tutorial states", WANTED, of_ours=True, at_least=True)
