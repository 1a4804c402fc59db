"""Event files, read with TensorBoard's own code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lstm_core.errors import InvalidValue, PackageMissing
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import with_changes
from lstm_core.trackers.subject import subject_of
from lstm_core.trackers.tensorboard_events import write_event_file
from tests.trackers.conftest import SETTINGS, a_trained_run

pytest.importorskip("tensorboard")


@pytest.fixture(autouse=True)
def without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorBoard reads with its own code then; a module of this name is how it is asked to."""
    monkeypatch.setitem(sys.modules, "tensorboard.compat.notf", object())


def read(folder: Path) -> Any:
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer

    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    return multiplexer


def points(folder: Path, run: Run, name: str) -> list[tuple[int, float, float]]:
    from tensorboard.util.tensor_util import make_ndarray

    tensors = read(folder).Tensors(run.id, name)
    return [(point.step, point.wall_time, float(make_ndarray(point.tensor_proto))) for point in tensors]


def test_curves_are_those_of_the_steps_as_they_were_last_taken(run: Run, tmp_path: Path):
    write_event_file(run, tmp_path / "logs")
    assert points(tmp_path / "logs", run, "loss/training") == [(10, 110, 2), (20, 150, 1.25), (30, 160, 1)]
    assert points(tmp_path / "logs", run, "accuracy/validation") == [(30, 161, 0.75)]
    assert points(tmp_path / "logs", run, "accuracy/test") == [(30, 165, 0.875)]


def test_hparams_are_the_settings_and_seeds_are_sessions_of_one_group(store: RunStore, tmp_path: Path):
    from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
    from tensorboard.context import RequestContext
    from tensorboard.plugins.base_plugin import TBContext
    from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups

    runs = [a_trained_run(store, with_changes(SETTINGS, seed=seed), seed / 8) for seed in (1, 2)]
    for run in runs:
        write_event_file(run, tmp_path / "logs")
    provider = MultiplexerDataProvider(read(tmp_path / "logs"), str(tmp_path / "logs"))
    context = backend_context.Context(TBContext(data_provider=provider))
    asked = RequestContext()
    request = api_pb2.ListSessionGroupsRequest(
        start_index=0,
        slice_size=10,
        aggregation_type=api_pb2.AGGREGATION_AVG,
        allowed_statuses=[api_pb2.STATUS_SUCCESS],
    )
    (group,) = list_session_groups.Handler(asked, context, "", request).run().session_groups
    assert group.name == subject_of(runs[0]).group
    assert {session.name for session in group.sessions} == {run.id for run in runs}
    assert group.hparams["units"].string_value == "8,4"
    assert group.hparams["steps"].number_value == 30
    mean = {metric.name.tag: metric.value for metric in group.metric_values}
    assert mean["accuracy/test"] == (1 / 8 + 2 / 8) / 2
    assert {"loss/training", "loss/validation", "accuracy/validation"} <= mean.keys()


def test_a_run_that_is_there_is_replaced_only_by_force(run: Run, tmp_path: Path):
    first = write_event_file(run, tmp_path)
    (first.parent / "events.out.tfevents.1.live").write_bytes(b"")
    with pytest.raises(InvalidValue, match=r"without this run \(--force replaces it\)"):
        write_event_file(run, tmp_path)
    assert write_event_file(run, tmp_path, force=True) == first
    assert list(first.parent.iterdir()) == [first]


def test_writing_loads_no_tensorflow(run: Run, tmp_path: Path):
    program = (
        "import sys; from pathlib import Path\n"
        "from lstm_core.runs.run import Run\n"
        "from lstm_core.trackers.tensorboard_events import write_event_file\n"
        "write_event_file(Run(Path(sys.argv[1])), Path(sys.argv[2]))\n"
        "print('tensorflow' in sys.modules)"
    )
    arguments = [sys.executable, "-c", program, str(run.folder), str(tmp_path / "logs")]
    done = subprocess.run(
        arguments, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "False"


def test_without_the_package_it_is_said_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto", None)
    with pytest.raises(PackageMissing, match="pip install tensorboard"):
        write_event_file(run, tmp_path)
