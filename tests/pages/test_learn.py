"""The Learn page without a browser: every section on a drawing, and what its sliders change."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.lesson.in_words.questions import changes_in_words, measured_in_words
from dashboard.lesson.sections import SECTIONS
from dashboard.lesson.what_changes import KNOB, KNOBS, Knob
from dashboard.parts.experiment import in_short
from dashboard.parts.glossary import TERMS
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.strokes import ink_from_strokes
from lstm_core.evidence.experiments import COMPARISONS
from lstm_core.evidence.summaries import comparison, mean_difference
from lstm_core.inside.intervened_reading import intervene
from lstm_core.inside.interventions import EVERY_LAYER, ClampGate
from lstm_core.inside.latching import forgets_in_words, layer_memory, share_left
from lstm_core.inside.margin import margin_between
from lstm_core.inside.margin_text import margin_in_words
from lstm_core.inside.unit import unit_trace, units_by_variation
from lstm_core.lesson.held_gate import with_held_gate
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.pretrained.small_networks import BASE, small_card, small_weights
from lstm_core.reading.percents import accuracy, in_words
from lstm_core.reading.trace import LayerTrace, read
from lstm_core.reading.verdict import closest_rival, outcome_in_words, sentence, settled_in_words, verdict
from lstm_core.runs.jobs import Jobs
from lstm_core.settings.validation import hyperparameters
from tests.networks import random_weights
from tests.pretended import ROOT, button, pretend, run, text

SEVEN = normalise(
    ink_from_strokes([np.array([(80, 60), (200, 60), (130, 230)], np.float64)], 20, (280, 280)), 28, 28
)
NAMES = [section.name for section in SECTIONS]


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    return pretend(monkeypatch, tmp_path)


def learn_page(section: str = "", image: Any = SEVEN, ask: str = "no", **keys: Any) -> AppTest:
    """The page as a fresh session shows it after ``image`` was drawn, at first without questions."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/learn.py")
    page.query_params["ask"] = ask
    if section:
        page.query_params["section"] = section
    for key, value in {"last-image": image, **keys}.items():
        page.session_state[key] = value
    return run(page)


def slider(page: AppTest, label: str) -> Any:
    (found,) = [slider for slider in page.slider if label in slider.label]
    return found


def equations(page: AppTest) -> str:
    return "\n".join(element.value for element in page.latex)


def outcome(page: AppTest) -> str:
    return " ".join(re.findall(r'<p class="outcome".*?</p>', text(page)))


def figure(page: AppTest, number: int = 0) -> Any:
    return json.loads(page.get("plotly_chart")[number].proto.spec)


def side_by_side(page: AppTest) -> dict[str, Any]:
    """What the component that shows two readings was told."""
    components = (element.proto for element in page.get("bidi_component"))
    (sent,) = (
        json.loads(proto.json) for proto in components if proto.component_name.endswith("side_by_side")
    )
    return dict(sent)


def the_unit() -> Any:
    """The unit that the page looks at first."""
    layer = read(shipped_weights(), SEVEN).layers[0]
    assert isinstance(layer, LayerTrace)
    return unit_trace(layer, units_by_variation(layer)[0])


def test_the_lesson_has_the_tutorials_order() -> None:
    assert NAMES[:6] == [
        "five questions",
        "recurrence",
        "forget gate",
        "input gate",
        "cell state",
        "output gate",
    ]
    assert NAMES[6:9] == ["many layers", "outputs and states", "shared weights"]
    assert NAMES[9:] == ["training step", "what changes", "regression", "words"]


@pytest.mark.parametrize("number", range(len(SECTIONS)))
def test_an_address_opens_its_section(number: int) -> None:
    page = learn_page(NAMES[number])
    assert page.header[0].value == f"{number + 1} · {SECTIONS[number].title}"
    assert not page.error


def test_without_an_address_the_lesson_begins_at_its_beginning() -> None:
    assert learn_page().header[0].value.startswith("1 ·")


