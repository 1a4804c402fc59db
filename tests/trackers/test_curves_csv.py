"""The curves of a run as a table."""

from __future__ import annotations

import csv
import io

from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.trackers.curves_csv import curves_csv
from tests.trackers.conftest import SETTINGS

HEADING = (
    "step,time,training_loss,training_accuracy,learning_rate,steps_per_second,validation_loss,"
    "validation_accuracy"
)


def test_every_step_stands_there_once_as_it_was_last_taken(run: Run):
    assert curves_csv(run).splitlines() == [
        HEADING,
        "10,110.0,2.0,0.5,0.25,2.0,,",
        "20,150.0,1.25,0.5,0.25,2.0,,",
        "30,160.0,1.0,0.5,0.25,2.0,1.125,0.75",
    ]


def test_a_run_that_told_nothing_yet_has_an_empty_table(store: RunStore):
    assert list(csv.DictReader(io.StringIO(curves_csv(store.create(SETTINGS))))) == []
