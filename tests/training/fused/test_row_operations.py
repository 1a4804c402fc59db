"""What may keep TensorFlow from the fused LSTM's operations, each forced; and what happens without memory."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
    pytest.skip("the fused way is TensorFlow's", allow_module_level=True)

import tensorflow as tf

from lstm_core.training.fused import gate_kernels, row_operations, tensorflow_operation

ROOT = Path(__file__).parents[3]


def tried_again() -> str:
    """The obstacle that a new try with float32 meets."""
    found = row_operations.row_operations.__wrapped__("float32")
    assert (found.forward is None) == (found.backward is None) == bool(found.obstacle)
    return found.obstacle


@pytest.fixture
def unknown_library() -> Iterator[None]:
    """As in a process that has not looked for TensorFlow's library yet."""
    tensorflow_operation._library.cache_clear()
    yield
    tensorflow_operation._library.cache_clear()


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
def test_here_nothing_is_in_the_way(dtype: str) -> None:
    assert row_operations.row_operations(dtype).obstacle == ""


def test_what_was_tried_is_not_tried_again() -> None:
    assert row_operations.row_operations("float32") is row_operations.row_operations("float32")


def test_a_function_that_the_library_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_kernels, "TENSORFLOW_FUNCTIONS", ["TF_NewStatus", "TF_NoSuchFunction"])
    obstacle = tried_again()
    assert obstacle.startswith("AttributeError")
    assert "TF_NoSuchFunction" in obstacle


@pytest.mark.parametrize("copies", [0, 2])
def test_of_no_library_and_of_two_none_is_taken(
    copies: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_library: None
) -> None:
    for number in range(copies):
        (tmp_path / f"libtensorflow_framework.so.{number}").write_text("a library")
    monkeypatch.setattr(tf.sysconfig, "get_lib", lambda: str(tmp_path))
    assert f"there are {copies} libraries" in tried_again()


def test_several_names_of_one_library_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_library: None
) -> None:
    (library,) = Path(tf.sysconfig.get_lib()).glob("libtensorflow_framework.*")
    for name in (library.name, "libtensorflow_framework.so"):
        (tmp_path / name).symlink_to(library)
    monkeypatch.setattr(tf.sysconfig, "get_lib", lambda: str(tmp_path))
    assert tensorflow_operation._library().TF_NewStatus


def test_a_library_that_cannot_be_opened_is_an_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_library: None
) -> None:
    (tmp_path / "libtensorflow_framework.so.2").write_text("no library")
    monkeypatch.setattr(tf.sysconfig, "get_lib", lambda: str(tmp_path))
    assert tried_again().startswith("OSError")


@pytest.mark.skipif(not hasattr(os, "RTLD_NOLOAD"), reason="every library is opened anew here")
def test_a_copy_that_tensorflow_does_not_run_in_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_library: None
) -> None:
    import _ctypes

    # Any library will do that this process has not opened under this name.
    shutil.copy(_ctypes.__file__, tmp_path / "libtensorflow_framework.so.2")
    monkeypatch.setattr(tf.sysconfig, "get_lib", lambda: str(tmp_path))
    assert tried_again().startswith("OSError")


def test_a_name_that_is_taken_is_an_obstacle_and_not_the_end_of_the_process() -> None:
    row_operations.row_operations("float32")
    assert tried_again() == "RuntimeError: TensorFlow has an operation LstmRowForwardFloat32 already"


