"""Every page over a network that has learnt letters of 20 × 12 pixels, so neither digits nor squares."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.inside.panels import PANELS
from dashboard.session.sheet import Sheet
from lstm_core.data.own.kept import OwnSets
from lstm_core.data.own.labelled import Labelled
from lstm_core.data.own.look import look_at
from lstm_core.data.own.splits import split
from lstm_core.files import HOME_VARIABLE
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.runs.events import Finished
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.settings.validation import hyperparameters
from tests.data.own import letters as made
from tests.networks import random_weights
from tests.pretended import ROOT, open_page, pretend, run, text

NAMES = ("I", "O", "T")


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    jobs = pretend(monkeypatch, tmp_path)
    images = made.letters(40, rows=20, columns=12)
    look = look_at([Labelled(images, made.labels_of(images), "", "file")])
    OwnSets(tmp_path).add("letters", look, split(look))
    return jobs


@pytest.fixture
def learnt(jobs: Jobs) -> Run:
    """A finished run on the letters; what it has learnt is nothing, which is as good to look at."""
    settings = hyperparameters(
        {"dataset": "letters", "units": (8, 8), "steps": 4, "evaluate_every": 2, "batch_size": 8}
    )
    made = jobs.store.create(settings)
    weights = random_weights((8, 8), columns=12, rows=20, classes=3)
    for step in (2, 4):
        made.save_snapshot(step, weights)
    made.save_weights(weights)
    test = OwnSets(jobs.store.root).load("letters").test
    result = evaluate(numpy_reader(weights), test, 50)
    made.save_result(result)
    made.append(Finished(step=4, time=9, accuracy=result.accuracy))
    made.set_status(made.status.model_copy(update={"state": "finished", "step": 4}))
    return made


def with_network(page: str, run_id: str, sheet: Sheet | None = None, **query: str) -> AppTest:
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    opened.session_state["network"] = run_id
    if sheet:
        opened.session_state["sheet"] = sheet
    opened.switch_page(f"pages/{page}.py")
    opened.query_params.update(query)
    return run(opened)


def test_weights_know_what_their_classes_are_called(learnt: Run):
    assert learnt.weights().names == NAMES
    assert learnt.snapshot(2).names == NAMES
    assert replace(learnt.weights(), class_names=()).names == ("0", "1", "2")


def test_the_result_of_a_training_names_the_letters(learnt: Run):
    page = open_page("train", run=learnt.id)
    said = text(page)
    assert "How much of a letter it needs" in said
    chosen = page.selectbox(key=f"cell-{learnt.id}")
    assert chosen.label == "Letters to look at"
    assert all(option[0] in "IOT" for option in chosen.options)


def told_of_the_reading(page: AppTest) -> dict[str, Any]:
    """What the browser's view of the reading is told."""
    components = (element.proto for element in page.get("bidi_component"))
    (told,) = (json.loads(proto.json) for proto in components if proto.component_name.endswith("reading"))
    return dict(told)


def test_draw_reads_a_sign_of_two_parts_as_one_and_never_speaks_of_several(learnt: Run):
    signs = replace(learnt.weights(), class_names=("pause", "play", "stop"))
    learnt.save_weights(signs)
    assert "several" not in told_of_the_reading(with_network("draw", learnt.id))["detail"]
    bars = [
        {"type": "Path", "path": [["M", x, 60], ["L", x, 200]], "strokeWidth": 20, "left": x, "top": 60}
        for x in (80, 200)
    ]
    page = with_network("draw", learnt.id, sheet=Sheet(strokes=bars))
    told = told_of_the_reading(page)
    assert sum(sign in told["headline"] for sign in signs.class_names) == 1
    assert np.any(told["evolution"]["ink"]) and "the one shown" not in told["detail"]
    assert not page.get("segmented_control")[1:], "there is nothing to choose from"


def test_draw_invites_to_a_letter_and_its_gallery_has_letters(learnt: Run):
    page = with_network("draw", learnt.id)
    page.segmented_control[0].set_value("Gallery")
    run(page)
    assert "Other letters" in {button.label for button in page.button}


@pytest.mark.parametrize("panel", [panel.name for panel in PANELS])
def test_every_panel_of_inside_works_on_letters_and_none_says_digit_of_them(learnt: Run, panel: str):
    page = with_network("inside", learnt.id, panel=panel)
    said = text(page)
    assert "a sample letter" in said or panel == "how far"
    assert not page.error
    assert "igit" not in page.header[0].value
    if panel == "how far":
        assert "<b>I</b>" in said
        assert "<b>0</b>" not in said
        assert "test letters, each read row by row" in said
        assert "letters have settled" in said or "letters settle" in said
    if panel == "what decided":
        assert [box.options[0] for box in page.selectbox if box.label == "Why a"] == ["I"]


def test_your_hand_asks_for_letters_and_keeps_them_apart_from_digits(learnt: Run, jobs: Jobs):
    page = with_network("hand", learnt.id)
    said = re.sub(r"<style>.*?</style>", "", text(page), flags=re.DOTALL)
    assert "Nobody writes a letter quite as you do" in said
    assert "<span>Now the letter</span> <b>I</b>" in said
    assert "0 of 15 written" in said
    assert "igit" not in said


def test_what_was_learnt_from_is_told_when_it_is_gone(learnt: Run, jobs: Jobs):
    OwnSets(jobs.store.root).remove("letters")
    page = open_page("train", run=learnt.id)
    assert "The test images of letters cannot be shown" in text(page)
    assert "There are no test images of the 20 × 12 pixels and the 3 classes" in text(
        with_network("inside", learnt.id, panel="how far")
    )
    assert np.shape(learnt.result().confusion) == (3, 3)  # type: ignore[union-attr]


@pytest.mark.parametrize("page", ["runs", "learn", "evidence"])
def test_the_other_pages_open_too(learnt: Run, page: str):
    assert not with_network(page, learnt.id).error
