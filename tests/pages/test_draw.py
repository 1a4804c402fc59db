"""The Draw page without a browser: what it shows for what was drawn."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.draw.cut_out import chosen_part
from dashboard.draw.kept_picture import KeptPicture
from dashboard.session import networks, sheet
from lstm_core.data.datasets import load
from lstm_core.drawing.strokes import ERASER
from lstm_core.figures import theme
from lstm_core.inside import familiarity
from lstm_core.pretrained import shipped, small_networks
from lstm_core.pretrained.small_networks import SEEN, small_weights
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.trace import read
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs import familiar
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters

ROOT = Path(__file__).parents[2]


def network(rows: int, columns: int, *, seed: int = 1) -> LstmWeights:
    """Small random weights."""
    rng = np.random.default_rng(seed)

    def random(*shape: int) -> Any:
        return rng.normal(size=shape).astype(np.float32)

    return LstmWeights(
        (LayerWeights(random(columns, 24), random(6, 24), random(24)),), random(6, 10), random(10), rows
    )


def stroke(*points: tuple[float, float]) -> dict[str, Any]:
    """A stroke as Fabric.js puts it."""
    path = [["M" if not number else "L", x, y] for number, (x, y) in enumerate(points)]
    xs, ys = zip(*points, strict=True)
    return {
        "type": "Path",
        "path": path,
        "strokeWidth": 20,
        "left": min(xs),
        "top": min(ys),
        "width": max(xs) - min(xs),
        "height": max(ys) - min(ys),
    }


SEVEN = stroke((80, 60), (200, 60), (130, 230))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty run folder, and nothing cached from another test."""
    monkeypatch.setenv("ROW_BY_ROW_HOME", str(tmp_path))
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()


def draw_page(*strokes: dict[str, Any], **keys: Any) -> AppTest:
    """The page, run once with ``strokes`` on the sheet and ``keys`` in the session."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.session_state["sheet"] = sheet.Sheet(strokes=list(strokes))
    for key, value in keys.items():
        page.session_state[key] = value
    page.run()
    assert not page.exception
    return page


def reading(page: AppTest) -> Any:
    """What the browser's view of the reading is told."""
    components = (element.proto for element in page.get("bidi_component"))
    (told,) = (json.loads(proto.json) for proto in components if proto.component_name.endswith("reading"))
    return told


def test_a_blank_sheet_invites_and_shows_no_verdict() -> None:
    page = draw_page()
    assert reading(page)["headline"] == "A blank sheet"
    assert not {"evolution", "image", "heatmap", "doubt"} & set(reading(page))
    assert (reading(page)["rows"], reading(page)["columns"]) == (28, 28)


def test_a_drawing_shows_its_verdict_the_row_where_it_settled_and_its_rows() -> None:
    shown = reading(draw_page(SEVEN))
    evolution = shown["evolution"]
    percents = np.array([bars["percents"] for bars in evolution["bars"]])
    assert percents.shape == (28, 10)
    assert np.shape(evolution["ink"]) == (28, 28)
    assert shown["headline"] == f"Reads as {percents[-1].argmax()}"
    assert shown["settled"] == f"settled at row {evolution['settled_at_row']}"
    assert shown["detail"].startswith(shown["settled"])
    assert "10 times" in shown["meaning"]
    assert shown["caution"] == shown["doubt"] == ""


def test_where_the_verdict_settled_is_not_asked_inside_once_it_was_shown() -> None:
    page = draw_page(SEVEN)
    page.switch_page("pages/inside.py")
    page.session_state["panel"] = "gates"
    page.run()
    assert not page.exception
    assert "That is my guess" not in [shown.label for shown in page.button]


def test_the_image_read_last_is_kept_for_the_training_page() -> None:
    page = draw_page(SEVEN)
    image = page.session_state["last-image"]
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.max() > 0.9


def test_a_dot_is_not_read() -> None:
    page = draw_page(stroke((140, 140), (140.02, 140)))
    assert "Reads as" not in reading(page)["headline"]
    assert any("too little ink" in note.value for note in page.info)


def test_clear_then_undo_brings_the_strokes_back() -> None:
    page = draw_page(SEVEN)
    next(button for button in page.button if button.label == "Clear").click().run()
    assert reading(page)["headline"] == "A blank sheet"
    next(button for button in page.button if button.label == "Undo").click().run()
    assert "Reads as" in reading(page)["headline"]


def test_undo_takes_one_stroke_off() -> None:
    page = draw_page(SEVEN, stroke((20, 20), (60, 20)))
    next(button for button in page.button if button.label == "Undo").click().run()
    assert page.session_state["sheet"].strokes == [SEVEN]


