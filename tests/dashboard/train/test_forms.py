"""The form of the Train page as a person fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import services
from dashboard.train.address import preset_values
from dashboard.train.form_values import differences
from lstm_core.runs.missing_operations import note_obstacle
from lstm_core.runs.store import RunStore
from lstm_core.settings import first_weights
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.pretended import text


def _page() -> None:
    import streamlit as st

    from dashboard.train import forms
    from lstm_core.settings.devices import Device

    devices = [Device("gpu:0", "A graphics processor"), Device("cpu", "A processor")]
    forms.take_from_address()
    checked = forms.form(devices, below_presets=lambda: None)
    st.session_state["checked"] = checked


@pytest.fixture
def page() -> Iterator[AppTest]:
    shown = AppTest.from_function(_page, default_timeout=180)
    yield shown
    assert not shown.exception


def test_every_field_has_a_widget_with_help_and_its_rule(page: AppTest) -> None:
    page.run()
    widgets = {
        element.key: element.help
        for kind in ("number_input", "selectbox", "text_input")
        for element in page.get(kind)
    }
    for name, field in FIELDS.items():
        if name != "initial_kernel":  # which has the upload of a file instead
            assert field.rule in widgets[f"train-{name}"], name
            assert field.help in widgets[f"train-{name}"], name


def test_choosing_a_preset_fills_the_form_and_the_address(page: AppTest) -> None:
    page.run()
    page.selectbox(key="train-preset").select("digits").run()
    assert page.session_state["checked"].settings == PRESETS["digits"].settings()
    assert page.query_params == {"preset": "digits"}


def test_a_change_is_shown_against_the_preset_and_can_be_taken_back(page: AppTest) -> None:
    page.run()
    page.number_input(key="train-dropout").set_value(0.25).run()
    assert "Dropout rate 0 → 0.25" in text(page)
    assert page.query_params == {"preset": "quick", "dropout": "0.25"}
    next(button for button in page.button if button.label == "Back to the preset").click().run()
    assert page.number_input(key="train-dropout").value == 0
    assert page.query_params == {"preset": "quick"}


def test_a_link_reproduces_the_form(page: AppTest) -> None:
    page.query_params.update({"preset": "digits", "units": "16,8", "seed": "7", "epochs": "2"})
    page.run()
    wanted = with_changes(PRESETS["digits"].settings(), units=(16, 8), seed=7, steps=round(2 * 1297 / 64))
    assert page.session_state["checked"].settings == wanted
    assert page.text_input(key="train-units").value == "16, 8"
    assert page.number_input(key="train-epochs").value == 2


def test_what_is_wrong_in_a_link_is_reported_until_the_form_is_changed(page: AppTest) -> None:
    page.query_params.update({"learning_rate": "nan", "dropout": "1.2"})
    page.run()
    assert len(page.warning) == len(page.error) == 1
    assert "`learning_rate` must be a number in (0, 1]; got 'nan'" in text(page)
    assert "`dropout` must be a number in [0, 1); got 1.2" in text(page)
    assert page.session_state["checked"].settings is None
    page.number_input(key="train-dropout").set_value(0.1).run()
    assert not page.warning
    assert not page.error
    assert page.session_state["checked"].settings == hyperparameters({"dropout": 0.1})


@pytest.mark.parametrize("field", ["units", "optimizer", "device", "preset", "x"])
def test_a_link_cannot_put_links_or_pictures_on_the_page(page: AppTest, field: str) -> None:
    page.query_params.update({field: "![a](http://evil/x.png)"})
    page.run()
    shown: list[Any] = [*page.warning, *page.error, *page.markdown, *page.caption]
    assert not any("](" in element.value or "http:" in element.value for element in shown)


def test_layers_are_added_and_taken_off_with_buttons(page: AppTest) -> None:
    page.run()
    page.button(key="train-layer-add").click().run()
    assert page.session_state["checked"].settings.units == (256, 256, 256)
    page.button(key="train-layer-remove").click().run()
    page.button(key="train-layer-remove").click().run()
    page.button(key="train-layer-remove").click().run()
    assert page.session_state["checked"].settings.units == (256,)


def test_the_length_is_counted_in_steps_or_epochs(page: AppTest) -> None:
    page.run()
    page.segmented_control(key="train-length").set_value("epochs").run()
    assert page.number_input(key="train-epochs").value == pytest.approx(800 * 128 / 55_000, abs=0.001)
    page.number_input(key="train-epochs").set_value(1.0).run()
    assert page.session_state["checked"].settings.steps == 430
    page.segmented_control(key="train-length").set_value("steps").run()
    assert page.number_input(key="train-steps").value == 430


def folded(page: AppTest, title: str) -> str:
    """The label of what is folded away under ``title``."""
    (label,) = [found.label for found in page.expander if found.label.startswith(title)]
    return label


def test_a_preset_shows_where_it_comes_from_and_what_differs_from_the_reference(page: AppTest) -> None:
    page.run()
    page.selectbox(key="train-preset").select("huang-2017").run()
    said = text(page)
    assert "easy to understand”, two articles" in said
    assert "Published: 98.58\xa0% of the test images" in said
    assert "The text also gives 0.9825" in said
    count = len(differences("reference", preset_values("huang-2017")))
    assert folded(page, f"{count} settings differ from the reference")
    assert "<mark>cross-entropy, mean over classes too</mark>" in said
    page.selectbox(key="train-preset").select("reference").run()
    assert "These are the settings of the reference." in text(page)


def test_what_is_folded_away_is_seen_from_outside(page: AppTest) -> None:
    page.run()
    assert folded(page, "Cell and state") == "Cell and state"
    page.selectbox(key="train-cell").select("gru").run()
    assert "1 changed" in folded(page, "Cell and state")
    page.selectbox(key="train-computation").select("by-hand").run()
    assert "1 to correct" in folded(page, "Computation")
    assert "`computation` must be auto, keras, cudnn, unrolled or whole-sequence" in text(page)
    assert "1 to correct" not in folded(page, "Cell and state")


def test_a_link_reproduces_what_is_folded_away(page: AppTest) -> None:
    page.query_params.update(
        {"preset": "stacked-2020", "cell": "lstm", "layer_weights": "shared", "forget_bias": "0.5"}
        | {"initial_state": "zero", "units": "28,28", "computation": "separate-matrices"}
    )
    page.run()
    wanted = PRESETS["stacked-2020"].settings()
    wanted = with_changes(
        wanted,
        layer_weights="shared",
        forget_bias=0.5,
        initial_state="zero",
        units=(28, 28),
        computation="separate-matrices",
    )
    assert page.session_state["checked"].settings == wanted


def test_fields_without_effect_are_disabled_and_say_why(page: AppTest) -> None:
    page.run()
    assert page.number_input(key="train-dense_stddev").disabled
    assert "Glorot's follows from the shape." in text(page)
    assert page.selectbox(key="train-layer_weights").disabled
    assert "It must be separate, unless every layer reads as many numbers" in text(page)
    page.selectbox(key="train-dense_initializer").select("normal").run()
    assert not page.number_input(key="train-dense_stddev").disabled


def test_first_weights_are_taken_from_a_csv_file(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(services, "store", lambda: RunStore(tmp_path))
    page.query_params.update({"preset": "digits", "units": "4", "initializer": "csv"})
    page.run()
    assert "12 lines of 16 numbers: 8 lines for the numbers of a row" in text(page)
    assert "`initial_kernel` must be the weights of a CSV file" in text(page)

    upload(page, "1,2\n3,four\n")
    assert "a finite number in line 2, column 2; got 'four'" in text(page)
    upload(page, "1,2\n3,4\n")
    assert "of shape (12, 16), for 8 numbers of a row and 4 units in the first layer; got (2, 2)" in text(
        page
    )
    assert set(page.session_state["checked"].problems) == {"initial_kernel"}

    upload(page, "0.5," * 15 + "0.5\n" + 11 * ("0," * 15 + "0\n"))
    settings = page.session_state["checked"].settings
    assert first_weights.load(settings.initial_kernel, tmp_path)[0, 0] == 0.5
    assert page.query_params["initial_kernel"] == settings.initial_kernel

    page.text_input(key="train-units").set_value("5").run()
    assert "of shape (13, 20)" in text(page)
    page.selectbox(key="train-initializer").select("he").run()
    assert page.session_state["checked"].settings.initial_kernel == ""
    assert "initial_kernel" not in page.query_params


def upload(page: AppTest, content: str) -> None:
    (uploader,) = page.file_uploader
    uploader.upload("weights.csv", content.encode(), "text/csv").run()


def test_the_form_says_what_the_training_process_found_in_the_way(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(services, "store", lambda: RunStore(tmp_path))
    note_obstacle(tmp_path, "OSError: no library *here*")
    page.run()
    page.selectbox(key="train-device").select("cpu").run()
    captions = [caption.value.replace("\\", "") for caption in page.caption]
    way = "the fastest on a CPU, of TensorFlow's plain operations here (OSError: no library *here*)"
    assert any(f"Computed by `fused`: {way}." in caption for caption in captions)
    assert any("Computed in float32" in caption for caption in captions)


def test_the_form_says_which_way_computes_and_why(page: AppTest) -> None:
    page.run()
    assert any("Computed by `keras`: the cuDNN kernel" in caption.value for caption in page.caption)
    page.selectbox(key="train-device").select("cpu").run()
    assert any("Computed by `fused`: the fastest on a CPU" in caption.value for caption in page.caption)
    assert any("Computed in" in caption.value for caption in page.caption)
