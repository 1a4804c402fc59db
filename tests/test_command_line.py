"""The command line as another program uses it: in its own process, with its exit codes and streams."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime import InferenceSession
from PIL import Image, ImageDraw

from lstm_core.data.info import Dataset
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.export.keras_script import standalone_script
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import read, read_batch
from lstm_core.reading.weights import load_weights
from lstm_core.runs.store import RunStore
from lstm_core.settings.computed import Computed
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.presets import PRESETS
from tests.commands.started import started
from tests.networks import random_weights

SMALL = ("--preset", "digits", "--set", "units=8", "--set", "steps=30", "--set", "evaluate_every=10")


def command(*arguments: object, home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return started(*arguments, environment={"ROW_BY_ROW_HOME": str(home), **extra})


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A home folder with one trained run, and what `train --json` said of it."""
    home = tmp_path_factory.mktemp("home")
    done = command("train", *SMALL, "--json", home=home)
    assert done.returncode == 0, done.stderr
    (summary,) = objects(done.stdout)
    return home, summary


def test_train_reports_the_run_on_standard_output_and_progress_on_standard_error(
    trained: tuple[Path, dict[str, Any]],
) -> None:
    _, summary = trained
    assert summary["state"] == "finished"
    assert summary["step"] == 30
    assert summary["hyperparameters"]["units"] == [8]
    assert 0 <= summary["accuracy"] <= 1


def test_same_settings_are_answered_from_the_saved_run(trained: tuple[Path, dict[str, Any]]) -> None:
    home, summary = trained
    again = command("train", *SMALL, "--json", home=home)
    assert again.returncode == 0
    assert objects(again.stdout)[0]["id"] == summary["id"]
    assert "trained before" in again.stderr
    assert len(objects(command("runs", "--json", home=home).stdout)) == 1


def test_an_ended_run_goes_on_for_more_steps(tmp_path: Path) -> None:
    first = command("train", *SMALL, "--json", home=tmp_path)
    run_id = objects(first.stdout)[0]["id"]
    more = command("train", "--continue", run_id, "--more-steps", 10, "--json", home=tmp_path)
    assert more.returncode == 0, more.stderr
    assert objects(more.stdout)[0]["step"] == 40


def test_evaluate_counts_what_the_training_process_counted(trained: tuple[Path, dict[str, Any]]) -> None:
    home, summary = trained
    done = command("evaluate", "--run", summary["id"], "--json", home=home)
    assert done.returncode == 0, done.stderr
    (result,) = objects(done.stdout)
    assert result["accuracy"] == pytest.approx(summary["accuracy"], abs=1 / 300)
    assert len(result["accuracy_by_rows"]) == 8
    assert np.sum(result["confusion"]) == 300


