"""The test images, read with a run whose training did not come so far, or took place elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.compare.comparison import info_of, test_result
from dashboard.session import networks, services
from lstm_core.comparison.compared_run import ComparedRun
from lstm_core.comparison.kept_readings import read_test_images
from lstm_core.data import datasets
from lstm_core.errors import DataMissing, LstmError


def can_read(run: ComparedRun) -> bool:
    """Whether a run has weights that have not read the test images yet."""
    if test_result(run) is not None:
        return False
    try:
        networks.network(run.id).load()
        return info_of(run) is not None
    except LstmError:
        return False


def read_now(run: ComparedRun, progress: Callable[[float], object]) -> None:
    """Read them, and keep how in the run's folder; ``progress`` gets the share that is done.

    Raises:
        LstmError: the images are not here, the weights cannot be read, or nothing can be written.
    """
    if (info := info_of(run)) is None:
        raise DataMissing(f"There are no test images of the size and the classes that {run.name} reads.")
    data = datasets.load(info.name, download=False, root=services.store().root)
    if data.info.fingerprint != info.fingerprint:
        raise DataMissing(f"The data set {info.name!r} is another one now than {run.name} learnt from.")
    read_test_images(services.store().get(run.id), data, lambda done: progress(done / info.test))
