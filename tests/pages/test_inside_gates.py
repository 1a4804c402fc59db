"""The panels of gates and of arithmetic without a browser, on layers of many sizes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.parts import linked_chart
from dashboard.session import current_reading, networks
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.inside.latching import in_words, layer_memory, share_left
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.percents import in_words as percent_in_words
from lstm_core.reading.trace import LayerTrace, read
from lstm_core.reading.verdict import last_ink, verdict
from tests.networks import random_weights
from tests.pretended import ROOT, button, pretend, run, text

IMAGE = np.random.default_rng(2).random((28, 28)).astype(np.float32)
LARGE = random_weights((600, 600), columns=28, rows=28, scale=0.05)
LAYERS = [layer for layer in read(LARGE, IMAGE).layers if isinstance(layer, LayerTrace)]


@pytest.fixture(autouse=True)
def large_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, tmp_path)
    monkeypatch.setattr(current_reading, "reading_network", lambda: (networks.shipped(), LARGE))


def panel(name: str, *, heatmaps: bool = True, **query: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/inside.py")
    page.query_params.update({"panel": name, **query})
    page.session_state["last-image"] = IMAGE
    page.session_state["inside-gates-heatmaps"] = heatmaps
    return run(page)


def group(page: AppTest, label: str) -> Any:
    (found,) = [group for group in page.get("button_group") if group.proto.label == label]
    return found


def every_unit(page: AppTest) -> str:
    """The figure of every unit, below the means."""
    found: str = page.get("plotly_chart")[1].proto.spec
    return found


def hidden(page: AppTest) -> Any:
    figure = json.loads(every_unit(page))
    (found,) = [trace for trace in figure["data"] if "hidden state h" in trace["hovertemplate"]]
    return found


def units(page: AppTest) -> Any:
    (found,) = [box for box in page.selectbox if "in this order" in box.label]
    return found


def test_a_large_layer_is_averaged_or_shown_page_by_page() -> None:
    page = panel("gates")
    trace = read(LARGE, IMAGE).layers[-1]
    assert isinstance(trace, LayerTrace)
    drawn = hidden(page)
    assert drawn["x"][:2] == ["1, 2, 3", "4, 5, 6"]
    np.testing.assert_allclose(drawn["z"], trace.hidden.reshape(28, 200, 3).mean(axis=2), atol=0.00051)
    units(page).select(512)
    drawn = hidden(run(page))
    assert drawn["x"] == [str(unit) for unit in range(513, 601)]
    np.testing.assert_allclose(drawn["z"], trace.hidden[:, 512:], atol=0.00051)


def test_what_is_sent_for_a_large_layer_stays_small() -> None:
    assert len(every_unit(panel("gates"))) < 1_500_000


def test_the_row_cursor_holds_for_both_panels() -> None:
    page = panel("gates")
    page.slider[0].set_value(5)
    assert "After row 5 it reads as" in text(run(page))
    page.button_group(key="panel").set_value("arithmetic")
    assert "after row 5:" in text(run(page))


def test_a_unit_that_is_not_there_is_named() -> None:
    page = panel("arithmetic")
    page.number_input[0].set_value(601)
    run(page)
    assert "between 1 and 600" in text(page)


@pytest.mark.parametrize("name", ["gates", "arithmetic"])
def test_layer_unit_and_row_come_from_the_address(name: str) -> None:
    page = panel(name, layer="1", unit="7", row="5")
    assert "Unit 7 of layer 1 after row 5:" in text(page)
    page.number_input[0].set_value(8)
    assert "Unit 8 of layer 1 after row 5:" in text(run(page))


@pytest.mark.parametrize(
    "query",
    [
        {"row": "99", "layer": "9"},
        {"row": "0", "layer": "0", "unit": "some"},
        {"row": "x", "layer": "<b>", "unit": ""},
        {"row": "nan", "unit": "1e99"},
        {"row": "-3", "unit": "99999999999999999999"},
    ],
)
def test_nonsense_in_the_address_falls_back(query: dict[str, str]) -> None:
    page = panel("arithmetic", heatmaps=False, **query)
    assert re.search(r"Unit \d+ of layer 2 after row 28:", text(page))
    assert not page.error


def test_a_unit_in_the_address_that_is_not_there_is_named_beside_the_heatmaps() -> None:
    page = panel("gates", unit="601")
    assert "between 1 and 600" in page.error[0].value
    assert every_unit(page)
    assert "Its arithmetic" not in text(page)


def test_a_button_leads_from_a_units_equations_to_its_products() -> None:
    page = panel("gates", unit="3", row="20")
    button(page, "Every product behind these sums").click()
    page = run(page)
    assert "Unit 3 of layer 2 after row 20:" in text(page)
    assert len(page.get("plotly_chart")) == 2


def test_the_figure_is_not_sent_anew_when_only_row_or_unit_change() -> None:
    page = panel("gates", row="9")
    first = every_unit(page)
    page.slider[0].set_value(5)
    assert every_unit(run(page)) == first
    page.number_input[0].set_value(3)
    assert every_unit(run(page)) == first
    group(page, "Layer").set_value(0)
    layout = json.loads(every_unit(run(page)))["layout"]
    assert layout["shapes"][1]["y0"] == 4.5
    assert [mark["x"] + mark["sizex"] / 2 for mark in layout["images"]] == 6 * [0], "units 1 to 3 together"


def test_without_the_means_to_move_it_in_the_browser_the_figure_is_drawn_at_the_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = panel("gates", row="9")
    monkeypatch.setattr(linked_chart, "_follows", lambda events: False)
    page.slider[0].set_value(5)
    marks = json.loads(every_unit(run(page)))["layout"]["shapes"]
    assert marks[1]["y0"] == 4.5


def test_the_heatmaps_are_behind_a_switch_that_a_unit_in_the_address_turns_on() -> None:
    page = panel("gates", heatmaps=False)
    assert len(page.get("plotly_chart")) == 1
    page.toggle[0].set_value(True)
    assert len(run(page).get("plotly_chart")) == 2
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/inside.py")
    page.query_params.update({"panel": "gates", "unit": "3"})
    assert len(run(page).get("plotly_chart")) == 2
    page.toggle[0].set_value(False)
    assert len(run(page).get("plotly_chart")) == 1


def test_the_gates_are_told_in_words() -> None:
    said = text(panel("gates", row="9"))
    first, second = (layer_memory(layer, at) for at, layer in enumerate(LAYERS, start=1))
    assert in_words(first) in said
    assert in_words(second) in said
    assert f"<b>{percent_in_words(share_left(LAYERS[0], 9))}</b> in layer 1" in said


def test_from_which_row_on_it_is_settled_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = shipped_weights()
    monkeypatch.setattr(current_reading, "reading_network", lambda: (networks.shipped(), shipped))
    digit = stroke_digit(3, 28, 28)
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/inside.py")
    page.query_params["panel"] = "gates"
    page.session_state["last-image"] = digit
    run(page)
    right = verdict(read(shipped, digit).probabilities, digit).settled_at_row
    assert right
    assert not settled_rows_drawn(page), "the line would give the answer away"
    assert page.slider(key="row").value == last_ink(digit), "so would the row that was settled"
    (slider,) = [slider for slider in page.slider if slider.label == "Your guess"]
    slider.set_value(right)  # together with the click that follows, as a quick hand does
    button(page, "That is my guess").click()
    run(page)
    said = f"You guessed row {right}: exactly. The verdict 3 settled at row {right}: "
    assert said in page.success[0].value
    assert settled_rows_drawn(page) == {right}
    assert page.slider(key="row").value == right


@pytest.mark.parametrize("panel_before", ["the cell", "what if"])
def test_what_another_panel_has_shown_is_not_asked(panel_before: str) -> None:
    page = panel(panel_before, heatmaps=False)
    page.query_params["panel"] = "gates"
    page.session_state["panel"] = "gates"
    run(page)
    assert "That is my guess" not in [shown.label for shown in page.button]
    assert "The verdict" in "".join(caption.value for caption in page.caption)


def settled_rows_drawn(page: AppTest) -> set[float]:
    """The rows over which the figure of the means has the line of a settled verdict."""
    shapes = json.loads(page.get("plotly_chart")[0].proto.spec)["layout"]["shapes"]
    return {shape["y0"] + 0.5 for shape in shapes if shape["line"].get("dash") == "dash"}


def test_a_verdict_that_never_settles_is_said_to_be_so() -> None:
    page = panel("gates", heatmaps=False)
    button(page, "That is my guess").click()
    run(page)
    assert "did not settle" in page.success[0].value


def test_an_address_can_ask_nothing() -> None:
    page = panel("gates", heatmaps=False, ask="no")
    assert "That is my guess" not in [shown.label for shown in page.button]
