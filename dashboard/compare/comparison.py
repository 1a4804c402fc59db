"""The runs that are compared, taken together once for all that the page shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.session import digits, networks, services
from lstm_core.comparison import kept_readings
from lstm_core.comparison.compared_run import ComparedRun, compared_run
from lstm_core.comparison.curves import RunCurves, curves_of
from lstm_core.comparison.labels import run_labels
from lstm_core.comparison.seed_groups import SeedGroup, seed_groups
from lstm_core.data.info import DatasetInfo, Split
from lstm_core.errors import DataMissing, LstmError
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs.status import WAITING_OR_ACTIVE


@dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes:
        groups: runs by their settings; the first is what the others are compared with.
        labels: of every run by its identifier.
        problems: why some of what was asked for is not there, in sentences.
    """

    groups: tuple[SeedGroup, ...]
    labels: dict[str, str]
    problems: tuple[str, ...] = field(default=())

    @property
    def runs(self) -> list[ComparedRun]:
        """Group by group."""
        return [run for group in self.groups for run in group.runs]

    @property
    def busy(self) -> list[ComparedRun]:
        """Those that train or wait for it."""
        return [run for run in self.runs if run.state in WAITING_OR_ACTIVE]

    def group_of(self, run: ComparedRun) -> int:
        """The number of its group, from 0."""
        return next(at for at, group in enumerate(self.groups) if run in group.runs)

    def tested(self) -> dict[str, TestResult]:
        """By identifier, how the runs read their test images, of those where that is known."""
        found = {run.id: test_result(run) for run in self.runs}
        return {run_id: result for run_id, result in found.items() if result}


def comparison_of(run_ids: Sequence[str]) -> Comparison:
    """The runs with these identifiers, as far as they are there and can be used."""
    store = services.store()
    found, problems = [], []
    for run_id in run_ids:
        try:
            run = compared_run(store.summary(run_id))
            result = test_result(run) if run.accuracy is None else None
            found.append(replace(run, accuracy=result.accuracy) if result else run)
        except LstmError as error:
            problems.append(str(error))
    groups = seed_groups(found)
    labels = run_labels(groups)
    problems += [
        f"{run.name} ({run.id}) has the settings and the seed of another run here, so it is left out."
        for run in found
        if run.id not in labels
    ]
    return Comparison(groups, labels, tuple(problems))


def info_of(run: ComparedRun) -> DatasetInfo | None:
    """The data set whose test images a run reads; None where there is none of what it reads.

    Raises:
        LstmError: a network that was trained elsewhere cannot be read.
    """
    return digits.dataset_for(networks.network(run.id).load()) if run.brought_in else run.settings.info


def test_result(run: ComparedRun) -> TestResult | None:
    """How a run read its test images; None where that is not known or cannot be read."""
    try:
        info = info_of(run)
        found = services.store().get(run.id)
        return _test_result(run.id, kept_readings.version(found), info) if info else None
    except LstmError:
        return None


@st.cache_resource(show_spinner=False, max_entries=100)
def _test_result(run_id: str, version: tuple[int, ...], _info: DatasetInfo) -> TestResult | None:
    return kept_readings.readings_of(services.store().get(run_id), _info)


def reads_the_same(first: ComparedRun, second: ComparedRun) -> bool:
    """Whether two runs were tested on the same images. Raises `LstmError` as `info_of`."""
    one, other = info_of(first), info_of(second)
    return one is not None and other is not None and one.fingerprint == other.fingerprint


def readings(run: ComparedRun) -> NDArray[np.int64] | None:
    """What a run read each test image as, ``(images,)``; None as `test_result`."""
    result = test_result(run)
    return np.array(result.readings) if result else None


def labels_of(run: ComparedRun) -> NDArray[np.uint8]:
    """What the test images of a run show, ``(images,)``. Raises `LstmError` where they are not here."""
    return test_images(run).labels


def test_images(run: ComparedRun) -> Split:
    """The test images of a run. Raises `LstmError` where they are not here."""
    if (info := info_of(run)) is None:
        raise DataMissing(f"There are no test images of the size and the classes that {run.name} reads.")
    return digits.test_digits(info.name, info.fingerprint)


def curves(run: ComparedRun) -> RunCurves:
    """The learning curves of a run, as far as it has come. Raises `LstmError`."""
    events = services.store().get(run.id).folder / "events.jsonl"
    try:
        size = events.stat().st_size
    except OSError:
        size = 0
    return _curves(run.id, size)


@st.cache_resource(show_spinner=False, max_entries=100)
def _curves(run_id: str, size: int) -> RunCurves:
    run = services.store().get(run_id)
    found, _ = run.events()
    return curves_of(found, run.hyperparameters)
