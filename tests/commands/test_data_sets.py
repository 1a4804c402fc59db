"""``data add|list|show|remove``, and training and testing on a data set of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from lstm_core.__main__ import main
from lstm_core.commands.data_sets import spread
from lstm_core.data.own.kept import OwnSets
from lstm_core.files import HOME_VARIABLE
from tests.commands.started import started
from tests.data.own import letters as made

IMAGES = made.letters(30)
LABELS = made.labels_of(IMAGES)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return made.write(tmp_path, {"letters.csv": made.csv(IMAGES, LABELS)}) / "letters.csv"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_data_set_is_added_listed_shown_and_removed(table: Path, home: Path):
    done = run("data", "add", table, "--name", "letters", "--json")
    assert done.exit_code == 0, done.output
    (added,) = objects(done.stdout)
    assert added["name"] == "letters"
    assert (added["rows"], added["columns"], added["classes"]) == (28, 28, 3)
    assert added["class_names"] == ["I", "O", "T"]
    assert added["counts"] == {"I": 30, "O": 30, "T": 30}
    assert added["train"] + added["validation"] + added["test"] == 90
    assert objects(run("data", "list", "--json").stdout) == [added]
    assert objects(run("data", "show", "letters", "--json").stdout) == [added]
    assert "letters: 3 classes, 28 × 28 pixels" in run("data", "show", "letters").stdout
    assert objects(run("data", "remove", "letters", "--json").stdout) == [{"removed": "letters"}]
    assert run("data", "list", "--json").stdout == ""
    assert OwnSets(home).names() == []


def test_test_files_are_for_testing_however_they_are_given(tmp_path: Path):
    numbers = np.array([made.NAMES.index(label) for label in LABELS], np.uint8)
    files = {
        "a-images": made.idx(IMAGES[:60]), "a-labels": made.idx(numbers[:60]),
        "b-images": made.idx(IMAGES[60:]), "b-labels": made.idx(numbers[60:]),
    }  # fmt: skip
    made.write(tmp_path, files)
    a, b = [[tmp_path / f"{name}-{kind}" for kind in ("images", "labels")] for name in "ab"]
    for number, words in enumerate(
        (
            [*a, "--name", "x0", "--test", *b],
            [*a, "--test", *b, "--name", "x1"],
            [*a, "--test", b[0], "--test", b[1], "--name", "x2"],
        )
    ):
        done = run("data", "add", *words, "--json")
        assert done.exit_code == 0, done.output
        (added,) = objects(done.stdout)
        assert (added["name"], added["test"], added["train"] + added["validation"]) == (f"x{number}", 30, 60)


def test_a_lone_test_file_before_the_other_paths_takes_no_more_than_itself():
    assert spread(["--test", "t", "a", "--name", "n"]) == ["--name", "n", "a", "--test", "t"]
    assert spread(["a", "--test", "t", "u", "--json"]) == ["a", "--json", "--test", "t", "--test", "u"]
    assert spread(["a", "--test=t", "b"]) == ["a", "--test=t", "b"]


def test_a_look_keeps_nothing_and_draws_the_sheet(table: Path, tmp_path: Path, home: Path):
    done = run("data", "add", table, "--name", "x", "--look", "--sheet", tmp_path / "sheet.png")
    assert done.exit_code == 0, done.output
    assert "Images of each class: I 30, O 30, T 30" in done.stdout
    assert OwnSets(home).names() == []
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (8 * 30 + 2, 3 * 30 + 2)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["data", "add", "nowhere", "--name", "x"], 1, "nowhere is not there"),
        (["data", "add", "TABLE", "--name", "../x"], 2, "`name` must be 1 to 40 letters"),
        (["data", "add", "TABLE", "--name", "mnist"], 2, "that come with the project"),
        (["data", "add", "TABLE", "--name", "x", "--test-share", "0.9"], 2, "`test_share` must be a share"),
        (["data", "show", "x"], 1, "There is no data set 'x' among your own (none yet)"),
        (["data", "remove", "x"], 1, "There is no data set 'x'"),
        (
            ["train", "--dataset", "x", "--preset", "own"],
            2,
            "`dataset` must be one of mnist, digits; got 'x'",
        ),
        (["train", "--preset", "own"], 2, "`--dataset` must be named with --preset own"),
        (["evaluate", "--dataset", "x"], 1, "There is no data set 'x'"),
    ],
)
def test_what_cannot_be_done_is_said(table: Path, words: list[str], code: int, said: str):
    done = run(*(str(table) if word == "TABLE" else word for word in words), "--json")
    assert done.exit_code == code
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_network_learns_from_ones_own_data_and_is_tested_on_it(table: Path, home: Path, tmp_path: Path):
    def command(*arguments: object) -> dict[str, Any]:
        done = started(*arguments, "--json", environment={HOME_VARIABLE: str(home)}, seconds=500)
        assert done.returncode == 0, done.stderr
        (answer,) = objects(done.stdout)
        return answer

    command("data", "add", table, "--name", "iot")
    small = ("--set", "units=16", "--set", "steps=150", "--set", "evaluate_every=50")
    trained = command("train", "--dataset", "iot", "--preset", "own", *small)
    assert trained["state"] == "finished"
    assert trained["hyperparameters"]["dataset"] == "iot"
    result = command("evaluate", "--run", trained["id"], "--dataset", "iot")
    assert result["accuracy"] > 0.9  # by chance it is 0.33
    assert np.shape(result["confusion"]) == (3, 3)
    made.write(tmp_path, {"t.png": made.png(IMAGES[2])})
    answer = command("classify", tmp_path / "t.png", "--run", trained["id"])
    assert answer["label"] == "T"
    assert answer["class_names"] == ["I", "O", "T"]
    command("data", "remove", "iot")
    assert command("runs")["hyperparameters"]["own_data"]["class_names"] == ["I", "O", "T"]
