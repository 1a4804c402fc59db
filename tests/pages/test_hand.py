"""Your hand without a browser: drawings are kept, called something else, deleted, read and taught."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from lstm_core.data.hand.own_hand import OwnHand
from lstm_core.drawing.pen_drawing import PenDrawing, pen_drawing_of_canvas
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.runs.events import Finished
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.taught import OwnDrawings, TestImages, load_material, save_teaching, teaching_of
from tests.drawings import CANVAS, FOUR, SEVEN, TWO
from tests.pretended import open_page, run, text

DIGITS = {"2": TWO, "4": FOUR, "7": SEVEN}


def keep(root: Path, *written: tuple[str, str]) -> OwnHand:
    """A collection with drawings of each first digit, kept as each second one."""
    hand = OwnHand(root)
    for drawn, label in written:
        hand.add(pen_of(drawn), label, origin="written")
    return hand


def pen_of(drawn: str) -> PenDrawing:
    strokes = tuple(stroke * 180 + (60, 50) for stroke in DIGITS[drawn])
    return PenDrawing(strokes, (20.0,) * len(strokes), (False,) * len(strokes), CANVAS)


def by_key(page: AppTest, key: str, kind: str = "button") -> Any:
    (found,) = [one for one in page.get(kind) if one.key == key]
    return found


def test_empty_it_says_what_it_is_for_and_teaches_nothing(jobs: Jobs) -> None:
    page = open_page("hand")
    assert "Nobody writes a digit quite as you do" in text(page)
    assert "0 of 50 written" in text(page)
    assert by_key(page, "hand-teach").disabled
    assert by_key(page, "hand-keep").disabled


def test_a_drawing_that_is_written_is_kept_and_the_next_class_is_asked(jobs: Jobs) -> None:
    page = open_page("hand")
    page.session_state["hand-writing"].sheet.lay_out(pen_of("2").on_canvas(280))
    run(page)
    assert not by_key(page, "hand-keep").disabled
    by_key(page, "hand-keep").click()
    run(page)
    (kept,) = OwnHand(jobs.store.root).drawings()
    assert (kept.label, kept.origin) == ("0", "written"), "what was asked for"
    assert "1 of 50 written" in text(page)
    assert "<b>1</b>" in text(page)
    assert page.session_state["hand-writing"].sheet.strokes == []


def test_undo_takes_back_what_was_kept_last_and_skip_asks_for_another(jobs: Jobs) -> None:
    page = open_page("hand")
    by_key(page, "hand-skip").click()
    run(page)
    assert "<b>1</b>" in text(page)
    page.session_state["hand-writing"].sheet.lay_out(pen_of("7").on_canvas(280))
    run(page)
    by_key(page, "hand-keep").click()
    run(page)
    hand = OwnHand(jobs.store.root)
    assert [kept.label for kept in hand.drawings()] == ["1"]
    by_key(page, "hand-undo").click()
    run(page)
    assert hand.drawings() == []
    assert len(page.session_state["hand-writing"].sheet.strokes) == 2, "its strokes are on the sheet again"


def test_it_says_how_many_are_read_rightly_and_what_the_others_read_as(jobs: Jobs) -> None:
    hand = keep(jobs.store.root, ("2", "2"), ("7", "7"), ("4", "9"))
    page = open_page("hand")
    assert "2 of 3" in text(page)
    wrong = [button for button in page.button if str(button.key).startswith("hand-wrong-open")]
    assert [button.label for button in wrong] == ["9 → 4"]
    wrong[0].click()
    page.run()
    assert not page.exception
    sheet = page.session_state["sheet"]
    np.testing.assert_allclose(
        pen_drawing_of_canvas({"objects": sheet.strokes}, CANVAS).image(28, 28),
        hand.drawings()[2].drawing.image(28, 28),
        atol=0.02,
    )


def test_a_drawing_can_be_called_something_else_and_deleted_and_that_taken_back(jobs: Jobs) -> None:
    hand = keep(jobs.store.root, ("2", "2"), ("4", "9"))
    page = open_page("hand")
    assert by_key(page, "hand-delete").disabled
    page.session_state["hand-chosen"] = hand.drawings()[1].id
    run(page)
    by_key(page, "hand-relabel", "menu_button").click("4")
    run(page)
    assert [kept.label for kept in hand.drawings()] == ["2", "4"]
    by_key(page, "hand-delete").click()
    run(page)
    assert [kept.label for kept in hand.drawings()] == ["2"]
    by_key(page, "hand-restore").click()
    run(page)
    assert [kept.label for kept in hand.drawings()] == ["2", "4"]


def test_delete_all_asks_once_more(jobs: Jobs) -> None:
    hand = keep(jobs.store.root, ("2", "2"), ("4", "4"))
    page = open_page("hand")
    by_key(page, "hand-delete-all").click()
    run(page)
    assert "All 2 drawings will be deleted for good" in text(page)
    assert len(hand.drawings()) == 2
    by_key(page, "hand-delete-all-sure").click()
    run(page)
    assert hand.drawings() == []
    assert hand.path.read_bytes() == b""


def test_lines_that_cannot_be_read_and_classes_that_are_not_known_are_said(jobs: Jobs) -> None:
    hand = keep(jobs.store.root, ("2", "2"), ("7", "Z"))
    with hand.path.open("ab") as file:
        file.write(b"torn\nnot the last\n")
    page = open_page("hand")
    assert "2 lines of" in text(page)
    assert "1 more drawing shows a class that this network does not know" in text(page)


def test_the_small_network_is_not_taught_and_it_says_why(jobs: Jobs) -> None:
    keep(jobs.store.root, ("2", "2"))
    page = open_page("hand")
    page.session_state["network"] = "small"
    run(page)
    assert by_key(page, "hand-teach").disabled
    assert "The small network that ships is not taught here" in text(page)
    assert jobs.queue() == []


def test_what_cannot_be_measured_is_said_before_it_is_taught(jobs: Jobs) -> None:
    keep(jobs.store.root, ("7", "7"), ("7", "7"), ("2", "2"))
    hint = "which takes at least 3 of one class"
    assert hint in text(open_page("hand"))
    keep(jobs.store.root, ("7", "7"))
    assert hint not in text(open_page("hand"))


def test_teaching_is_a_run_in_the_queue_with_all_drawings(jobs: Jobs) -> None:
    keep(jobs.store.root, *[("2", "2")] * 3, *[("7", "1")] * 2)
    page = open_page("hand")
    by_key(page, "hand-teach").click()
    run(page)
    (waiting,) = jobs.queue()
    material = load_material(waiting)
    assert material.labels.tolist() == [2, 2, 2, 1, 1]
    assert material.images.shape == (5, 28, 28)
    assert by_key(page, "hand-teach").disabled
    assert "Starting the training process" in text(page)
    by_key(page, "hand-stop").click()
    run(page)
    assert jobs.queue() == []


def taught(jobs: Jobs, page: AppTest) -> Run:
    """The run that the page has put into the queue, ended as the training process would."""
    (made,) = jobs.queue()
    weights = shipped_weights()
    made.save_weights(replace(weights, head_bias=weights.head_bias + np.eye(10, dtype=np.float32)[9] * 20))
    teaching = teaching_of(made)
    assert teaching is not None
    test = TestImages(
        dataset="MNIST",
        images=10_000,
        accuracy_before=0.9962,
        accuracy_after=0.9957,
        loss_before=0.012,
        loss_after=0.013,
    )
    own = OwnDrawings(of=2, right_before=1, right_after=2)
    save_teaching(made, teaching.model_copy(update={"own": own, "test": test}))
    made.append(Finished(step=40, time=9, accuracy=0.99))
    made.set_status(made.status.model_copy(update={"state": "finished", "step": 40}))
    run(page)
    return made


def test_afterwards_before_and_after_stand_side_by_side_and_one_can_go_back(jobs: Jobs) -> None:
    keep(jobs.store.root, *[("4", "9")] * 3)
    page = open_page("hand")
    by_key(page, "hand-teach").click()
    run(page)
    made = taught(jobs, page)
    said = text(page)
    assert "Your drawings kept back (2)</th><td>1 right</td><td>2 right</td>" in said
    assert "MNIST, 10,000 test images</th><td>99.62\N{NO-BREAK SPACE}%</td><td>99.57" in said
    assert not by_key(page, "hand-teach").disabled
    chosen = page.selectbox(key=f"hand-compared-{made.id}")
    assert chosen.options[0].endswith("9: read as 4 before, as 9 after")
    told = next(
        json.loads(element.proto.json)
        for element in page.get("bidi_component")
        if element.proto.component_name.endswith("side_by_side")
    )
    assert [side["name"] for side in told["sides"]] == ["Before it was taught", "After it was taught"]
    by_key(page, "taught-draw").click()
    page.run()
    assert page.session_state["network"] == made.id
    page.switch_page("pages/hand.py")
    run(page)
    assert "3 of 3" in text(page)
    assert "may have learnt from these drawings" in text(page)
    by_key(page, "hand-back").click()
    run(page)
    assert page.session_state["network"] == ""


def test_who_comes_back_later_finds_the_training_of_the_network_that_reads(jobs: Jobs) -> None:
    keep(jobs.store.root, ("4", "9"))
    page = open_page("hand")
    by_key(page, "hand-teach").click()
    run(page)
    taught(jobs, page)
    assert "Read rightly before and after" in text(open_page("hand"))


def test_teaching_what_was_taught_already_is_answered_with_the_saved_run(jobs: Jobs) -> None:
    keep(jobs.store.root, ("4", "9"))
    page = open_page("hand")
    by_key(page, "hand-teach").click()
    run(page)
    made = taught(jobs, page)
    by_key(page, "hand-teach").click()
    run(page)
    assert jobs.queue() == []
    assert "this is the saved run" in text(page)
    assert made.status.state == "finished"


def test_a_file_of_strokes_is_imported_once_and_one_that_is_none_is_refused(
    jobs: Jobs, tmp_path: Path
) -> None:
    exported = keep(tmp_path / "elsewhere", ("2", "2"), ("7", "7")).export()
    page = open_page("hand")
    page.file_uploader[0].set_value(("hand.jsonl", exported, "application/jsonl"))
    run(page)
    assert "2 new drawings are kept." in page.success[0].value
    assert [kept.label for kept in OwnHand(jobs.store.root).drawings()] == ["2", "7"]
    page.file_uploader[0].set_value(("hand.jsonl", exported, "application/jsonl"))
    run(page)
    assert page.success[0].value == "0 new drawings are kept. 2 were there already."
    page.file_uploader[0].set_value(("hand.jsonl", b"{}", "application/jsonl"))
    run(page)
    assert "line 1 must be an object" in text(page)
    assert len(OwnHand(jobs.store.root).drawings()) == 2