def test_an_address_that_is_none_begins_at_the_beginning_too() -> None:
    assert learn_page("nonsense").header[0].value.startswith("1 ·")


def test_next_and_previous_lead_through_every_section() -> None:
    page = learn_page()
    for before, name in pairwise(NAMES):
        button(page, f"Next: {name}").click()
        run(page)
        assert page.header[0].value.startswith(f"{NAMES.index(name) + 1} ·")
        assert button(page, f"Previous: {before}")
    assert not [button for button in page.button if button.label.startswith("Next")]


@pytest.mark.parametrize("name", NAMES[1:6])
def test_equations_name_their_source(name: str) -> None:
    assert re.search(r"Source: .*\((1990|1997|2000)\)", text(learn_page(name)))


def test_the_real_numbers_of_the_drawing_stand_in_the_equation() -> None:
    page, unit = learn_page("cell state"), the_unit()
    t = unit.busiest_row()
    assert slider(page, "Row t").value == t + 1
    shown = equations(page)
    for value in (unit.forget_gate[t], unit.previous[t], unit.input_gate[t], unit.candidate[t], unit.cell[t]):
        assert f"{value:.3f}" in shown


def test_another_row_brings_its_own_numbers() -> None:
    page, unit = learn_page("cell state"), the_unit()
    slider(page, "Row t").set_value(9)
    run(page)
    assert f"{unit.forget_gate[8]:.3f}" in equations(page)
    assert f"{unit.cell[8]:.3f}" in equations(page)


@pytest.mark.parametrize(
    ("section", "label", "gate", "state"),
    [
        ("forget gate", "Forget gate f at", "forget_gate", "cell"),
        ("input gate", "Input gate i at", "input_gate", "cell"),
        ("input gate", "Candidate g at", "candidate", "cell"),
        ("cell state", "Forget gate f at", "forget_gate", "cell"),
        ("output gate", "Output gate o at", "output_gate", "hidden"),
    ],
)
def test_a_slider_puts_another_value_in_the_place_of_a_gate(
    section: str, label: str, gate: Any, state: str
) -> None:
    page, unit = learn_page(section), the_unit()
    t = unit.busiest_row()
    slider(page, label).set_value(0.35)
    run(page)
    would = getattr(unit.with_gate(gate, 0.35, t), state)[t]
    assert f"would be <b>{would:.3f}".replace("-", "−") in outcome(page)
    assert any(curve.get("line", {}).get("dash") == "dot" for curve in figure(page)["data"])
    button(page, "Real values").click()
    run(page)
    assert "would be" not in outcome(page)


def test_a_gate_can_be_changed_at_every_row() -> None:
    page, unit = learn_page("forget gate"), the_unit()
    slider(page, "Forget gate f at").set_value(0.0)
    page.toggle[0].set_value(True)
    run(page)
    changed = unit.with_gate("forget_gate", 0.0)
    assert f"{changed.cell[-1]:.3f} after the last row".replace("-", "−") in outcome(page)


def test_layer_and_unit_hold_for_the_next_section() -> None:
    page = learn_page("forget gate")
    page.button_group[1].set_value(1)
    run(page)
    page.selectbox[0].set_value(9)
    run(page)
    button(page, "Next: input gate").click()
    run(page)
    assert page.selectbox[0].value == 9
    assert page.button_group[1].value == 1


def test_a_network_that_forgets_at_every_row_reads_otherwise() -> None:
    page = learn_page("forget gate")
    said = outcome(page)
    assert "With the real gates: Reads as 7" in said
    slider(page, "of every unit").set_value(1.0)
    run(page)
    assert outcome(page) != said
    assert "With forget gate f = 1.00" in outcome(page)


