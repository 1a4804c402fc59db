"""The training process, a real one: started, steered, killed and started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lstm_core.data.info import Dataset
from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import StorageError
from lstm_core.runs.events import Failed, Started, Tweaked
from lstm_core.runs.jobs import last_step
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.usable_devices import devices_here
from lstm_core.runs.worker_end import record
from lstm_core.settings.devices import Device
from lstm_core.settings.validation import hyperparameters
from lstm_core.training import worker
from tests.data.own.test_kept import add
from tests.forks import fork
from tests.networks import same_weights
from tests.training.real_workers import ENDLESS, PATIENCE, SMALL, Workers, needs_keras


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """One process for many tests: loading TensorFlow takes seconds."""
    workers = Workers(tmp_path_factory.mktemp("runs"))
    yield workers
    workers.kill()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(tmp_path, forked=False)
    yield workers
    workers.kill()


@needs_keras
@pytest.mark.slow
def test_a_run_is_trained_to_its_end_in_a_process_of_its_own(shared: Workers):
    run = shared.submit(**SMALL)
    shared.ended(run)
    assert run.status.state == "finished", run.status.detail
    assert {path.name for path in run.folder.iterdir()} == {
        "run.json",
        "status.json",
        "events.jsonl",
        "weights.npz",
        "snapshots",
        "checkpoint.npz",
        "familiar.npz",
        "evaluation.json",
        "environment.json",
    }
    assert run.result() is not None
    assert len(shared.started) == 1
    assert os.getsid(shared.started[0].pid) == shared.started[0].pid  # outlives whoever started it
    assert shared.jobs.worker_alive()
    assert shared.jobs.submit(run.hyperparameters).run == run


@needs_keras
@pytest.mark.slow
def test_a_training_is_tweaked_paused_let_on_and_stopped_while_it_runs(shared: Workers):
    run = shared.submit(**ENDLESS)
    shared.until(lambda: last_step(run) > 20)
    assert shared.jobs.active() == run

    run.steer(learning_rate=0.02, dropout=0.1, batch_size=32)
    shared.until(lambda: run.status.tweaked)
    fields = {event.field for event in run.events()[0] if isinstance(event, Tweaked)}
    assert fields == {"learning_rate", "dropout", "batch_size"}

    run.steer(paused=True)
    shared.until(lambda: run.status.state == "paused")
    step = last_step(run)
    waiting = shared.submit(**SMALL, seed=1)
    time.sleep(0.3)
    assert last_step(run) == step
    assert shared.jobs.queue() == [waiting]

    run.steer(paused=False)
    shared.until(lambda: last_step(run) > step)
    shared.jobs.cancel(run)
    shared.ended(run)
    assert run.status.state == "stopped"
    assert run.weights()
    assert run.result() is not None

    shared.ended(waiting)
    assert waiting.status.state == "finished"


@needs_keras
@pytest.mark.slow
def test_an_ended_run_is_extended(shared: Workers):
    run = shared.submit(**SMALL, seed=2)
    shared.ended(run)
    shared.jobs.resume(run, more_steps=15)
    shared.ended(run)
    assert (run.status.state, run.status.step) == ("finished", 45)
    whole = shared.submit(**{**SMALL, "steps": 45, "seed": 2})
    shared.ended(whole)
    assert same_weights(run.weights(), whole.weights())


@needs_keras
@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"precision": "mixed", "device": "cpu"},
            "`precision` must be auto, float32 or bfloat16 on a CPU; got 'mixed'",
        ),
        ({"device": "gpu:99"}, "There is no device 'gpu:99' here. Choose auto or one of:"),
    ],
)
def test_what_cannot_be_trained_fails_plainly_and_the_process_goes_on(
    shared: Workers, values: dict[str, Any], message: str
):
    # Not submitted: what is known to be refused is refused there already.
    run = shared.jobs.store.create(hyperparameters({**SMALL, **values, "seed": 3}))
    shared.ended(run)
    assert run.status.state == "failed"
    assert message in run.status.detail
    failure = run.events()[0][-1]
    assert isinstance(failure, Failed)
    assert failure.message == run.status.detail
    assert shared.jobs.worker_alive()


@needs_keras
@pytest.mark.slow
def test_a_second_process_with_the_same_number_leaves_while_one_lives(shared: Workers):
    shared.jobs.warm_up()
    shared.until(lambda: not (shared.jobs.store.root / "worker.starting").exists())
    arguments = ["-m", "lstm_core.training.worker", str(shared.jobs.store.root), "1"]
    second = subprocess.run([sys.executable, *arguments], cwd=Path(__file__).parents[2], timeout=PATIENCE)
    assert second.returncode == 0
    assert shared.jobs.worker_alive()


@needs_keras
@pytest.mark.slow
def test_a_killed_training_is_interrupted_and_goes_on_from_its_checkpoint(shared: Workers):
    run = shared.submit(**ENDLESS, seed=4)
    shared.until(lambda: run.snapshots()[-1:] >= [100])
    before = len(shared.started)
    shared.started[-1].send_signal(signal.SIGKILL)
    shared.started[-1].wait()
    shared.until(lambda: run.status.state == "interrupted")
    step = last_step(run)
    assert run.status.detail == f"interrupted at step {step}"
    assert step >= 100
    assert len(shared.started) == before  # nothing waits, so nobody is started
    assert run.weights()

    run.steer(steps=step + 60)
    shared.jobs.resume(run)
    shared.ended(run)
    assert run.status.state == "finished", run.status.detail
    assert run.status.step == step + 60
    (_, again) = (event for event in run.events()[0] if isinstance(event, Started))
    assert step - 200 <= again.step <= step
    assert again.step > 0


def _train_what_waits(root: str) -> None:
    worker.WARM_SECONDS_CPU = 0
    worker.main(Path(root))


@needs_keras
@pytest.mark.slow
def test_an_idle_process_leaves_and_lets_go_of_its_lock(own: Workers):
    run = own.jobs.store.create(hyperparameters(SMALL))
    root = own.jobs.store.root
    process = own.keep(fork(_train_what_waits, str(root), out=str(root / "out"), err=str(root / "err")))
    assert process.wait(PATIENCE) == 0
    assert run.status.state == "finished"
    assert not own.jobs.worker_alive()


@pytest.mark.slow
def test_a_backend_that_cannot_be_loaded_is_told_by_every_run_that_waits(
    own: Workers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    runs = [own.submit(**SMALL, seed=seed) for seed in (1, 2)]
    for run in runs:
        own.ended(run)
        assert run.status.state == "failed"
        assert "could not start: `KERAS_BACKEND` must be one of tensorflow, jax" in run.status.detail
    assert len(own.started) == 1


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_library_that_kills_its_process_is_named_after_three_starts(
    own: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As TensorFlow does on a processor without the instructions it was built for."""
    library = tmp_path / "libraries"
    library.mkdir()
    code = "import os, signal, sys\nprint('no AVX here', file=sys.stderr, flush=True)\n"
    (library / "tensorflow.py").write_text(f"{code}os.kill(os.getpid(), signal.SIGILL)\n")
    monkeypatch.setenv("PYTHONPATH", str(library))
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    run = own.submit(**SMALL)
    own.ended(run)
    assert run.status.state == "failed"
    assert (
        "ended 3 times before training could start; the last one was ended by signal SIGILL"
        in run.status.detail
    )
    assert "no AVX here" in run.status.detail
    own.jobs.warm_up()
    assert len(own.started) == 3


