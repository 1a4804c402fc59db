"""`reproduce`: once for real in its own process, and its decisions with trainings that end at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner, Result

from lstm_core.data.datasets import load
from lstm_core.data.info import DATASETS
from lstm_core.errors import DataDamaged, DeviceUnavailable, InvalidValue, RunError, StorageError
from lstm_core.evidence import memory_of_a_batch
from lstm_core.evidence import reproduce as reproduce_module
from lstm_core.evidence.experiments import COMPARISONS, settings_of
from lstm_core.evidence.memory_of_a_batch import Measurement
from lstm_core.evidence.reproduce import reproduce
from lstm_core.evidence.results import Results, results
from lstm_core.evidence.summaries import comparison, summary
from lstm_core.files import locked
from lstm_core.reading.evaluation import TestResult
from lstm_core.reading.trace import read
from lstm_core.runs.events import Evaluation
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.status import State
from lstm_core.runs.store import HOME_VARIABLE, RunStore
from lstm_core.settings.computed import computed_here
from lstm_core.settings.devices import Device
from lstm_core.settings.presets import PRESETS
from tests.networks import random_weights

CPU = Device("cpu", "A processor")
SMALL = ("--preset", "digits", "--set", "units=8", "--set", "steps=30", "--set", "evaluate_every=10")


class AtOnce:
    """A training process that needs no time. ``state`` is how its trainings end.

    Attributes:
        trained: the seeds of what it trained.
    """

    def __init__(self, root: Path) -> None:
        self.store = RunStore(root)
        self.trained: list[int] = []
        self.state: State = "finished"
        self.tweaked = False

    def __call__(self, root: Path) -> None:
        for _, run in self.store.in_state("queued"):
            self._train(run)
        (root / "worker.starting").unlink(missing_ok=True)  # as a process does that has its lock

    def _train(self, run: Run) -> None:
        settings = run.hyperparameters
        accuracy = 0.98 + 0.001 * settings.seed
        run.append(Evaluation(step=settings.steps, time=1, loss=0.1, accuracy=0.97))
        info = DATASETS[settings.dataset]
        run.save_weights(random_weights((4,), rows=info.rows, columns=info.columns))
        way = computed_here(settings, CPU)
        how = {"computation": f"{way.computation}: why", "precision": f"{way.precision}: why"}
        versions = {"python": "3", "backend": str(way.backend), "keras": "3", "device": "A processor"}
        run.save_environment({**versions, **how})
        run.save_result(
            TestResult(
                accuracy=accuracy,
                accuracy_by_rows=[0.2, 0.4, 0.6, accuracy],
                loss_by_rows=[0.4, 0.3, 0.2, 0.1],
                confusion=[[1]],
                readings=[0],
            )
        )
        ended = {"state": self.state, "detail": "no memory" if self.state == "failed" else ""}
        told = {"step": settings.steps, "seconds": 60.0, "device": "A processor", "tweaked": self.tweaked}
        run.set_status(run.status.model_copy(update={**ended, **told}))
        self.trained.append(settings.seed)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AtOnce:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    pretended = AtOnce(tmp_path / "home")
    monkeypatch.setattr(reproduce_module, "Jobs", lambda store: Jobs(store, pretended))
    return pretended


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "results.json"


@pytest.fixture
def run_it(output: Path) -> Callable[..., Result]:
    """Runs the command; what it raises comes through."""

    def invoke(*arguments: str) -> Result:
        done = CliRunner().invoke(reproduce, [*arguments, "--output", str(output)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return invoke


def command(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lstm_core", "reproduce", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, HOME_VARIABLE: str(home)},
        timeout=240,
    )


def end_worker(home: Path) -> None:
    for process in psutil.process_iter(["cmdline"]):
        if (process.info["cmdline"] or [])[-3:] == ["-m", "lstm_core.training.worker", str(home)]:
            process.kill()


@pytest.mark.slow
def test_real_trainings_are_kept_and_known_again(tmp_path: Path, output: Path) -> None:
    home = tmp_path / "home"
    try:
        first = command(*SMALL, "--seeds", "0,1", "--json", "--output", output, home=home)
        again = command(*SMALL, "--seeds", "1", "--output", output, home=home)
    finally:
        end_worker(home)
    assert first.returncode == 0, first.stderr
    said = [json.loads(line) for line in first.stdout.splitlines()]
    assert [one["seed"] for one in said] == [0, 1]
    held = results(output)
    assert [one.model_dump(mode="json") for one in held.trainings][:1] == said[:1]
    varied = {"units": [8], "steps": 30, "evaluate_every": 10}
    assert all((one.varied, one.steps) == (varied, 30) for one in held.trainings)
    assert "2 of 2: digits, seed 1" in first.stderr
    assert again.returncode == 0, again.stderr
    assert "trained before" in again.stderr
    assert len(RunStore(home).list()) == 2
    wrong = command("--preset", "best", home=home)
    assert wrong.returncode == 2
    assert "one of quick" in wrong.stderr


def test_every_seed_of_a_preset_is_kept_with_what_made_it(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    done = run_it("--preset", "huang-2017")
    reached = summary("huang-2017", results(output))
    assert reached is not None
    assert [one.seed for one in reached.trainings] == [0, 1, 2]
    assert reached.mean == pytest.approx(0.981)
    one = reached.trainings[0]
    assert one.command == "python -m lstm_core reproduce --preset huang-2017 --seeds 0,1,2"
    assert (one.device, one.seconds, one.validation_accuracy) == ("A processor", 60.0, 0.97)
    assert one.versions == {"python": "3", "backend": "tensorflow", "keras": "3"}
    assert one.computed == computed_here(settings_of("huang-2017", {}, 0), CPU)
    assert f"60 s, computed {one.computed}" in done.stdout
    assert "huang-2017, seed 0: test accuracy 0.9800 (published 0.9858)" in done.stdout


@pytest.mark.usefixtures("mnist")  # whose first training images a run is measured on
def test_everything_is_all_presets_all_experiments_and_the_memory(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []

    def measure(network: str, images: int, device: Device) -> Measurement:
        measured.append((network, images, device.name))
        return Measurement(extra_bytes=2**20, versions={"python": "3"})

    monkeypatch.setattr(memory_of_a_batch, "measure", measure)
    devices = [Device("gpu:0", "A GPU"), Device("gpu:1", "Another"), Device("cpu", "A processor")]
    monkeypatch.setattr(reproduce_module, "list_devices", lambda: devices)
    run_it("--seeds", "0")
    held = results(output)
    assert all(summary(name, held) for name in PRESETS)
    assert all(len(comparison(name, held)) == len(COMPARISONS[name].sides) for name in COMPARISONS)
    wanted = [(network, 10_000, device) for device in ("gpu:0", "cpu") for network in ("lstm", "cnn")]
    assert measured == wanted
    kinds = {(one.measured, one.device) for one in held.memory}
    assert kinds == {("allocator", "A GPU"), ("resident", "A processor")}


@pytest.mark.parametrize(
    ("arguments", "trainings", "measures"),
    [
        (("--preset", "quick"), 1, False),
        (("--compare", "shared"), 2, False),
        (("--compare", "layers", "--compare", "shared", "--compare", "layers"), 5, False),
        (("--memory",), 0, True),
        (("--preset", "quick", "--compare", "shared", "--memory"), 3, True),
        (("--preset", "quick", "--no-compare", "--no-memory"), 1, False),
        (("--no-compare", "--no-memory"), len(PRESETS), False),
        (("--preset", "quick", "--preset", "quick"), 1, False),
    ],
)
def test_only_what_is_chosen_is_done(
    at_once: AtOnce,
    run_it: Callable[..., Result],
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    trainings: int,
    measures: bool,
) -> None:
    answer = Measurement(extra_bytes=1, versions={})
    monkeypatch.setattr(memory_of_a_batch, "measure", lambda network, images, device: answer)
    run_it(*arguments, "--seeds", "0")
    held = results(output)
    assert len(held.trainings) == trainings
    assert bool(held.memory) == measures


def test_an_experiment_that_is_none_is_named_before_anything_is_trained(
    at_once: AtOnce, run_it: Callable[..., Result]
) -> None:
    with pytest.raises(InvalidValue, match=r"--compare.*one of shared.*got 'sizes'"):
        run_it("--compare", "shared", "--compare", "sizes")
    assert not at_once.trained


def test_dropout_is_also_asked_how_the_training_images_are_read(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    run_it("--compare", "dropout-few", "--seeds", "0")
    without, dropped = comparison("dropout-few", results(output))
    train = load("digits").train
    network = random_weights((4,))
    right = sum(
        read(network, image).probabilities[-1].argmax() == label
        for image, label in zip(train.pixels(), train.labels, strict=True)
    )
    assert without.training_mean == dropped.training_mean == right / len(train)
    run_it("--compare", "layers", "--seeds", "0")
    assert [side.training_mean for side in comparison("layers", results(output))] == [None] * 3


def test_what_is_read_after_the_first_half_of_the_rows_is_kept(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    run_it("--compare", "rows", "--seeds", "0,1")
    assert [side.half_way_mean for side in comparison("rows", results(output))] == [0.4, 0.4]


def test_what_was_kept_before_stays(at_once: AtOnce, run_it: Callable[..., Result], output: Path) -> None:
    run_it("--preset", "quick", "--seeds", "0,1")
    run_it("--preset", "huang-2017", "--seeds", "2")
    assert [(one.preset, one.seed) for one in results(output).trainings] == [
        ("huang-2017", 2),
        ("quick", 0),
        ("quick", 1),
    ]


def test_a_seed_that_was_trained_before_is_not_trained_again(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    run_it("--preset", "quick", "--seeds", "0,1")
    output.unlink()
    run_it("--preset", "quick", "--seeds", "1,2")
    assert at_once.trained == [0, 1, 2]
    assert [one.seed for one in results(output).trainings] == [1, 2]


@pytest.mark.parametrize("state", ["finished", "interrupted"])
def test_a_seed_that_was_computed_otherwise_is_trained_anew(
    state: State,
    at_once: AtOnce,
    run_it: Callable[..., Result],
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def this_processor_has_bfloat16(has_it: bool) -> None:
        monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: has_it)

    this_processor_has_bfloat16(True)
    run_it("--preset", "quick", "--seeds", "0")
    (first,) = at_once.store.list()
    first.set_status(first.status.model_copy(update={"state": state}))
    this_processor_has_bfloat16(False)
    run_it("--preset", "quick", "--seeds", "0")
    assert at_once.trained == [0, 0]
    assert [one.precision for one in results(output).trainings] == ["float32"]
    run_it("--preset", "quick", "--seeds", "0")
    assert at_once.trained == [0, 0]


def test_a_training_that_was_interrupted_goes_on(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    cut = at_once.store.create(settings_of("quick", {}, 0))
    cut.set_status(cut.status.model_copy(update={"state": "interrupted", "step": 100}))
    done = run_it("--preset", "quick", "--seeds", "0")
    assert "Continuing" in done.stderr
    assert [run.id for run in at_once.store.list()] == [cut.id]
    assert len(results(output).trainings) == 1


def test_results_before_one_that_fails_are_kept(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    run_it("--preset", "quick", "--seeds", "0")
    at_once.state = "failed"
    with pytest.raises(RunError, match=r"quick, seed 1 was failed: no memory\. The results .* are kept"):
        run_it("--preset", "quick", "--seeds", "0,1,2")
    assert [one.seed for one in results(output).trainings] == [0]


def test_a_training_somebody_steered_is_no_evidence(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    at_once.tweaked = True
    with pytest.raises(RunError, match="changed during training"):
        run_it("--preset", "quick", "--seeds", "0")
    assert results(output) == Results()


def test_commands_of_different_home_folders_share_the_lock_of_the_file(
    at_once: AtOnce,
    run_it: Callable[..., Result],
    output: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While one holds it, the other waits, whatever its home, so neither loses what the other wrote."""
    monkeypatch.setattr("lstm_core.files.LOCK_SECONDS", 0.05)
    with locked(output.with_name(f".{output.name}.lock")), pytest.raises(StorageError, match="keeps"):
        run_it("--preset", "quick", "--seeds", "0")
    run_it("--preset", "quick", "--seeds", "0")
    assert len(results(output).trainings) == 1
    assert not (tmp_path / "home" / "reproduced.lock").exists()