def test_a_run_that_has_learnt_something_can_be_chosen_to_read(home: Path) -> None:
    run = RunStore(home).create(hyperparameters({"dataset": "digits", "units": [6]}), name="Small one")
    run.save_weights(network(8, 8))
    page = draw_page(SEVEN)
    page.selectbox[0].select(run.id).run()
    assert not page.exception
    assert page.session_state["last-image"].shape == (8, 8)
    assert reading(page)["headline"].startswith(("Reads as", "No clear digit"))
    assert "extrapolation" in reading(page)["caution"]


def test_the_network_that_is_small_enough_to_see_can_be_chosen_to_read() -> None:
    page = draw_page(SEVEN)
    page.selectbox[0].select(networks.SMALL).run()
    assert not page.exception
    assert page.session_state["network"] == networks.SMALL
    read_by_it = read(small_weights(SEEN), page.session_state["last-image"]).probabilities
    assert reading(page)["headline"] == f"Reads as {read_by_it[-1].argmax()}"
    assert not reading(page)["caution"]
    assert any("LSTM 12 · MNIST" in caption.value for caption in page.caption)


@pytest.mark.parametrize(("threshold", "doubted"), [(-1e9, True), (1e9, False)])
def test_a_run_doubts_by_what_was_measured_when_it_was_trained(
    home: Path, threshold: float, doubted: bool
) -> None:
    run = RunStore(home).create(hyperparameters({"dataset": "digits", "units": [6]}), name="Measured")
    weights, digits = network(8, 8), load("digits")
    run.save_weights(weights)
    page = draw_page(SEVEN, network=run.id)
    assert reading(page)["doubt"] == "", "nothing was measured yet"
    measured = familiarity.learn(weights, digits.train, digits.validation)
    familiarity.save(replace(measured, threshold=threshold), run.folder / familiar.FILE)
    page.run()
    assert bool(reading(page)["doubt"]) == doubted
    run.save_weights(network(8, 8, seed=2))
    assert networks.network(run.id).familiar() is None, "these are other weights"


def test_the_small_network_doubts_what_is_no_digit() -> None:
    page = draw_page(SEVEN, network=networks.SMALL)
    assert reading(page)["doubt"] == ""
    lattice = [stroke((60 + x, 60), (60 + x, 220)) for x in (0, 50, 100, 150)]
    lattice += [stroke((50, 70 + y), (220, 70 + y)) for y in (0, 45, 90, 135)]
    assert "not look much like a digit" in reading(draw_page(*lattice, network=networks.SMALL))["doubt"]


def test_the_small_network_reads_even_without_its_card(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(small_networks.SMALL_FOLDER / f"{SEEN}.npz", tmp_path)
    monkeypatch.setattr(small_networks, "SMALL_FOLDER", tmp_path)
    assert networks.network(networks.SMALL).about == ""
    assert networks.network(networks.SMALL).load().units == (12,)
    assert networks.network(networks.SMALL).familiar() is None


def test_a_chosen_run_that_is_gone_gives_way_to_the_shipped_network() -> None:
    page = draw_page(SEVEN, network="20260101-000000-abcdef")
    assert "Reads as" in reading(page)["headline"]
    assert page.session_state["network"] == ""
    assert "comes with Row by Row is used instead" in page.warning[0].value


@pytest.mark.parametrize("damaged", ["status.json", "run.json"])
def test_a_chosen_run_that_is_damaged_gives_way_too_and_the_others_are_offered(
    home: Path, damaged: str
) -> None:
    made = [RunStore(home).create(hyperparameters({"dataset": "digits", "seed": seed})) for seed in (1, 2)]
    for run in made:
        run.save_weights(network(8, 8))
    (made[0].folder / damaged).write_text("{", encoding="utf-8")
    page = draw_page(SEVEN, network=made[0].id)
    assert not page.error
    assert page.session_state["network"] == ""
    assert len(page.selectbox[0].options) == 3  # two that ship, and the run that is whole


def test_a_run_that_was_deleted_is_no_longer_offered(home: Path) -> None:
    store = RunStore(home)
    run = store.create(hyperparameters({"dataset": "digits"}))
    run.save_weights(network(8, 8))
    assert list(networks.networks()) == ["", networks.SMALL, run.id]
    shutil.rmtree(run.folder)
    assert list(networks.networks()) == ["", networks.SMALL]


def test_damaged_shipped_weights_are_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"not an archive")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    page = draw_page()
    assert "damaged" in page.error[0].value


def test_without_mnist_the_gallery_says_how_to_bring_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROW_BY_ROW_DATA", raising=False)
    page = draw_page()
    page.button_group[0].set_value("Gallery").run()
    assert not page.exception
    assert "not on this machine" in page.info[0].value