@pytest.mark.parametrize("option", ["It reads as 7", "It reads as another digit", "It names no clear digit"])
def test_without_memory_a_guess_comes_before_the_answer(option: str) -> None:
    page = learn_page("forget gate", ask="yes")
    assert "With forget gate f" not in outcome(page)
    button(page, option).click()
    run(page)
    held = read(with_held_gate(shipped_weights(), "forget_gate", 0.0), SEVEN).probabilities
    after = verdict(held, SEVEN)
    right = (
        "no clear digit"
        if not after.is_clear
        else f"as {after.label if after.label == 7 else 'another digit'}"
    )
    (answer,) = page.success
    assert ("and so it is" in answer.value) == option.endswith(right)
    assert sentence(after) in answer.value
    assert "With forget gate f = 0.00" in outcome(page)


def test_what_the_five_questions_have_shown_is_not_asked() -> None:
    page = learn_page("five questions", ask="yes")
    page.session_state["section"] = "forget gate"
    run(page)
    assert "Guess first" not in text(page)
    assert "With forget gate f = 0.00" in outcome(page)


def test_whoever_wants_no_question_goes_past_it_once_for_all() -> None:
    page = learn_page("forget gate", ask="yes")
    button(page, "Just show me").click()
    run(page)
    assert not page.success
    button(page, "Next: input gate").click()
    run(page)
    button(page, "Previous: forget gate").click()
    run(page)
    assert "With forget gate f = 0.00" in outcome(page)


def test_which_network_settles_earlier_is_asked_first() -> None:
    page = learn_page("what changes", ask="yes", **{KNOB: "Layers"})
    found = [verdict(read(small_weights(name), SEVEN).probabilities, SEVEN) for name in ("one-layer", BASE)]
    rows = [one.settled_at_row or 99 for one in found]
    options = ("With one layer", "With two layers", "Both at the same row, or neither")
    right = options[2] if rows[0] == rows[1] else options[rows[1] < rows[0]]
    button(page, right).click()
    run(page)
    (answer,) = page.success
    assert "and so it is" in answer.value
    assert all(settled_in_words(one) in answer.value for one in found)
    assert side_by_side(page)["sides"][0]["name"] == options[0]


def test_a_link_chooses_layer_unit_and_row() -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/learn.py")
    page.query_params.update({"section": "cell state", "row": "9", "layer": "2", "unit": "31"})
    run(page)
    assert slider(page, "Row t").value == 9
    assert (page.button_group[1].value, page.selectbox[0].value) == (1, 30)


def test_a_link_to_a_unit_that_there_is_not_is_left_alone() -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/learn.py")
    page.query_params.update({"section": "cell state", "row": "99", "layer": "7", "unit": "x"})
    assert not run(page).error


def test_the_words_of_all_pages_stand_in_the_last_section() -> None:
    shown = text(learn_page("words"))
    assert all(f"<dt>{word}</dt>" in shown for word in TERMS)


def test_a_larger_u_lets_more_of_the_signal_through() -> None:
    page = learn_page("recurrence")
    assert "0.0024" in text(page)  # 0.8 to the power 27
    slider(page, "Size of U").set_value(2.0)
    run(page)
    assert "1.3 × 10⁸" in text(page)


def test_without_a_drawing_a_sample_is_read_and_the_page_says_so() -> None:
    page = learn_page("forget gate", image=None)
    assert "a sample digit" in text(page)
    assert not page.error
    assert "your last drawing" in text(learn_page("forget gate"))


def test_an_image_that_was_chosen_is_not_called_a_drawing() -> None:
    page = learn_page("forget gate")
    page.session_state["last-image-drawn"] = False
    said = text(run(page))
    assert "the digit you chose, read by" in said
    assert "your last drawing" not in said


def test_a_drawing_for_another_network_gives_way_to_a_sample() -> None:
    page = learn_page("forget gate", image=np.ones((8, 8), np.float32))
    assert "28 × 28 pixels" in text(page)


