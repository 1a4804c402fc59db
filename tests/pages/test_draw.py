"""The Draw page without a browser: what it shows for what was drawn."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.session import networks, sheet
from lstm_core.pretrained import shipped, small_networks
from lstm_core.pretrained.small_networks import SEEN, small_weights
from lstm_core.reading.trace import read
from lstm_core.reading.weights import LayerWeights, LstmWeights
from lstm_core.runs.store import RunStore

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
    from lstm_core.settings.validation import hyperparameters

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


def test_the_small_network_reads_even_without_its_card(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(small_networks.SMALL_FOLDER / f"{SEEN}.npz", tmp_path)
    monkeypatch.setattr(small_networks, "SMALL_FOLDER", tmp_path)
    assert networks.network(networks.SMALL).about == ""
    assert networks.network(networks.SMALL).load().units == (12,)


def test_a_chosen_run_that_is_gone_gives_way_to_the_shipped_network() -> None:
    page = draw_page(SEVEN, network="20260101-000000-abcdef")
    assert "Reads as" in reading(page)["headline"]
    assert page.session_state["network"] == ""
    assert "comes with Row by Row is used instead" in page.warning[0].value


@pytest.mark.parametrize("damaged", ["status.json", "run.json"])
def test_a_chosen_run_that_is_damaged_gives_way_too_and_the_others_are_offered(
    home: Path, damaged: str
) -> None:
    from lstm_core.settings.validation import hyperparameters

    made = [RunStore(home).create(hyperparameters({"dataset": "digits", "seed": seed})) for seed in (1, 2)]
    for run in made:
        run.save_weights(network(8, 8))
    (made[0].folder / damaged).write_text("{", encoding="utf-8")
    page = draw_page(SEVEN, network=made[0].id)
    assert not page.error
    assert page.session_state["network"] == ""
    assert len(page.selectbox[0].options) == 3  # two that ship, and the run that is whole


def test_a_run_that_was_deleted_is_no_longer_offered(home: Path) -> None:
    from lstm_core.settings.validation import hyperparameters

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