def test_a_file_that_cannot_be_written_is_said_before_anything_is_trained(
    at_once: AtOnce, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    output = tmp_path / "file" / "results.json"  # as in a folder of another user, but true of root too
    done = CliRunner().invoke(reproduce, ["--preset", "quick", "--output", str(output)])
    assert isinstance(done.exception, StorageError)
    assert str(output) in str(done.exception)
    assert "--output FILE" in str(done.exception)
    assert not at_once.trained


def test_a_damaged_file_is_said_before_anything_is_trained(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    output.write_text("{")
    with pytest.raises(DataDamaged):
        run_it("--preset", "quick")
    assert output.read_text() == "{"
    assert not at_once.trained


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--preset", "best"), "preset"),
        (("--seeds", "0,x"), "--seeds"),
        (("--seeds", ""), "--seeds"),
        (("--seeds", "-1"), "seed"),
        (("--seeds", ",".join(map(str, range(101)))), "--seeds"),
        (("--set", "steps"), "--set"),
        (("--set", "seed=3"), "--set"),
        (("--set", "speed=3"), "--set"),
        (("--preset", "quick", "--set", "layer_weights=shared"), "layer_weights"),
    ],
)
def test_bad_values_are_refused_before_anything_is_trained(
    at_once: AtOnce, run_it: Callable[..., Result], arguments: tuple[str, ...], field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        run_it(*arguments)
    assert refused.value.field == field
    assert not at_once.trained


def test_a_device_that_is_not_there_is_refused_before_anything_is_trained(
    at_once: AtOnce, run_it: Callable[..., Result]
) -> None:
    with pytest.raises(DeviceUnavailable):
        run_it("--preset", "quick", "--set", "device=gpu:77")
    assert not at_once.trained


def test_changed_settings_are_written_down_and_do_not_count_for_the_preset(
    at_once: AtOnce, run_it: Callable[..., Result], output: Path
) -> None:
    run_it("--preset", "quick", "--set", "units=8,8", "--seeds", "4")
    held = results(output)
    (one,) = held.trainings
    assert one.varied == {"units": [8, 8]}
    assert one.command == "python -m lstm_core reproduce --preset quick --set units=8,8 --seeds 4"
    assert summary("quick", held) is None


def test_the_command_imports_no_training_library() -> None:
    program = (
        "import sys, lstm_core.evidence.reproduce\nassert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_help_says_how_long_it_takes() -> None:
    done: Any = CliRunner().invoke(reproduce, ["--help"])
    assert "hours without a GPU" in " ".join(done.output.split())