def test_the_chosen_network_is_the_one_that_is_looked_at(jobs: Jobs) -> None:
    trained = jobs.store.create(hyperparameters({"dataset": "digits", "units": [6, 5, 4]}), name="Small one")
    trained.save_weights(random_weights((6, 5, 4)))
    image = np.random.default_rng(1).random((8, 8)).astype(np.float32)
    page = learn_page("outputs and states", image=image, network=trained.id)
    assert "Small one" in text(page)
    assert "(3, 8, 4)" in text(page)
    stack = learn_page("many layers", image=image, network=trained.id)
    assert stack.selectbox[0].value == "6, 5, 4"
    assert "LSTM 3" in json.dumps(figure(stack))


def test_a_network_that_is_no_plain_lstm_gives_way_to_the_shipped_one(jobs: Jobs) -> None:
    settings = hyperparameters({"dataset": "digits", "units": [6], "cell": "gru"})
    trained = jobs.store.create(settings, name="Other one")
    trained.save_weights(random_weights((6,), cell="gru"))
    page = learn_page("forget gate", network=trained.id)
    assert "Other one is not a plain LSTM" in text(page)
    assert not page.error


def test_the_unrolled_network_takes_sizes_that_are_typed() -> None:
    page = learn_page("many layers")
    page.selectbox[0].set_value("32, 32, 64")
    run(page)
    shown = text(page)
    assert "<td>(92, 256)</td>" not in shown  # 28 + 32 features make 60
    assert "<td>(60, 128)</td>" in shown
    assert "<td>(96, 256)</td>" in shown
    assert "LSTM 3" in json.dumps(figure(page))


def test_the_parameters_are_those_that_would_be_trained() -> None:
    from lstm_core.settings.shapes import parameter_count

    page = learn_page("many layers")
    assert f"{parameter_count(hyperparameters({'units': '256,256'})):,}" in text(page)


def test_the_last_output_and_the_last_state_are_shown_equal_on_real_numbers() -> None:
    page = learn_page("outputs and states")
    shown = text(page)
    assert "768 numbers compared: <b>equal, digit for digit</b>" in shown
    rows = re.findall(r"<tr><th scope=\"row\"><code>(?:outputs|state)\[.*?</tr>", shown)
    last, h, c = [re.findall(r"<td>(.*?)</td>", row) for row in rows if len(re.findall("<td>", row)) == 5]
    assert last == h != c
    hidden = read(shipped_weights(), SEVEN).layers[-1].hidden[-1]
    np.testing.assert_allclose([float(digits) for digits in last], hidden[:5], atol=1e-6)


def test_other_units_can_be_compared() -> None:
    page = learn_page("outputs and states")
    before = text(page)
    slider(page, "From unit").set_value(100)
    run(page)
    assert "unit 104" in text(page)
    assert text(page) != before


def test_both_orders_of_axes_are_drawn_and_follow_the_row() -> None:
    page = learn_page("outputs and states")
    slider(page, "Row t").set_value(5)
    run(page)
    batch_major, time_major = figure(page, 0), figure(page, 1)
    assert np.array(batch_major["data"][0]["z"]).shape == (3, 28)
    np.testing.assert_array_equal(np.array(batch_major["data"][0]["z"]).T, time_major["data"][0]["z"])
    assert "outputs[:, 4, :]" in text(page)


def test_sharing_names_one_cell_and_counts_its_parameters_once() -> None:
    page = learn_page("shared weights")
    assert "6,384" in text(page)
    assert "19,152" in text(page)
    slider(page, "Units of each").set_value(64)
    run(page)
    assert "The shared cell does not fit" in outcome(page)


def test_from_shared_weights_one_click_leads_to_two_networks_that_differ_in_them() -> None:
    page = learn_page("shared weights")
    button(page, "Both kinds read your digit").click()
    run(page)
    assert [side["name"] for side in side_by_side(page)["sides"]] == [
        "With separate weights",
        "With shared weights",
    ]