@pytest.mark.parametrize("function", ["TF_RegisterOpDefinition", "TF_RegisterKernelBuilder"])
def test_what_tensorflow_refuses_to_register_is_told_with_its_reason(
    function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = tensorflow_operation._call

    def refuses(called: str, result: Any, *arguments: Any) -> Any:
        if called == "TF_RegisterOpDefinition" != function:
            return None  # or the name would be taken
        if called == function:
            return call("TF_SetStatus", None, arguments[-1], ctypes.c_int(3), b"no such thing here")
        return call(called, result, *arguments)

    row_operations.row_operations("float32")
    monkeypatch.setattr(tensorflow_operation, "_is_known", lambda name: False)
    monkeypatch.setattr(tensorflow_operation, "_call", refuses)
    assert tried_again() == "RuntimeError: no such thing here"


def test_numba_that_cannot_be_loaded_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lstm_core.training.fused.gate_kernels", None)
    assert tried_again().startswith(("ImportError", "ModuleNotFoundError"))


def test_an_operation_that_computes_something_else_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    def unchanged(most: int) -> Any:
        return lambda *inputs: inputs[:most]

    wrong = row_operations.RowOperations(unchanged(4), unchanged(3))
    monkeypatch.setattr(row_operations, "_registered", lambda dtype: wrong)
    assert "instead of" in tried_again()


def test_a_long_story_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(dtype: str) -> Any:
        raise ValueError("a\n b." * 1000)

    monkeypatch.setattr(row_operations, "_registered", fails)
    obstacle = tried_again()
    assert len(obstacle) == row_operations.MOST_LETTERS
    assert obstacle.startswith("ValueError: a b.a b.")


WITHOUT_A_CACHE = """
import json, sys
from pathlib import Path
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters
from lstm_core.training import worker

root = Path(sys.argv[1])
worker.WARM_SECONDS_CPU = 0.0
values = {"dataset": "digits", "units": (5,), "batch_size": 16, "steps": 4, "evaluate_every": 4}
jobs = Jobs(RunStore(root), lambda root: None)
runs = [jobs.submit(hyperparameters({**values, "computation": way})).run for way in ("auto", "fused")]
worker.main(root)
print(json.dumps([noted_obstacle(root), *([run.status.state, run.environment()] for run in runs)]))
"""


@pytest.mark.slow
def test_where_numba_can_keep_nothing_plain_operations_train_and_the_run_says_so(tmp_path: Path) -> None:
    copy = tmp_path / "lstm_core"
    shutil.copytree(ROOT / "lstm_core", copy, ignore=shutil.ignore_patterns("__pycache__", "figures"))
    (copy / "training" / "fused" / "__pycache__").write_text("in the way, whoever may write here")
    nowhere = dict.fromkeys(("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA"), os.devnull)
    environment = {**os.environ, **nowhere, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_CACHE, str(tmp_path / "runs")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    noted, *runs = json.loads(done.stdout.splitlines()[-1])
    assert "NUMBA_CACHE_DIR has to name a folder that can be written" in noted
    for (state, found), why in zip(runs, ("the fastest on a CPU", "as chosen"), strict=True):
        assert state == "finished"
        assert found["computation"] == f"fused: {why}, of TensorFlow's plain operations here ({noted})"
        assert found["precision"].startswith("float32")


OUT_OF_MEMORY = """
import json, resource, sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import tensorflow as tf
from lstm_core.training.fused.row_operations import row_operations

large = 2**26  # four of its float32 are a gigabyte, of which no page is ever touched
def empty(*shape):
    return tf.raw_ops.Empty(shape=shape, dtype=tf.float32)

forward, backward = row_operations("float32").forward, row_operations("float32").backward
small = tf.zeros
states = [small((2, 1, 1)), small((2, 1, 1)), small((1, 1, 4)), small((1, 2))]
inputs = [0, small((1, 4)), small(4), small((1, 1, 1)), small((1, 1)), small((1, 1))]
of_backward = [small((1, 1)), small(4), 0, small((2, 1, 1)), small((1, 1)), small((1, 1, 1))]
cases = {
    "forward": (forward, [*states[:2], empty(large, 1, 4), states[3], *inputs]),
    "backward": (backward, [empty(large, 1, 4), *of_backward]),
    "numbers of one example": (backward, [
        *(empty(1, 0, 4 * large), empty(0, large), small(4)),
        *(0, empty(2, 0, large), empty(0, large), empty(1, 0, large)),
    ]),
}
graphs = {name: tf.function(lambda *given, add=add: add(*given), autograph=False)
          for name, (add, _) in cases.items()}

again = tf.function(lambda *given: forward(*given), autograph=False)
before = again(*states, *inputs)
threads = ThreadPoolExecutor(len(cases))
together = Barrier(len(cases))
list(threads.map(lambda _: together.wait(), cases))  # each has its stack before there is no memory
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**29, resource.RLIM_INFINITY))
held = []
try:  # the allocator may have taken more than it gave out
    while True:
        held.append(empty(2 * large))
except tf.errors.ResourceExhaustedError:
    pass
def what_is_said(name):
    try:
        graphs[name](*cases[name][1])
    except tf.errors.OpError as error:
        return type(error).__name__ + ": " + error.message
    return "no error"

# TensorFlow waits ten seconds for memory before it gives up.
found = dict(zip(cases, threads.map(what_is_said, cases)))
after = again(*states, *inputs)
found["afterwards"] = all(bool(tf.reduce_all(one == other)) for one, other in zip(before, after))
print(json.dumps(found))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of address space")
def test_running_out_of_memory_is_said_and_the_process_lives() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OUT_OF_MEMORY], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("afterwards")
    assert len(found) == 3
    for name, error in found.items():
        assert error.startswith("ResourceExhaustedError"), (name, error)
        assert "OOM when allocating" in error
    assert "the numbers of one example" in found["numbers of one example"]