@needs_keras
@pytest.mark.slow
def test_a_process_whose_runs_were_removed_leaves(tmp_path: Path):
    own = Workers(tmp_path)
    own.jobs.warm_up()
    own.until(lambda: own.jobs.worker_alive())
    (process,) = own.started
    for _ in range(100):  # it writes a note when it has warmed up
        shutil.rmtree(own.jobs.store.root, ignore_errors=True)
        if not own.jobs.store.root.exists():
            break
    assert process.wait(PATIENCE) == 0
    assert not own.jobs.store.list()


@needs_keras
@pytest.mark.slow
def test_jax_trains_too(own: Workers, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("jax")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    run = own.submit(**SMALL)
    own.ended(run)
    assert run.status.state == "finished", run.status.detail
    assert run.environment()["backend"] == "jax"


# Without a process


class FakeTraining:
    """Raises what it is told to."""

    error: BaseException

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def train(self) -> None:
        raise self.error


@needs_keras
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "try a smaller batch or fewer units"),
        (RuntimeError("OOM when allocating tensor with shape[9]"), "try a smaller batch or fewer units"),
        (RuntimeError("RESOURCE_EXHAUSTED: no"), "try a smaller batch or fewer units"),
        (StorageError("The disk is full."), "The disk is full."),
        (ZeroDivisionError("by zero"), "ZeroDivisionError: by zero"),
    ],
    ids=lambda item: type(item).__name__,
)
def test_a_failure_is_recorded_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
):
    monkeypatch.setattr("lstm_core.training.run_training.RunTraining", FakeTraining)
    monkeypatch.setattr(FakeTraining, "error", error, raising=False)
    run = RunStore(tmp_path).create(hyperparameters(SMALL))
    worker.train_run(run, {})
    assert run.status.state == "failed"
    assert said in run.status.detail