def test_sharing_is_judged_by_what_was_measured() -> None:
    page = learn_page("shared weights")
    for name in ("shared", "shared-narrow"):
        sides = comparison(name)
        assert f"{100 * sides[1].mean:.2f}" in text(page)
    assert len(page.get("plotly_chart")) == 2


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_two_networks_that_differ_in_one_thing_read_the_drawing(knob: Knob) -> None:
    page = learn_page("what changes", **{KNOB: knob.name})
    assert not page.exception
    shown = side_by_side(page)
    for name, side in zip((knob.first, knob.second), shown["sides"], strict=True):
        expected = read(small_weights(name), SEVEN).probabilities
        np.testing.assert_allclose(side["probabilities"], expected, atol=1e-5)
        assert side["settled"] == verdict(expected, SEVEN).settled_at_row
        assert any(f"{100 * small_card(name).test_accuracy:.2f}\xa0%" in value for _, value in side["facts"])
    assert shown["difference"]
    for name in knob.experiments:
        assert COMPARISONS[name].question in text(page)


def test_layers_that_share_their_weights_have_them_counted_once() -> None:
    separate, shared = side_by_side(learn_page("what changes", **{KNOB: "Weights"}))["sides"]
    # 4 · 28 · (28 + 28 + 1) a layer, and 10 · (28 + 1) of the head
    assert ["parameters", f"{2 * 6384 + 290:,}"] in separate["facts"]
    assert ["parameters", f"{6384 + 290:,}"] in shared["facts"]


def test_an_address_chooses_what_differs() -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/learn.py")
    page.query_params.update({"section": "what changes", KNOB: "Layers", "ask": "no"})
    assert side_by_side(run(page))["sides"][1]["name"] == "With two layers"


def test_a_drawing_of_another_size_is_not_read_by_them() -> None:
    page = learn_page("what changes", np.zeros((8, 8), np.float32))
    assert "does not have the 28 × 28 pixels" in text(page)
    assert not page.exception


def test_that_later_rows_are_not_exact_is_said_only_once_something_is_changed() -> None:
    page = learn_page("forget gate")
    assert "These are the real values" in text(page)
    assert "exact only at the first changed row" not in text(page)
    gate = next(each for each in page.slider if "Forget gate" in each.label)
    gate.set_value(0.0 if gate.value else 1.0)
    assert "exact only at the first changed row" in text(run(page))


def test_the_chart_of_every_unit_marks_the_chosen_row() -> None:
    page = learn_page("forget gate")
    row = slider(page, "Row t")
    row.set_value(14)
    page = run(page)
    charts = [json.loads(chart.proto.spec)["layout"] for chart in page.get("plotly_chart")]
    (below,) = [layout for layout in charts if "probability of digit" in json.dumps(layout)]
    marked = [(shape["y0"] + shape["y1"]) / 2 for shape in below["shapes"]]
    assert 14 in marked
    assert 28 not in marked


def test_one_click_lets_the_small_network_read_and_another_the_large_one() -> None:
    page = learn_page("forget gate")
    assert "Shipped with Row by Row" in text(page)
    button(page, "Small network, 12 units").click()
    run(page)
    assert "“Small network, 12 units”" in text(page)
    (unit,) = [box for box in page.selectbox if box.label == "Unit"]
    assert len(unit.options) == 12
    button(page, "Back to the large network").click()
    assert "“Shipped with Row by Row”" in text(run(page))


def test_damaged_weights_are_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from lstm_core.pretrained import shipped

    (tmp_path / "mnist.npz").write_bytes(b"not an archive")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    assert "damaged" in learn_page("forget gate").error[0].value


