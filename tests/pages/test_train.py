"""The Train page without a browser, with a training process that is only pretended."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import digits, state
from dashboard.train import followed_run, live_controls, queue_view, results_view, script_button
from dashboard.train.followed_run import FollowedRun
from lstm_core.arrays import FloatArray
from lstm_core.data import datasets
from lstm_core.errors import DataMissing, RunDamaged
from lstm_core.runs.events import Started, Tweaked
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.missing_operations import note_obstacle
from lstm_core.runs.status import Status
from lstm_core.runs.usable_devices import note_devices
from lstm_core.settings import available
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.networks import random_weights
from tests.pretended import (
    SETTINGS,
    Launches,
    a_finished_run,
    a_run,
    a_worker,
    button,
    galleries,
    labels,
    open_page,
    run,
    text,
)

LINK = {"preset": "digits", "units": "16", "steps": "40", "evaluate_every": "20"}


def launches(jobs: Jobs) -> Launches:
    assert isinstance(jobs.launch, Launches)
    return jobs.launch


def train_page(**query: str) -> AppTest:
    return open_page("train", **query)


def test_pressing_train_starts_one_training_and_shows_it(jobs: Jobs) -> None:
    page = train_page(**LINK)
    button(page, "Train").click()
    run(page)
    (made,) = jobs.store.list()
    wanted = with_changes(
        preset("digits").settings(), units=(16,), steps=40, evaluate_every=20, returned="outputs"
    )
    assert made.hyperparameters == wanted
    assert page.query_params == {"run": made.id}
    assert "Starting the training process" in text(page)
    assert launches(jobs)


def test_opening_the_page_makes_a_training_process_ready_once(jobs: Jobs) -> None:
    page = train_page()
    run(page)
    assert launches(jobs) == [jobs.store.root]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("text_input:units", "0, 64", "`units` must be 1 to 16 layers of 1 to 1024 units each"),
        ("number_input:dropout", 1.2, "`dropout` must be a number in [0, 1); got 1.2"),
        ("number_input:batch_size", 1298, "`batch_size` must be at most 1297"),
        ("number_input:learning_rate", 0.0, "`learning_rate` must be a number in (0, 1]; got 0.0"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_can_be_started(
    jobs: Jobs, field: str, value: Any, rule: str
) -> None:
    page = train_page(**LINK)
    kind, name = field.split(":")
    elements: list[Any] = [*page.get(kind)]
    (widget,) = [element for element in elements if element.key == f"train-{name}"]
    widget.set_value(value)
    run(page)
    assert rule in text(page)
    assert button(page, "Train").disabled
    assert not jobs.store.list()


def test_shapes_parameters_and_time_stand_beside_the_form(jobs: Jobs) -> None:
    page = train_page(**LINK)
    assert "64 × 8 × 16" in text(page)
    assert "1,770" in text(page)
    assert "no run was measured here yet" in text(page)


def test_the_summary_says_what_keeps_the_fused_way_from_its_operations(jobs: Jobs) -> None:
    way = "of TensorFlow's plain operations here (OSError: no library)"
    note_obstacle(jobs.store.root, "OSError: no library")
    assert f"computed by `fused` (the fastest on a CPU, {way}) in float32" in summary(train_page(**LINK))
    note_obstacle(jobs.store.root, "")
    assert "computed by `fused` (the fastest on a CPU) in" in summary(train_page(**LINK))


def test_the_summary_says_what_memory_and_disk_it_takes(jobs: Jobs) -> None:
    assert re.search(r"Needs about 1\.0 GB of memory, \d(\.\d)? MB on disk\.", summary(train_page(**LINK)))


def test_what_has_no_room_on_this_machine_cannot_be_started_and_says_why(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(available, "memory", lambda: available.Memory(4 * 10**9, 3 * 10**9))
    page = train_page(preset="huang-2017", units=",".join(["1024"] * 16), batch_size="4096")
    assert "This training needs about" in text(page)
    assert "GB of memory, but this machine has 4.0 GB. Choose a smaller `batch_size` (4096)" in text(page)
    assert button(page, "Train").disabled


@pytest.mark.slow
def test_a_gpu_that_tensorflow_cannot_use_is_no_choice_and_the_reason_is_told(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "nvidia-smi").write_text("#!/bin/sh\necho 'RTX 4060'\n")
    (folder / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    page = train_page(**LINK)
    assert "Trains on RTX 4060." in text(page)
    note_devices(jobs.store.root, [Device("cpu", "A processor")])
    page = train_page(**LINK)
    assert "Trains on A processor. TensorFlow sees no GPU here, though the machine has one" in text(page)
    (choice,) = [box for box in page.selectbox if box.key == "train-device"]
    assert choice.options == ["automatic", "CPU · A processor"]


def summary(page: AppTest) -> str:
    """What stands beneath the estimate, without the signs that keep Markdown away."""
    (found,) = [caption.value for caption in page.caption if ", computed by " in caption.value]
    return str(found).replace("\\", "")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> list[HyperParameters]:
    """The settings a script was made of, in order."""
    made: list[HyperParameters] = []
    monkeypatch.setattr(
        script_button, "standalone_script", lambda settings, computed: str(made.append(settings))
    )
    return made


def test_the_settings_can_be_taken_along_as_a_keras_script(
    jobs: Jobs, scripts: list[HyperParameters]
) -> None:
    page = train_page(**LINK)
    assert scripts[-1] == hyperparameters(jobs_settings(page))
    assert not offered_script(page).disabled
    page.number_input(key="train-dropout").set_value(2.0)
    run(page)
    assert offered_script(page).disabled


def test_a_run_can_be_taken_along_as_a_keras_script(jobs: Jobs, scripts: list[HyperParameters]) -> None:
    made = a_finished_run(jobs)
    assert not offered_script(train_page(run=made.id)).disabled
    assert scripts[-1] == made.hyperparameters


def offered_script(page: AppTest) -> Any:
    (offered,) = page.get("download_button")
    assert offered.proto.label == "Keras script"
    return offered.proto


def test_first_weights_that_are_not_here_are_said_and_nothing_can_be_started(jobs: Jobs) -> None:
    page = train_page(**LINK, initializer="csv", initial_kernel="a" * 64)
    assert "The first weights aaaaaaaaaaaa… are not on this machine" in text(page)
    assert button(page, "Train").disabled


def test_settings_trained_before_are_answered_from_the_saved_run(jobs: Jobs) -> None:
    page = train_page(preset="digits", units="16")
    settings = hyperparameters({**jobs_settings(page)})
    saved = a_finished_run(jobs, settings)
    button(page, "Train").click()
    run(page)
    assert "These settings were trained before; this is the saved run." in text(page)
    assert [made.id for made in jobs.store.list()] == [saved.id]
    assert page.query_params == {"run": saved.id}


def jobs_settings(page: AppTest) -> dict[str, Any]:
    """The settings that stand in the form."""
    return {name: page.session_state[f"train-{name}"] for name in FIELDS}


def test_a_running_training_is_found_by_a_session_that_knows_nothing(jobs: Jobs) -> None:
    made = a_run(jobs)
    with a_worker(jobs):
        page = train_page()
    assert page.query_params == {"run": made.id}
    assert "0.9000" in text(page)
    assert {"Pause", "Stop", "Extend"} <= labels(page)


def test_a_training_that_ends_while_its_page_is_made_leaves_nothing_switched_off(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_finished_run(jobs)
    status, before = FollowedRun.status, iter(["running"])

    def ends_meanwhile(followed: FollowedRun) -> Status:
        now = status(followed)
        return now.model_copy(update={"state": next(before, now.state)})

    monkeypatch.setattr(FollowedRun, "status", ends_meanwhile)
    page = train_page(run=made.id)
    assert next(before, None) is None
    assert not button(page, "Draw with it").disabled


def test_a_link_with_settings_shows_the_form_and_what_trains(jobs: Jobs) -> None:
    a_run(jobs)
    with a_worker(jobs):
        page = train_page(**LINK)
    assert "Train" in labels(page)
    assert "Training now" in text(page)


def test_runs_that_wait_have_visible_positions_and_can_be_cancelled(jobs: Jobs) -> None:
    active = a_run(jobs)
    first = jobs.store.create(with_changes(SETTINGS, seed=1))
    second = jobs.store.create(with_changes(SETTINGS, seed=2))
    with a_worker(jobs):
        page = train_page(run=active.id)
        assert "Waiting, position 1 of 2" in text(page)
        assert "Waiting, position 2 of 2" in text(page)
        page.button(key=f"cancel-{first.id}").click()
        run(page)
        assert first.status.state == "stopped"
        assert "Waiting, position 1 of 1" in text(page)
        page.button(key=f"open-{second.id}").click()
        run(page)
        assert "This training comes next." in text(page)
        button(page, "Leave queue").click()
        run(page)
    assert second.status.state == "stopped"


def test_settings_are_steered_while_it_runs(jobs: Jobs) -> None:
    made = a_run(jobs)
    with a_worker(jobs):
        page = train_page(run=made.id)
        page.number_input(key=f"live-learning_rate-{made.id}").set_value(0.0005)
        run(page)
        page.number_input(key=f"live-more-{made.id}").set_value(15)
        run(page)
        button(page, "Extend").click()
        run(page)
        button(page, "Pause").click()
        run(page)
    control = made.control
    assert (control.learning_rate, control.steps, control.paused) == (0.0005, 55, True)


def test_a_wrong_live_value_is_refused_and_named(jobs: Jobs) -> None:
    made = a_run(jobs)
    with a_worker(jobs):
        page = train_page(run=made.id)
        page.number_input(key=f"live-dropout-{made.id}").set_value(1.2)
        run(page)
        assert "`dropout` must be a number in [0, 1); got 1.2" in text(page)
        assert made.control.dropout is None
        assert page.number_input(key=f"live-dropout-{made.id}").value == SETTINGS.dropout


@pytest.mark.parametrize("has_checkpoint", [True, False])
def test_an_interrupted_run_says_whether_there_is_a_checkpoint(jobs: Jobs, has_checkpoint: bool) -> None:
    made = a_run(jobs, "interrupted", detail="interrupted at step 20")
    if has_checkpoint:
        made.save_checkpoint({"step": np.array(20)})
    said = text(train_page(run=made.id))
    assert ("last checkpoint is kept" in said) == has_checkpoint
    assert ("start over from the first step" in said) == (not has_checkpoint)


def test_a_truncated_event_log_and_damaged_weights_are_said(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    made.set_status(made.status.model_copy(update={"step": 40}))
    log = made.folder / "events.jsonl"
    log.write_bytes(log.read_bytes()[:150])
    (made.folder / "weights.npz").write_bytes(b"PK damaged")
    said = text(train_page(run=made.id))
    assert "Part of the event log cannot be read" in said
    assert "weights file weights.npz is damaged" in said


@pytest.mark.parametrize(
    "damage",
    [
        {"confusion": []},
        {"confusion": [[1, 0], [0]]},
        {"accuracy": float("nan")},
        {"confusion": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "readings": [0, 1, 2]},
    ],
)
def test_a_test_result_that_does_not_fit_is_said_and_the_rest_is_shown(
    jobs: Jobs, damage: dict[str, Any]
) -> None:
    made = a_finished_run(jobs)
    path = made.folder / "evaluation.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    page = train_page(run=made.id)
    assert not page.exception
    assert "The test result cannot be read" in text(page)
    assert button(page, "Extend")


def test_the_note_of_a_saved_run_goes_when_it_is_trained_on(jobs: Jobs) -> None:
    page = train_page(preset="digits", units="16")
    a_finished_run(jobs, hyperparameters({**jobs_settings(page)}))
    button(page, "Train").click()
    run(page)
    assert "trained before" in text(page)
    button(page, "Extend").click()
    run(page)
    assert "trained before" not in text(page)


def test_a_paused_training_can_be_resumed_or_stopped(jobs: Jobs) -> None:
    made = a_run(jobs, "paused")
    made.steer(paused=True)
    with a_worker(jobs):
        page = train_page(run=made.id)
        button(page, "Resume").click()
        run(page)
        assert not made.control.paused
        button(page, "Stop").click()
        run(page)
    assert made.control.stop


def test_a_killed_training_shows_where_it_was_interrupted_and_goes_on(jobs: Jobs) -> None:
    made = a_run(jobs)
    page = train_page(run=made.id)
    assert "Interrupted at step 20" in text(page)
    button(page, "Continue").click()
    run(page)
    assert made.status.state == "queued"


def test_a_failure_says_why(jobs: Jobs) -> None:
    made = a_run(jobs, "failed", detail="The loss became nan at step 21. Try a smaller learning rate.")
    page = train_page(run=made.id)
    assert "The loss became nan at step 21" in text(page)
    assert "Continue" in labels(page)


def test_tweaks_are_marks_on_the_curves(jobs: Jobs) -> None:
    made = a_run(jobs)
    made.append(Tweaked(step=20, time=3, field="learning_rate", before=0.001, after=0.0005))
    with a_worker(jobs):
        page = train_page(run=made.id)
    assert "0.0005" in page.get("plotly_chart")[-1].proto.spec


def test_the_drawing_is_read_with_the_newest_snapshot(jobs: Jobs) -> None:
    made = a_run(jobs)
    with a_worker(jobs):
        page = train_page(run=made.id)
        assert "A sample digit, read as it learns" in text(page)
        assert "Step 20." in text(page)
        made.save_drawing(np.ones((8, 8), np.float32))
        page = run(page)
    assert "Your drawing, read as it learns" in text(page)
    assert "Step 20." in text(page)
    assert any("layer 1, forget gate" in chart.proto.spec for chart in page.get("plotly_chart"))


def test_a_network_without_an_lstms_gates_is_read_without_them(jobs: Jobs) -> None:
    made = a_run(jobs)
    made.save_snapshot(20, random_weights((16,), both=True))
    with a_worker(jobs):
        page = train_page(run=made.id)
    assert "Step 20." in text(page)
    assert not any("forget gate" in chart.proto.spec for chart in page.get("plotly_chart"))


@pytest.mark.parametrize("settings", [{}, {"returned": "state"}])
def test_the_form_says_what_the_last_row_alone_does_and_one_click_changes_it(
    jobs: Jobs, settings: dict[str, str]
) -> None:
    page = train_page(**LINK, supervised_rows="last", **settings)
    assert "what it says before is" in text(page)
    button(page, "Supervise every row").click()
    page = run(page)
    assert page.selectbox(key="train-supervised_rows").value == "all"
    assert "what it says before is" not in text(page)
    assert not button(page, "Train").disabled


def test_readings_from_before_it_was_continued_are_not_shown(jobs: Jobs) -> None:
    made = a_run(jobs)
    made.save_drawing(np.ones((8, 8), np.float32))
    made.save_snapshot(10, random_weights((16,)))
    made.append(Started(step=10, time=3, steps=40, device="A processor"))
    with a_worker(jobs):
        page = train_page(run=made.id)
    assert "Step 10." in text(page)


def test_a_snapshot_written_anew_is_read_anew(jobs: Jobs) -> None:
    made = a_run(jobs)
    image = np.ones((8, 8), np.float32)

    def probabilities() -> FloatArray:
        version = made.snapshot_version(20)
        return followed_run.snapshot_trace(made.id, 20, version, image)[0].probabilities

    before = probabilities()
    made.save_snapshot(20, random_weights((16,), seed=5))
    assert not np.array_equal(before, probabilities())


@pytest.mark.parametrize(
    ("module", "part"), [(live_controls, "show_controls"), (results_view, "_pictures"), (queue_view, "_said")]
)
def test_what_goes_wrong_in_a_part_of_the_page_is_said_there(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, module: Any, part: str
) -> None:
    def gone(*arguments: Any, **named: Any) -> None:
        raise RunDamaged("status.json cannot be read.")

    jobs.store.create(with_changes(SETTINGS, seed=1))
    made = a_finished_run(jobs)
    monkeypatch.setattr(module, part, gone)
    page = train_page(run=made.id)
    assert "status.json cannot be read." in text(page)
    assert "New training" in labels(page)


def test_extending_says_to_which_step_it_will_train(jobs: Jobs) -> None:
    made = a_run(jobs, "stopped")
    page = train_page(run=made.id)
    assert button(page, "Extend").help == "Train to step 60"
    assert page.number_input(key=f"live-more-{made.id}").label == "Steps beyond 40"


def test_a_finished_run_shows_its_result_and_the_digits_behind_a_cell(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = train_page(run=made.id)
    said = text(page)
    assert "99.33\xa0%" in said
    assert "1 min 15 s" in said
    assert "2.0 GB" in said
    assert "A processor" in said
    assert "what it says before is" in said
    assert page.selectbox(key=f"cell-{made.id}").value == (4, 9)
    (behind,) = galleries(page)
    assert len(behind) == 2
    assert all(label.startswith("Test image ") and label.endswith(", 4") for label in behind)


def test_the_result_says_when_the_test_images_are_not_here(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_finished_run(jobs)

    def missing(name: str, fingerprint: str) -> None:
        raise DataMissing("MNIST was not found on this machine.")

    monkeypatch.setattr(digits, "test_digits", missing)
    assert "cannot be shown" in text(train_page(run=made.id))


def test_a_finished_run_is_extended_by_going_on_from_its_end(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = train_page(run=made.id)
    button(page, "Extend").click()
    run(page)
    assert made.status.state == "queued"
    assert made.control.steps == 60


@pytest.mark.parametrize(
    ("label", "title"),
    [("Draw with it", "Draw a digit"), ("Look inside", "Inside"), ("Read beside another", "Inside")],
)
def test_a_finished_run_leads_on_to_what_can_be_done_with_its_network(
    jobs: Jobs, label: str, title: str
) -> None:
    made = a_finished_run(jobs)
    page = train_page(run=made.id)
    button(page, label).click()
    page = run(page)
    assert title in page.title[0].value
    assert page.session_state[state._NETWORK] == made.id
    if label.startswith("Compare"):
        assert f"First, {made.name}" in text(page)


def test_a_run_that_trains_says_when_its_network_can_be_used(jobs: Jobs) -> None:
    made = a_run(jobs)
    with a_worker(jobs):
        page = train_page(run=made.id)
    assert button(page, "Draw with it").disabled
    assert button(page, "Draw with it").help == "It can be used when the training has ended"


def test_a_network_that_is_no_plain_lstm_can_be_drawn_with_and_not_be_looked_into(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    made.save_weights(random_weights((16,), both=True))
    page = train_page(run=made.id)
    assert not button(page, "Draw with it").disabled
    assert button(page, "Look inside").disabled


def test_a_new_training_starts_from_the_default_preset(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = train_page(**LINK, seed="7")
    page.query_params.clear()
    page.query_params["run"] = made.id
    page.session_state[state.FOLLOWED_RUN] = made.id
    run(page)
    page.query_params.clear()
    button(page, "New training").click()
    page = run(page)
    assert page.number_input(key="train-seed").value == FIELDS["seed"].default
    assert page.selectbox(key="train-preset").value == "quick"
    assert "changed" not in page.selectbox(key="train-preset").options[0]


def test_a_changed_preset_can_be_chosen_once_more_and_fills_the_form_again(jobs: Jobs) -> None:
    page = train_page(preset="digits")
    page.number_input(key="train-seed").set_value(9)
    page = run(page)
    choice = page.selectbox(key="train-preset")
    assert choice.options[0].endswith(", changed")
    choice.set_value("digits")
    page = run(page)
    assert page.number_input(key="train-seed").value == FIELDS["seed"].default
    assert not any(option.endswith(", changed") for option in page.selectbox(key="train-preset").options)


def test_the_head_of_a_run_says_what_it_was_trained_with(jobs: Jobs) -> None:
    made = a_finished_run(jobs, with_changes(SETTINGS, learning_rate=0.005, batch_size=64))
    assert "Adam at 0.005 · batch 64" in text(train_page(run=made.id))
    made.append(Tweaked(step=610, time=3, field="learning_rate", before=0.005, after=0.02))
    made.steer(learning_rate=0.02)
    assert "Adam at 0.005, changed to 0.02 at step 610 · batch 64" in text(train_page(run=made.id))
    for step in (620, 630, 1640):
        made.append(Tweaked(step=step, time=3, field="learning_rate", before=0.02, after=0.01))
    assert "Adam at 0.005, changed 4 times, at last to 0.01 at step 1,640 ·" in text(train_page(run=made.id))


def test_the_fields_of_a_training_carry_the_values_in_force_themselves(jobs: Jobs) -> None:
    """A browser that misses the run in which the session sent them would show empty fields."""
    made = a_run(jobs)
    with a_worker(jobs):
        made.steer(dropout=0.35)
        page = train_page(run=made.id)
        page = run(page)
    assert page.number_input(key=f"live-dropout-{made.id}").proto.default == 0.35


def test_a_run_that_is_gone_is_said_and_the_form_shown(jobs: Jobs) -> None:
    page = train_page(run="20200101-000000-abcdef")
    assert "There is no run" in text(page)
    assert "Train" in labels(page)


def test_without_mnist_every_way_out_is_offered(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(tmp_path / "nowhere"))
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")
    page = train_page()
    assert "MNIST was not found on this machine" in text(page)
    assert button(page, "Train").disabled
    assert any(label.startswith("Download") for label in labels(page))
    assert page.get("file_uploader")
    button(page, "Use the 8 × 8 digits").click()
    run(page)
    assert not button(page, "Train").disabled
    assert page.query_params == {"preset": "digits"}


def test_with_a_damaged_mnist_every_way_out_is_offered(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"PK nothing")
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(tmp_path))
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")
    page = train_page()
    assert "no file that can be used" in text(page)
    assert button(page, "Train").disabled
    assert page.get("file_uploader")


def test_a_download_that_fails_says_what_was_tried(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(tmp_path / "nowhere"))
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")

    def no_network(address: str) -> Iterator[bytes]:
        raise ConnectionError("the network was not reachable")

    defaults = {**datasets.load.__kwdefaults__, "fetch": no_network}  # type: ignore[dict-item]
    monkeypatch.setattr(datasets.load, "__kwdefaults__", defaults)
    page = train_page()
    next(b for b in page.button if b.label.startswith("Download")).click()
    run(page)
    assert "the network was not reachable" in text(page)
