"""How each test image was read by a run: kept by its training, or read once with NumPy and kept then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from lstm_core.data.info import Dataset, DatasetInfo
from lstm_core.errors import InvalidValue, RunDamaged
from lstm_core.files import write_text
from lstm_core.reading.evaluation import TestResult, evaluate, numpy_reader
from lstm_core.runs.json_files import read_model
from lstm_core.runs.run import Run

FILE = "compared.json"
"""In the folder of a run whose training kept no result: it was interrupted, or trained elsewhere."""

_BATCH = 250

_log = logging.getLogger(__name__)


class _Kept(BaseModel):
    """A result, of which weights and of which data."""

    model_config = ConfigDict(frozen=True)

    weights: str
    data: str
    result: TestResult


def readings_of(run: Run, info: DatasetInfo) -> TestResult | None:
    """How ``run`` read the test images of ``info``; None where that was not measured yet.

    Raises:
        RunDamaged: the result that its training kept cannot be read, or is of other images.
        WeightsError: a run without a result has no weights that can be read.
        StorageError
    """
    result = run.result()
    if result is None:
        return _kept(run, info)
    try:
        result.check_fits(info)
    except InvalidValue as error:
        raise RunDamaged(f"The test result of run {run.id} cannot be compared: {error}.") from error
    return result


def read_test_images(run: Run, data: Dataset, progress: Callable[[int], object] | None = None) -> TestResult:
    """Read the test images of ``data`` with the weights of ``run``, and keep how, so that it is done once.

    Args:
        run: without a result of its own.
        data: whose images and classes are those that the network reads.
        progress: gets the number of images done.

    Raises:
        InvalidValue: the network reads images of another size, or knows other classes.
        WeightsError: there are none, or they are damaged.
        StorageError
    """
    weights, info = run.weights(), data.info
    if (weights.rows, weights.columns) != (info.rows, info.columns):
        raise InvalidValue("data", f"of {weights.rows} × {weights.columns} images", info.name)
    if weights.names != info.names:
        raise InvalidValue("data", f"of the classes {', '.join(weights.names)}", info.name)
    result = evaluate(numpy_reader(weights), data.test, _BATCH, progress)
    kept = _Kept(weights=weights.fingerprint, data=info.fingerprint, result=result)
    write_text(run.folder / FILE, kept.model_dump_json())
    return result


def version(run: Run) -> tuple[int, ...]:
    """Changes whenever `readings_of` may say something else."""
    return tuple(map(_changed, (run.folder / name for name in ("evaluation.json", FILE, "weights.npz"))))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _kept(run: Run, info: DatasetInfo) -> TestResult | None:
    path = run.folder / FILE
    if not path.exists():
        return None
    try:
        found = read_model(path, _Kept)
        found.result.check_fits(info)
    except (RunDamaged, InvalidValue) as error:
        _log.info("The test images are to be read again with run %s: %s", run.id, error)
        return None
    same = found.data == info.fingerprint and found.weights == run.weights().fingerprint
    return found.result if same else None