def test_the_page_imports_neither_tensorflow_nor_keras() -> None:
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from dashboard.session.sheet import Sheet\n"
        f"page = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=180)\n"
        f"page.session_state['sheet'] = Sheet(strokes=[{SEVEN!r}])\n"
        "page.run()\n"
        "assert not page.exception\n"
        "assert sum('Reads as' in element.proto.json for element in page.get('bidi_component')) == 1\n"
        "print(sorted({'tensorflow', 'keras', 'jax', 'sklearn'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def png_of(*labels: int) -> bytes:
    """Digits side by side on paper, as a file."""
    from lstm_core.drawing.png import png
    from lstm_core.drawing.stroke_digits import stroke_digit

    return png(1 - np.pad(np.hstack([stroke_digit(label, 90, 90) for label in labels]), 60))


def upload_page(content: bytes, **keys: Any) -> AppTest:
    picture = KeptPicture("digits.png", content)
    return draw_page(**{"draw-source": "Upload", "draw-picture": picture, **keys})


def test_two_strokes_apart_are_two_digits_and_one_of_them_is_shown() -> None:
    page = draw_page(stroke((20, 60), (100, 60), (60, 230)), stroke((220, 60), (220, 230)))
    assert reading(page)["headline"] == "Reads as 7 1"
    assert reading(page)["detail"].startswith("the one shown reads as 7, settled at row")
    page.session_state["draw-which-digit-2"] = 1
    page.run()
    assert reading(page)["detail"].startswith("the one shown reads as 1, settled at row")
    image = page.session_state["last-image"]
    assert np.ptp(np.flatnonzero(image.any(axis=0))) < 6, "the image kept is the one shown, a 1"


def test_a_picture_is_read_and_its_ink_marked() -> None:
    page = upload_page(png_of(1, 2))
    assert reading(page)["headline"] == "Reads as 1 2"
    (told,) = (
        json.loads(element.proto.json)
        for element in page.get("bidi_component")
        if element.proto.component_name.endswith("cut_out")
    )
    assert told["box"] == [0, 0, 1, 1]
    assert told["picture"].startswith("data:image/jpeg;base64,")
    assert told["marks"].startswith("data:image/png;base64,")


def test_what_is_no_picture_is_named_and_the_page_stays() -> None:
    page = upload_page(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert reading(page)["headline"] == "Upload a picture"
    assert "SVG is a drawing program's file" in page.error[0].value


@pytest.mark.parametrize(
    "sent", [None, "x", [0, 0, 1], [0, 0, 0.001, 1], [0.5, 0, 0.2, 1], [0, 0, 2, 1], [0, 0, True, 1]]
)
def test_a_part_that_is_none_means_the_whole_picture(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"cut": {"box": sent}})
    assert chosen_part("cut") == (0.0, 0.0, 1.0, 1.0)


def test_the_eraser_has_the_colour_of_the_sheet() -> None:
    assert sheet.PAPER == ERASER
    erased = stroke((80, 60), (200, 60), (130, 230)) | {"stroke": sheet.PAPER, "strokeWidth": 60}
    page = draw_page(SEVEN, erased)
    assert any("too little ink" in note.value for note in page.info)


def ways_inside(page: AppTest) -> list[str]:
    return [button.label for button in page.button if str(button.key).startswith("way-")]


def test_under_a_verdict_three_ways_lead_to_what_lies_behind_it() -> None:
    assert ways_inside(draw_page()) == []
    page = draw_page(SEVEN)
    why, gates, questions = ways_inside(page)
    assert why.startswith("Why a 7 and not a")
    assert gates == "What the gates did"
    assert questions == "Five questions, answered"
    (button,) = [button for button in page.button if button.label == why]
    button.click()
    page.run()
    page.switch_page("pages/inside.py")  # where `AppTest` is still to go
    page.run()
    assert not page.exception
    assert page.session_state["panel"] == "what decided"
    against = next(box for box in page.selectbox if box.label == "and not a")
    assert against.format_func(against.value).split(" ")[0] == why.rstrip("?").split(" ")[-1]


def test_no_way_leads_to_a_panel_that_the_link_hides() -> None:
    assert ways_inside(draw_page(SEVEN, hide=("gates",)))[0].startswith("Why a 7")
    assert len(ways_inside(draw_page(SEVEN, hide=("gates",)))) == 2
    assert ways_inside(draw_page(SEVEN, hide=("inside",))) == ["Five questions, answered"]
    assert ways_inside(draw_page(SEVEN, hide=("inside", "five-questions"))) == []


def test_the_key_to_the_heatmap_has_its_colours() -> None:
    sheet = (ROOT / "dashboard" / "draw" / "player.css").read_text(encoding="utf-8")
    colours = [colour for _, colour in theme.stops(theme.PROBABILITY)]
    assert f"linear-gradient(to right, {', '.join(colours)})" in sheet