def test_the_page_imports_neither_tensorflow_nor_keras() -> None:
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"for name in {NAMES!r}:\n"
        f"    page = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=180)\n"
        "    page.run()\n"
        "    page.switch_page('pages/learn.py')\n"
        "    page.query_params['section'] = name\n"
        "    page.run()\n"
        "    assert not page.exception, page.exception\n"
        "print(sorted({'tensorflow', 'keras', 'jax', 'sklearn'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def stages(page: AppTest) -> dict[str, Any]:
    """What the component that shows a training step was told."""
    components = (element.proto for element in page.get("bidi_component"))
    (sent,) = (json.loads(proto.json) for proto in components if proto.component_name.endswith("step_stages"))
    return dict(sent)


def taken(page: AppTest, *labels: str) -> dict[str, Any]:
    """After these buttons."""
    for label in labels:
        button(page, label).click()
        run(page)
    return stages(page)


def test_a_training_step_is_taken_on_ten_digits_and_the_own_one() -> None:
    page = learn_page("training step")
    began = stages(page)
    assert [image["label"] for image in began["images"]] == [7, *range(10)]
    assert began["drawn"] and began["images"][0]["watched"]
    assert began["count"] == began["steps"] == 1 and not began["walk"], "there is something to see at once"
    assert "After the step the right answer, 7, has " in began["outcome"]
    assert len(began["losses"]) == 2 and began["losses"][1] < began["losses"][0]
    once = taken(page, "Step")
    assert once["count"] == 1 and once["steps"] == 2 and not once["walk"]
    assert once["losses"][:2] == began["losses"] and once["losses"][2] < once["losses"][1]
    often = taken(page, "Step ×10")
    assert often["count"] == 10 and often["steps"] == 12 and often["losses"][:3] == once["losses"]
    anew = taken(page, "Start again")
    assert anew["losses"] == began["losses"] and anew["steps"] == 1


def test_slow_takes_one_step_and_walks_through_it_each_time() -> None:
    page = learn_page("training step")
    first, second = taken(page, "Slow"), taken(page, "Slow")
    assert (first["steps"], second["steps"]) == (2, 3)
    assert first["walk"] and second["walk"]
    run(page)  # as when one comes back from another page
    assert stages(page)["steps"] == 3 and not stages(page)["walk"]


def test_another_beginning_or_answer_begins_anew_and_another_rate_does_not() -> None:
    page = learn_page("training step")
    fresh = taken(page, "Step")
    page.select_slider[0].set_value(0.1)
    run(page)
    assert stages(page)["steps"] == 2
    assert "learning rate 0.01" in stages(page)["sentences"][3]  # of the step that was taken
    assert "learning rate 0.1," in taken(page, "Step")["sentences"][3]
    (answer,) = [box for box in page.selectbox if "drawing" in box.label]
    answer.set_value(2)
    run(page)
    assert stages(page)["steps"] == 1 and stages(page)["images"][0]["label"] == 2
    page.session_state["step-start"] = "trained"
    run(page)
    assert stages(page)["losses"][0] < fresh["losses"][0]


def test_without_a_drawing_the_sample_is_the_digit_that_is_read_again() -> None:
    sent = stages(learn_page("training step", image=None))
    assert [image["label"] for image in sent["images"] if image["watched"]] == [3] and not sent["drawn"]
    assert len(sent["images"]) == 10


@pytest.mark.parametrize("knob", KNOBS, ids=[knob.name for knob in KNOBS])
def test_every_experiment_is_told_in_short(knob: Knob) -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/learn.py")
    page.query_params.update({"section": "what changes", KNOB: knob.name, "ask": "no"})
    shown = text(run(page))
    assert shown.count("In short:") == len(knob.experiments)


@pytest.mark.parametrize("name", COMPARISONS)
def test_in_short_only_what_is_told_apart_is_called_better(name: str) -> None:
    first, second, *_ = sides = comparison(name)
    difference = mean_difference(first, second)
    better, worse = sorted((first, second), key=lambda side: -side.mean)
    said = f"“{better.name}” reads more test images correctly than “{worse.name}”"
    assert (said in in_short(sides)) is (difference is not None and difference.is_told_apart)


