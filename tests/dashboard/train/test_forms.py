"""The form of the Train page: addresses, rules, and the widgets that show them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.parts import messages, quantities
from dashboard.session import services
from dashboard.train import address
from dashboard.train.address import EPOCHS, Values, preset_values
from dashboard.train.choice_titles import TITLES
from dashboard.train.form_values import check, differences, steps_of
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.runs.obstacle import note
from lstm_core.runs.store import RunStore
from lstm_core.settings import first_weights
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.pretended import text
from tests.seeded import seeded

CPU = Device("cpu", "A processor")
GPU = Device("gpu:0", "A graphics processor")


def values(**changes: Any) -> Values:
    """The form of the tutorial preset with some fields changed."""
    return {**preset_values("tutorial"), **changes}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_as_it_is_needs_no_more_than_its_name_in_the_address(name: str) -> None:
    assert address.write(name, preset_values(name)) == {"preset": name}
    assert address.read({"preset": name}) == address.Wish(name, {}, [])


def test_changes_travel_in_an_address_and_back() -> None:
    changes = {"units": "64, 32", "dropout": 0.25, "batch_size": 7, "optimizer": "sgd", "seed": 3}
    query = address.write("quick", {**preset_values("quick"), **changes})
    assert query == {
        "preset": "quick",
        "units": "64,32",
        "dropout": "0.25",
        "batch_size": "7",
        "optimizer": "sgd",
        "seed": "3",
    }
    assert address.read(query) == address.Wish("quick", changes, [])


def test_a_length_in_epochs_stands_in_the_address_in_place_of_steps() -> None:
    query = address.write("tutorial", values(steps=100, epochs=2.5))
    assert query == {"preset": "tutorial", "epochs": "2.5"}
    assert address.read({**query, "steps": "7"}).values == {EPOCHS: 2.5}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"learning_rate": "nan"}, "`learning_rate` must be a number in (0, 1]; got 'nan'"),
        ({"dropout": "inf"}, "`dropout` must be"),
        ({"batch_size": "many"}, "`batch_size` must be a whole number from 1 to 4,096; got 'many'"),
        ({"seed": str(2**60)}, "`seed` must be"),
        ({"optimizer": "lion"}, "`optimizer` must be one of adam, rmsprop, sgd; got 'lion'"),
        ({"preset": "best"}, "`preset` must be one of"),
        ({"epochs": "two"}, "`epochs` must be"),
        ({"colour": "blue"}, "`colour` must be left out"),
        ({"__class__": "x"}, "`__class__` must be left out"),
    ],
)
def test_what_no_field_can_show_is_named_and_left_out(query: dict[str, str], named: str) -> None:
    wish = address.read(query)
    assert (wish.preset, wish.values) == ("tutorial", {})
    (problem,) = wish.problems
    assert problem.startswith(named)


@seeded
@given(st.dictionaries(st.sampled_from([*FIELDS, "preset", "epochs", "run", "x"]), st.text(max_size=30)))
def test_no_address_can_make_reading_it_fail(query: dict[str, str]) -> None:
    wish = address.read(query)
    assert wish.preset in PRESETS
    check({**preset_values(wish.preset), **wish.values}, [CPU])


def test_every_preset_passes_its_own_form() -> None:
    for name, preset in PRESETS.items():
        checked = check(preset_values(name), [CPU])
        assert checked.settings == preset.settings()
        assert not checked.problems


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"units": "0, 64"}, "units", "1 to 16 layers of 1 to 1024 units each; got '0, 64'"),
        ({"units": ",".join(["8"] * 17)}, "units", "1 to 16 layers"),
        ({"units": "many"}, "units", "1 to 16 layers"),
        ({"units": ""}, "units", "1 to 16 layers of 1 to 1024 units each; it is empty"),
        ({"dropout": 1.2}, "dropout", "a number in [0, 1); got 1.2"),
        ({"dropout": None}, "dropout", "a number in [0, 1); it is empty"),
        ({"learning_rate": float("nan")}, "learning_rate", "a number in (0, 1]; got nan"),
        ({"batch_size": 0}, "batch_size", "a whole number from 1 to 4,096; got 0"),
        ({"dataset": "digits", "batch_size": 1298}, "batch_size", "at most 1297"),
        ({"steps": 0}, "steps", "a whole number from 1 to 1,000,000; got 0"),
        ({"epochs": 0.0}, "steps", "`epochs` must be a positive number; got 0.0"),
        ({"epochs": 1e9}, "steps", "`epochs` must be so few"),
        ({"device": "gpu:3"}, "device", "There is no device 'gpu:3' here"),
        ({"precision": "mixed"}, "precision", "auto, float32 or bfloat16 on a CPU"),
        ({"computation": "cudnn"}, "computation", "other than cudnn, on a CPU; got 'cudnn'"),
        ({"layer_weights": "shared"}, "layer_weights", "now the first reads 28 and the units are 256, 256"),
        ({"initial_state": "trainable", "cell": "gru"}, "initial_state", "zero, except for the LSTM"),
        ({"layout": "time-major"}, "layout", "batch-major, unless computed by unrolled"),
        ({"computation": "by-hand", "cell": "rnn"}, "computation", "except for the LSTM; got 'by-hand'"),
        (
            {"initializer": "csv"},
            "initial_kernel",
            "weights of a CSV file, when the initialiser is csv; it is e",
        ),
        (
            {"returned": "state", "supervised_rows": "all"},
            "returned",
            "outputs, when every row is supervised",
        ),
    ],
)
def test_a_wrong_value_names_field_and_rule_and_nothing_can_start(
    change: Values, field: str, rule: str
) -> None:
    checked = check(values(**change), [CPU])
    assert checked.settings is None
    assert set(checked.problems) == {field}
    assert rule in checked.problems[field]


def test_all_that_is_wrong_is_said_at_once() -> None:
    checked = check(values(units="0", dropout=1.0, seed=-1), [CPU])
    assert set(checked.problems) == {"units", "dropout", "seed"}


def test_all_that_does_not_go_together_is_said_at_once() -> None:
    checked = check(values(direction="both", initial_state="trainable", computation="unrolled"), [CPU])
    assert set(checked.problems) == {"initial_state", "computation"}


def test_weights_that_do_not_fit_are_said_at_their_field() -> None:
    asked = []

    def refuse(settings: HyperParameters) -> None:
        asked.append(settings)
        raise WeightsError("They are not here.")

    chosen = values(initializer="csv", initial_kernel="0" * 64)
    checked = check(chosen, [CPU], refuse)
    assert dict(checked.problems) == {"initial_kernel": "They are not here."}
    assert checked.settings is None
    assert asked == [hyperparameters(chosen)]
    assert check(chosen, [CPU]).settings == hyperparameters(chosen)


@pytest.mark.parametrize(
    ("change", "idle"),
    [
        ({}, {"momentum", "dense_stddev", "layout", "layer_weights"}),
        ({"optimizer": "sgd", "dense_initializer": "normal"}, {"layout", "layer_weights"}),
        ({"units": "28, 28", "computation": "unrolled"}, {"momentum", "dense_stddev"}),
        (
            {"cell": "gru", "supervised_rows": "all"},
            {
                "momentum",
                "dense_stddev",
                "layout",
                "layer_weights",
                "forget_bias",
                "initial_state",
                "returned",
            },
        ),
    ],
)
def test_what_cannot_be_chosen_or_has_no_effect_is_idle_with_the_reason(
    change: Values, idle: set[str]
) -> None:
    checked = check(values(**change), [CPU])
    assert set(checked.idle) == idle
    assert all(why.endswith(".") for why in checked.idle.values())


def test_a_field_with_a_problem_is_not_idle_so_that_it_can_be_mended() -> None:
    checked = check(values(layout="time-major", layer_weights="shared"), [CPU])
    assert set(checked.problems) == {"layout", "layer_weights"}
    assert not set(checked.idle) & set(checked.problems)


@seeded
@given(
    st.fixed_dictionaries(
        {name: st.sampled_from(field.choices) for name, field in FIELDS.items() if field.choices}
    ),
    st.sampled_from(["28, 28", "8", "64, 32"]),
)
def test_whatever_is_chosen_the_form_agrees_with_the_settings(choices: dict[str, str], units: str) -> None:
    chosen = values(**choices, units=units, batch_size=64)
    checked = check(chosen, [GPU, CPU])
    assert (checked.settings is None) == bool(checked.problems)
    if checked.problems:
        with pytest.raises(InvalidValue) as caught:
            hyperparameters(chosen)
        assert caught.value.field in checked.problems
    else:
        assert checked.settings == hyperparameters(chosen)
        for name, why in checked.idle.items():
            if why.startswith("It must be"):
                others = [option for option in FIELDS[name].choices if option != chosen[name]]
                assert all(name in check({**chosen, name: option}, [GPU]).problems for option in others)


def test_mixed_precision_is_welcome_on_a_gpu() -> None:
    checked = check(values(precision="mixed"), [GPU, CPU])
    assert checked.device == GPU
    assert checked.settings == hyperparameters({"precision": "mixed"})
    assert "precision" in check(values(precision="mixed", device="cpu"), [GPU, CPU]).problems


def test_epochs_become_steps_by_the_number_of_training_images() -> None:
    assert steps_of(2, "mnist", 128) == round(2 * 55_000 / 128)
    assert steps_of(0.001, "digits", 1000) == 1
    with pytest.raises(InvalidValue, match="epochs"):
        steps_of(-1, "mnist", 128)


def test_differences_to_the_preset_are_named() -> None:
    assert differences("tutorial", values()) == []
    changed = values(dropout=0.1, units="64", steps=9, epochs=1.0, cell="gru", computation="unrolled")
    assert [str(difference) for difference in differences("tutorial", changed)] == [
        "Layers 256, 256 → 64",
        "Cell LSTM → GRU",
        "Dropout rate 0.5 → 0.1",
        "Computed by the fastest way here → unrolled: a Python loop calls the cell",
        "Epochs 1",
    ]


@pytest.mark.parametrize("name", TITLES)
def test_choices_in_words_are_of_choices_there_are_and_none_are_alike(name: str) -> None:
    titles = TITLES[name]
    assert {*titles} == {*FIELDS[name].choices}
    assert len({*titles.values()}) == len(titles)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "less than a second"), (59.4, "59 s"), (200, "3 min 20 s"), (1234, "20 min"), (7500, "2 h 5 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert quantities.duration(seconds) == said


def test_sizes_and_speeds_are_short() -> None:
    assert [quantities.size(n) for n in (12, 1500, 640_000, 1_250_000_000)] == [
        "12 B",
        "1.5 kB",
        "640 kB",
        "1.2 GB",
    ]
    assert [quantities.speed(s) for s in (0.25, 11.62, 528.3)] == [
        "4.0 s/step",
        "11.6 steps/s",
        "528 steps/s",
    ]


def test_a_name_is_shown_letter_by_letter() -> None:
    assert quantities.plain("*a* [b](c)") == r"\*a\* \[b\]\(c\)"


def test_a_message_shows_what_came_from_outside_letter_by_letter() -> None:
    said = messages.harmless(InvalidValue("units", "1 to 16 layers", "![](http://evil/x.png)"))
    assert said.startswith("`units` must be")
    assert r"\!\[\]\(http\://evil/x\.png\)" in said


def test_a_message_keeps_its_list() -> None:
    assert messages.harmless("Looked in:\n\n- a_b\n- c-d") == "Looked in\\:\n\n- a\\_b\n- c\\-d"


def _page() -> None:
    import streamlit as st

    from dashboard.train import forms
    from lstm_core.settings.devices import Device

    devices = [Device("gpu:0", "A graphics processor"), Device("cpu", "A processor")]
    forms.take_from_address()
    checked = forms.form(devices)
    st.session_state["checked"] = checked


@pytest.fixture
def page() -> Iterator[AppTest]:
    shown = AppTest.from_function(_page, default_timeout=30)
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
    assert "Dropout rate 0.5 → 0.25" in text(page)
    assert page.query_params == {"preset": "tutorial", "dropout": "0.25"}
    next(button for button in page.button if button.label == "Back to the preset").click().run()
    assert page.number_input(key="train-dropout").value == 0.5
    assert page.query_params == {"preset": "tutorial"}


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
    assert page.number_input(key="train-epochs").value == pytest.approx(2000 * 128 / 55_000, abs=0.001)
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
    assert "Published: 98.58% of the test images" in said
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
    assert "1 to mend" in folded(page, "Computation")
    assert "`computation` must be auto, keras, cudnn, unrolled or whole-sequence" in text(page)
    assert "1 to mend" not in folded(page, "Cell and state")


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
    note(tmp_path, "OSError: no library *here*")
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