def test_export_to_npz_gives_the_weights_and_a_card(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    home, summary = trained
    target = tmp_path / "weights.npz"
    done = command("export", "--run", summary["id"], "--to", "npz", "--output", target, home=home)
    assert done.returncode == 0, done.stderr
    assert load_weights(target).units == (8,)
    card = json.loads(target.with_suffix(".json").read_text())
    assert card["test_accuracy"] == summary["accuracy"]
    assert "train --preset digits --set units=8 --set steps=30" in card["command"]


def test_export_to_keras_reads_like_the_run_in_plain_keras(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path, digits: Dataset
) -> None:
    home, summary = trained
    target = tmp_path / "model.keras"
    done = command("export", "--run", summary["id"], "--to", "keras", "--output", target, home=home)
    assert done.returncode == 0, done.stderr
    image = digits.test.pixels()[0]
    np.save(tmp_path / "image.npy", image)
    plain = "import sys, keras, numpy as n; m = keras.models.load_model(sys.argv[1]); "
    plain += "n.save(sys.argv[3], keras.ops.softmax(m(n.load(sys.argv[2])[None]))[0])"
    paths = [str(path) for path in (target, tmp_path / "image.npy", tmp_path / "answer.npy")]
    subprocess.run([sys.executable, "-c", plain, *paths], check=True, capture_output=True)
    weights = load_weights(home / "runs" / summary["id"] / "weights.npz")
    answer = np.load(tmp_path / "answer.npy")
    np.testing.assert_allclose(answer, read(weights, image).probabilities, atol=1e-5)


def draw_a_one(path: Path, dark_on_light: bool = True) -> Path:
    paper, ink = (255, 0) if dark_on_light else (0, 255)
    picture = np.full((280, 280), paper, np.uint8)
    picture[60:220, 130:150] = ink
    Image.fromarray(picture).save(path)
    return path


@pytest.mark.parametrize("dark_on_light", [True, False])
def test_classify_reads_drawings_of_any_size(tmp_path: Path, dark_on_light: bool) -> None:
    file = draw_a_one(tmp_path / "one.png", dark_on_light)
    done = command("classify", file, "--drawing", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    (answer,) = objects(done.stdout)
    keys = {"label", "probabilities", "rows", "settled_at_row", "familiar"}
    assert set(answer) == {*keys, "file", "numbers"}
    assert answer["familiar"] is True
    assert answer["file"] == str(file)
    assert answer["label"] == 1
    assert np.shape(answer["rows"]) == (28, 10)
    assert answer["rows"][-1] == answer["probabilities"]
    assert 5 <= answer["settled_at_row"] <= 28, "the first rows are paper"
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
    (number,) = answer["numbers"]
    assert set(number) == {*keys, "box"}
    assert number["box"] == pytest.approx([130, 60, 150, 220], abs=3)
    assert all(number[name] == answer[name] for name in set(number) - {"box"})


def test_classify_reads_several_digits_one_by_one(tmp_path: Path) -> None:
    digits = [stroke_digit(label, 90, 90) for label in (1, 2, 7)]
    sheet = np.pad(np.hstack(digits), 60)
    Image.fromarray(np.round(255 * (1 - sheet)).astype(np.uint8)).save(tmp_path / "numbers.png")
    done = command("classify", tmp_path / "numbers.png", "--drawing", "--json", home=tmp_path)
    (answer,) = objects(done.stdout)
    assert [number["label"] for number in answer["numbers"]] == [1, 2, 7]
    lefts = [number["box"][0] for number in answer["numbers"]]
    assert lefts == sorted(lefts)
    assert answer["label"] == 1
    said = command("classify", tmp_path / "numbers.png", "--drawing", home=tmp_path).stdout
    assert "numbers.png: Reads as 1 2 7\n" in said
    assert said.count("settled at row") == 3


@pytest.mark.parametrize(
    ("level", "why"), [(128, "one shade only, 50.2\N{NO-BREAK SPACE}%"), (0, "one shade only")]
)
def test_classify_gives_no_verdict_on_an_image_without_a_digit(tmp_path: Path, level: int, why: str) -> None:
    Image.fromarray(np.full((28, 28), level, np.uint8)).save(tmp_path / "plain.png")
    done = command("classify", tmp_path / "plain.png", "--json", home=tmp_path)
    assert done.returncode == 1
    assert not done.stdout
    assert why in done.stderr


def draw_an_m(path: Path) -> Path:
    picture = Image.new("L", (280, 280), 255)
    corners = [(50, 230), (50, 50), (140, 160), (230, 50), (230, 230)]
    ImageDraw.Draw(picture).line(corners, 0, 18, "curve")
    picture.save(path)
    return path


def test_classify_says_what_does_not_look_like_a_digit(tmp_path: Path) -> None:
    done = command("classify", draw_an_m(tmp_path / "m.png"), "--drawing", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    (answer,) = objects(done.stdout)
    assert answer["familiar"] is False


def test_classify_without_drawing_reads_pixels_as_they_are(tmp_path: Path, mnist: Dataset) -> None:
    file = tmp_path / "digit.png"
    Image.fromarray(mnist.test.images[0]).save(file)
    done = command("classify", file, "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    expected = read(shipped_weights(), mnist.test.pixels()[0]).probabilities
    np.testing.assert_allclose(objects(done.stdout)[0]["rows"], expected, atol=2e-6)


def test_classify_names_what_it_cannot_read_and_reads_the_rest(tmp_path: Path) -> None:
    good = draw_a_one(tmp_path / "one.png")
    text = tmp_path / "notes.png"
    text.write_text("no picture")
    done = command("classify", text, good, tmp_path / "none.png", "--drawing", home=tmp_path)
    assert done.returncode == 1
    assert "Reads as 1" in done.stdout
    assert "notes.png: " in done.stderr
    assert "none.png: " in done.stderr
    assert "2 of 3 files could not be read" in done.stderr


def test_what_is_no_picture_file_is_neither_waited_for_nor_read_without_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(2**34)
    done = command("classify", tmp_path / "pipe.png", "/dev/zero", large, tmp_path, home=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("a pipe or a device, not a file") == 2
    assert "larger than 67,108,864 bytes" in done.stderr
    assert "Is a directory" in done.stderr
    assert "4 of 4 files could not be read" in done.stderr


def test_a_file_may_have_any_bytes_for_a_name(tmp_path: Path) -> None:
    draw_a_one(tmp_path / "one.png").rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"))
    done = command("classify", os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"), "--drawing", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "\ufffd.png: Reads as 1" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("train", "--set", "units=0"), "`units` must be"),
        (("train", "--set", "units=" + "8," * 17), "`units` must be"),
        (("train", "--set", "dropout=1.2"), "`dropout` must be"),
        (("train", "--set", "learning_rate=nan"), "`learning_rate` must be"),
        (("train", "--preset", "digits", "--set", "batch_size=2000"), "`batch_size` must be"),
        (("train", "--set", "colour=red"), "colour"),
        (("train", "--set", "dropout"), "FIELD=VALUE"),
        (("train", "--preset", "nobody"), "`preset` must be one of"),
        (("train", "--set", "layer_weights=shared"), "now the first reads 28 and the units are 256, 256"),
        (("train", "--set", "computation=cudnn", "--set", "device=cpu"), "other than cudnn, on a CPU"),
        (
            ("train", "--set", "precision=mixed", "--set", "device=cpu"),
            "`precision` must be auto, float32 or bfloat16 on a CPU",
        ),
        (("train", "--set", "initializer=csv"), "`initial_kernel` must be the weights of a CSV file"),
        (("train", "--initial-kernel", "nowhere.csv"), "'nowhere.csv' does not exist"),
        (("classify",), "FILES"),
        (
            ("train", "--continue", "20200101-000000-abcdef", "--set", "units=8"),
            "only --more-steps may be added",
        ),
        (("train", "--more-steps", "5"), "needs --continue"),
        *((("train", "--epochs", epochs), "`epochs` must be") for epochs in ("nan", "inf", "1e308")),
        (("train", "--epochs", "1e-400"), "--epochs"),
        (("train", "--continue", ""), "`--continue` must be left out or given a value; got ''"),
        (("train", "--dataset", ""), "`--dataset` must be left out or given a value"),
        (("classify", "x.png", "--run", " "), "`--run` must be left out or given a value"),
        (("evaluate", "--run", ""), "`--run` must be left out or given a value"),
        (("export", "--run", "", "--to", "npz"), "`--run` must be left out or given a value"),
    ],
)
def test_wrong_values_are_named_and_nothing_starts(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = command(*arguments, home=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ("1,2\n3,4\n", (), "`initial_kernel` must be of shape (16, 32), for 8 numbers of a row and 8 units"),
        ("1,2\n3,four\n", (), "`initial_kernel` must be a finite number in line 2, column 2; got 'four'"),
        (None, ("--set", "cell=gru"), "`initializer` must be other than csv, except for the LSTM"),
    ],
)
def test_a_csv_file_that_does_not_do_is_refused_before_anything_starts(
    tmp_path: Path, content: str | None, arguments: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "first.csv"
    file.write_text(content or csv_of(16, 32))
    home = tmp_path / "home"
    done = command("train", *SMALL, *arguments, "--initial-kernel", file, home=home)
    assert done.returncode == 2
    assert message in done.stderr
    assert not home.exists()


def csv_of(lines: int, columns: int) -> str:
    return (",".join(["0.1"] * columns) + "\n") * lines


@pytest.mark.slow
def test_a_training_starts_from_a_csv_file(tmp_path: Path) -> None:
    file = tmp_path / "first.csv"
    file.write_text(csv_of(16, 32))
    slow = ("--set", "steps=1", "--set", "learning_rate=1e-9")
    done = command("train", *SMALL, *slow, "--initial-kernel", file, "--json", home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    (summary,) = objects(done.stdout)
    assert summary["hyperparameters"]["initializer"] == "csv"
    first = load_weights(tmp_path / "home" / "runs" / summary["id"] / "weights.npz").layers[0]
    np.testing.assert_allclose(first.kernel, np.full((8, 32), 0.1), atol=1e-6)
    np.testing.assert_allclose(first.recurrent_kernel, np.full((8, 32), 0.1), atol=1e-6)


def test_export_to_script_gives_the_run_as_a_program(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    home, summary = trained
    target = tmp_path / "program.py"
    done = command("export", "--run", summary["id"], "--to", "script", "--output", target, home=home)
    assert done.returncode == 0, done.stderr
    run = RunStore(home).get(summary["id"])
    wanted = standalone_script(run.hyperparameters, Computed.from_environment(run.environment()))
    assert target.read_text(encoding="utf-8") == wanted
    wrong = command("export", "--run", summary["id"], "--to", "script", "--output", "x.npz", home=home)
    assert wrong.returncode == 2
    assert "a file ending in .py" in wrong.stderr


def test_export_to_onnx_reads_like_the_run(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path, digits: Dataset
) -> None:
    home, summary = trained
    target = tmp_path / "model.onnx"
    done = command("export", "--run", summary["id"], "--to", "onnx", "--output", target, home=home)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{target}\n"
    images = digits.test.pixels()[:20]
    found = InferenceSession(target.read_bytes()).run(["probabilities_by_row"], {"image": images})[0]
    weights = load_weights(home / "runs" / summary["id"] / "weights.npz")
    np.testing.assert_allclose(found, read_batch(weights, images), atol=1e-5)


def test_a_model_from_elsewhere_is_brought_in_and_used_like_a_run(tmp_path: Path) -> None:
    file, home = tmp_path / "from_a_friend.npz", tmp_path / "home"
    weights = random_weights((6, 5))
    np.savez(file, *weights.arrays().values())
    done = command("import", file, "--json", home=home)
    assert done.returncode == 0, done.stderr
    (answer,) = objects(done.stdout)
    assert (
        answer.items()
        >= {
            "name": "from a friend",
            "new": True,
            "cell": "lstm",
            "units": [6, 5],
            "direction": "forward",
            "rows": 8,
            "columns": 8,
            "classes": 10,
            "class_names": [],
        }.items()
    )
    assert answer["notes"] == [done.stderr.strip()]
    run = ("--run", answer["id"])

    again = command("import", file, "--name", "Another", "--classes", "", home=home)
    assert again.returncode == 0, again.stderr
    assert again.stdout == (
        f"{answer['id']}  from a friend: lstm of 6, 5 units, reads 8 × 8 pixels, 10 classes\n"
    )
    assert "brought in before" in again.stderr
    (summary,) = objects(command("runs", "--json", home=home).stdout)
    assert (summary["brought_in_from"], summary["accuracy"]) == ("from_a_friend.npz", None)
    (result,) = objects(command("evaluate", *run, "--json", home=home).stdout)
    assert 0 <= result["accuracy"] <= 1 and len(result["accuracy_by_rows"]) == 8
    wrong = command("evaluate", *run, "--dataset", "mnist", home=home)
    assert wrong.returncode == 2 and "of 8 × 8 images" in wrong.stderr
    out = tmp_path / "out.npz"
    assert command("export", *run, "--to", "npz", "--output", out, home=home).returncode == 0
    assert load_weights(out).fingerprint == weights.fingerprint
    assert json.loads(out.with_suffix(".json").read_text())["file"] == "from_a_friend.npz"
    script = command("export", *run, "--to", "script", "--output", tmp_path / "x.py", home=home)
    assert script.returncode == 1 and "how it was trained is not known" in script.stderr
    more = command("train", "--continue", answer["id"], "--more-steps", 5, home=home)
    assert more.returncode == 1 and "there is no training to go on with" in more.stderr


def test_a_model_that_does_not_fit_is_refused_and_keeps_nothing(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(b"PK\x03\x04 cut off")
    done = command("import", file, "--json", home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: The file is damaged, or a part of it is missing")
    assert command("import", tmp_path / "gone.keras", home=tmp_path).returncode == 1
    names = command("import", file, "--classes", "A,,B", home=tmp_path)
    assert names.returncode == 2 and "`--classes` must be names with commas between" in names.stderr
    assert not list((tmp_path / "home").rglob("*.json"))


def test_classify_writes_the_trace_of_one_reading(tmp_path: Path) -> None:
    image, target = draw_a_one(tmp_path / "one.png"), tmp_path / "trace.npz"
    done = command("classify", image, "--drawing", "--json", "--trace", target, home=tmp_path)
    assert done.returncode == 0, done.stderr
    (answer,) = objects(done.stdout)
    with np.load(target, allow_pickle=False) as file:
        arrays = dict(file)
    np.testing.assert_allclose(arrays["probabilities"], answer["rows"], atol=1e-6)
    again = read(shipped_weights(), arrays["image"])
    np.testing.assert_allclose(arrays["layer1/forget"], vars(again.layers[0])["forget_gate"], atol=1e-6)

    again_there = command("classify", image, "--drawing", "--trace", target, home=tmp_path)
    assert again_there.returncode == 2
    assert "`--trace` must be a file that does not exist yet; got" in again_there.stderr
    two = command("classify", image, image, "--trace", tmp_path / "two.npz", home=tmp_path)
    assert two.returncode == 2
    assert "--trace takes the reading of one image; 2 were given." in two.stderr


@pytest.mark.parametrize(
    ("target", "there"),
    [("npz", "x.npz"), ("npz", "x.json"), ("script", "x.py"), ("onnx", "x.onnx")],
)
def test_export_replaces_a_file_only_when_told_to(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path, target: str, there: str
) -> None:
    home, summary = trained
    (tmp_path / there).write_text("mine")
    output = tmp_path / ("x.npz" if target == "npz" else there)
    export = ("export", "--run", summary["id"], "--to", target, "--output", output)
    done = command(*export, home=home)
    assert done.returncode == 2
    assert "`--output` must be a file that does not exist yet (--force overwrites it); got" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"
    assert command(*export, "--force", home=home).returncode == 0
    assert (tmp_path / there).read_bytes() != b"mine"


@pytest.mark.slow
@pytest.mark.parametrize("often", [False, True])
def test_ctrl_c_stops_the_training_however_often_it_comes(tmp_path: Path, often: bool) -> None:
    long = ("--preset", "digits", "--set", "units=8", "--set", "steps=1000000")
    process = subprocess.Popen(
        [sys.executable, "-m", "lstm_core", "train", *long],
        env={**os.environ, "ROW_BY_ROW_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    store = RunStore(tmp_path)
    try:
        while process.poll() is None and not store.in_state("running"):
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        while often and process.poll() is None:
            time.sleep(0.03)
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    finally:
        process.kill()
        for left in store.list():
            left.steer(stop=True)  # whatever went wrong, nothing goes on in the background
    assert process.returncode == (130 if often else 0), said
    assert "Stopping; what was learnt is kept." in said
    assert "Traceback" not in said
    (run,) = store.list()
    assert run.control.stop
    while run.status.state == "running":
        time.sleep(0.1)
    assert run.status.state == "stopped"


def test_the_help_of_train_lists_the_presets_and_the_fields(tmp_path: Path) -> None:
    shown = command("train", "--help", home=tmp_path).stdout
    assert all(f"{name}:" in shown for name in [*PRESETS, *FIELDS])


@pytest.mark.parametrize("run_id", ["20200101-000000-abcdef", "../../etc"])
def test_an_unknown_run_is_said_plainly(tmp_path: Path, run_id: str) -> None:
    for name in ("evaluate", "export"):
        options = ("--to", "npz") if name == "export" else ()
        done = command(name, "--run", run_id, *options, home=tmp_path)
        assert done.returncode == 1
        assert "There is no run" in done.stderr


def test_a_damaged_test_result_does_not_hide_the_other_runs(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    shutil.copytree(trained[0] / "runs", tmp_path / "runs")
    (tmp_path / "runs" / trained[1]["id"] / "evaluation.json").write_text("{")
    done = command("runs", "--json", home=tmp_path)
    assert done.returncode == 0
    assert objects(done.stdout)[0]["accuracy"] is None
    assert "evaluation.json is damaged" in done.stderr


def test_no_runs_yet_says_how_to_train_one(tmp_path: Path) -> None:
    done = command("runs", home=tmp_path)
    assert done.returncode == 0
    assert done.stdout == ""
    assert "train" in done.stderr


@pytest.mark.parametrize("name", ["", "train", "classify", "evaluate", "runs", "export", "reproduce"])
def test_every_command_has_help(tmp_path: Path, name: str) -> None:
    done = command(*[name] * bool(name), "--help", home=tmp_path)
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_missing_mnist_says_how_to_bring_it(tmp_path: Path) -> None:
    blocked = {"ROW_BY_ROW_DATA": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9"}
    done = command("evaluate", home=tmp_path, **blocked)
    assert done.returncode == 1
    assert "ROW_BY_ROW_DATA" in done.stderr
    assert "digits" in done.stderr