def test_the_table_of_shapes_names_biases_and_says_how_the_matrices_lie() -> None:
    page = learn_page("many layers")
    page.selectbox[0].set_value("32, 32, 64")
    shown = text(run(page))
    assert "layer 1: weights of the three gates and the candidate" in shown
    assert "<td>(128,)</td>" in shown
    assert "<td>(256,)</td>" in shown
    assert "transposed" in shown


def test_five_questions_are_answered_with_the_numbers_of_the_drawing() -> None:
    page, weights = learn_page("five questions"), shipped_weights()
    trace = read(weights, SEVEN)
    found = verdict(trace.probabilities, SEVEN)
    asked = [heading.value for heading in page.subheader]
    rival = closest_rival(trace.probabilities, SEVEN, found.label)
    assert len(asked) == 5
    assert f"not a{'n' * (rival == 8)} {rival}," in asked[1]
    said = text(page)
    assert found.settled_at_row
    for number, layer in enumerate(trace.layers, start=1):
        assert isinstance(layer, LayerTrace)
        assert forgets_in_words(layer_memory(layer, number)) in said
        left = in_words(share_left(layer, found.settled_at_row))
        assert f"after row {found.settled_at_row}, where the verdict settled, {left} is left" in said
    held = intervene(weights, SEVEN, [ClampGate(EVERY_LAYER, "forget_gate", 0.0)])[1]
    without = outcome_in_words(verdict(held.probabilities, SEVEN))
    assert f"held at 0 it is: {without[0].lower()}{without[1:]}" in said
    short, _, rest = margin_in_words(margin_between(weights, SEVEN, trace, found.label, rival)).partition(
        ". "
    )
    assert f"**{short}.**" in said
    assert f"every other digit, {settled_in_words(found)}" in said or "settled the whole verdict" in said
    assert rest in said
    assert "(128, 28, 256)" in said


def test_what_dropout_and_a_second_layer_change_is_said_in_short() -> None:
    few, many, layers = (comparison(name) for name in ("dropout-few", "dropout-many", "layers"))
    short = changes_in_words(few, many, layers)
    assert f"**{short}**" in text(learn_page("five questions"))
    assert len(short.split()) < 60
    pairs = [few, many, (layers[0], layers[2]), (layers[1], layers[2])]
    told = re.findall(r"(raises|lowers|changes) (?:it|the test accuracy) by ([+−]?)([\d.]+) points", short)
    for (first, second), (verb, sign, points) in zip(pairs, told, strict=True):
        gained = 100 * (second.mean - first.mean)
        assert points == f"{abs(gained):.2f}"
        difference = mean_difference(first, second)
        assert difference is not None
        if difference.is_told_apart:
            assert (verb, sign) == ("raises" if gained > 0 else "lowers", "")
        else:
            assert (verb, sign) == ("changes", "+" if gained > 0 else "−")
    assert short.count("may be chance") == sum(verb == "changes" for verb, *_ in told)
    assert changes_in_words((), many, layers) == ""


@pytest.mark.parametrize("name", ["dropout-few", "dropout-many", "layers"])
def test_what_was_measured_is_told_with_its_sign_and_its_interval(name: str) -> None:
    *others, last = comparison(name)
    said = measured_in_words([*others, last])
    assert all(f"{side.name}: {accuracy(side.mean)}" in said for side in (*others, last))
    assert said.startswith("Test accuracy, the mean of 5 trainings each: ")
    told = said.split(f"{last.name[:1].upper()}{last.name[1:]} against ")[1:]
    assert len(told) == len(others)
    for other, one in zip(others, told, strict=True):
        points = f"{100 * (last.mean - other.mean):+.2f}".replace("-", "−")
        assert one.startswith(f"{other.name}: **{points} percentage points**")
        difference = mean_difference(other, last)
        assert difference is not None
        assert ("may be chance" in one) is not difference.is_told_apart
    assert measured_in_words([]) == "This was not measured here yet."