@needs_keras
def test_a_failure_that_cannot_be_recorded_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Otherwise the run would seem to train for ever; so the next look finds it interrupted."""
    monkeypatch.setattr("lstm_core.training.run_training.RunTraining", FakeTraining)
    monkeypatch.setattr(FakeTraining, "error", ValueError("x"), raising=False)
    run = RunStore(tmp_path).create(hyperparameters(SMALL))

    def full(*_: Any) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(Run, "set_status", full)
    with pytest.raises(StorageError):
        worker.train_run(run, {})


@needs_keras
def test_a_run_that_was_deleted_while_it_trained_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = RunStore(tmp_path).create(hyperparameters(SMALL))

    class Deleted(FakeTraining):
        def train(self) -> None:
            shutil.rmtree(run.folder)
            run.append(Failed(step=1, time=0.0, message=""))

    monkeypatch.setattr("lstm_core.training.run_training.RunTraining", Deleted)
    worker.train_run(run, {})
    assert not run.folder.exists()


TOO_LARGE = {**SMALL, "units": (1024,) * 16, "batch_size": 1297, "initializer": "packed-glorot"}
"""Of the initialisers one that is quick; orthogonal weights of this size take ten seconds."""


def under_a_limit_of_addresses(root: Path, first: str) -> subprocess.Popen[bytes]:
    """A training process as `spawn` starts it, after ``first`` and ``ulimit -v``; its end is noted too."""
    code = f"{first}; import pathlib, lstm_core.training.worker as w; w.main(pathlib.Path({str(root)!r}))"
    with (root / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            ["bash", "-c", 'ulimit -v 5500000; exec "$0" -c "$1"', sys.executable, code],
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=log,
        )
    threading.Thread(target=lambda: record(root, process.wait(), process.pid), daemon=True).start()
    return process


@needs_keras
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_a_training_that_hangs_or_dies_for_want_of_memory_fails_and_the_queue_goes_on(own: Workers):
    """Nothing is asked before; then, as the processor has it, TensorFlow's threads wait for each other and
    Stop is not obeyed, or a library ends the process."""
    large = own.jobs.store.create(hyperparameters(TOO_LARGE))
    small = own.jobs.store.create(hyperparameters(SMALL))
    unasked = (
        "import lstm_core.training.run_training as t; t.check_fits = lambda *_, **__: None\n"
        "from lstm_core.training.watchdog import Watchdog; Watchdog.__init__.__defaults__ = (10, 1.0)"
    )
    own.jobs.launch = lambda root: own.keep(under_a_limit_of_addresses(root, unasked))
    for run in (large, small):
        own.ended(run)
    assert large.status.state == "failed"
    assert re.search("memory|smaller batch", large.status.detail), large.status.detail
    assert small.status.state == "finished", small.status.detail


@needs_keras
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_a_run_that_meets_too_little_memory_fails_with_the_reason_and_the_queue_goes_on(own: Workers):
    """It was queued where the whole machine has enough, as the estimate sees it."""
    large = own.jobs.store.create(hyperparameters(TOO_LARGE))
    small = own.jobs.store.create(hyperparameters(SMALL))
    own.jobs.launch = lambda root: own.keep(under_a_limit_of_addresses(root, "import sys"))
    for run in (large, small):
        own.ended(run)
    assert large.status.state == "failed"
    needs = r"This training needs about 1\d\.\d GB of memory, but this machine has 3\.\d GB free now"
    assert re.match(needs, large.status.detail), "what it needs differs between processors"
    assert small.status.state == "finished", small.status.detail


@needs_keras
def test_a_data_set_that_is_another_one_now_is_told_and_not_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROW_BY_ROW_HOME", str(tmp_path))
    add(tmp_path)
    settings = hyperparameters({"dataset": "letters", "units": (4,), "steps": 2, "batch_size": 4})
    run = RunStore(tmp_path).create(settings)
    datasets: dict[str, Dataset] = {}
    OwnSets(tmp_path).remove("letters")
    worker.train_run(run, datasets)
    assert run.status.state == "failed"
    assert "There is no data set 'letters'" in run.status.detail
    add(tmp_path, seed=1)
    again = RunStore(tmp_path).create(settings)
    worker.train_run(again, datasets)
    assert "'letters' is another one now than when this run was made" in again.status.detail


@needs_keras
def test_every_process_takes_a_gpu_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gpus, processor = [Device(f"gpu:{at}", "A card") for at in range(3)], Device("cpu", "A processor")
    monkeypatch.setattr("lstm_core.training.backend.usable_devices", lambda: [*gpus, processor])
    first = [worker._usable_devices(tmp_path, number)[0].name for number in (1, 2, 3, 4)]
    assert first == ["gpu:0", "gpu:1", "gpu:2", "gpu:0"]
    assert worker._usable_devices(tmp_path, 2) == [gpus[1], gpus[2], gpus[0], processor]
    monkeypatch.setattr("lstm_core.training.backend.usable_devices", lambda: [processor])
    assert worker._usable_devices(tmp_path, 2) == [processor]
    assert devices_here(tmp_path) == [processor]  # as they are, for those who do not load the library
