"""The form's values: rules, problems, idle fields, differences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.train.address import Values, preset_values
from dashboard.train.form_values import check, differences, steps_of
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.rules import check_device
from lstm_core.settings.validation import hyperparameters
from tests.preset_forms import CPU, values
from tests.seeded import seeded

GPU = Device("gpu:0", "A graphics processor")


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
            check_device(hyperparameters(chosen), GPU)
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
    for epochs in (-1, None, float("nan"), float("inf"), 1e308):
        with pytest.raises(InvalidValue, match="epochs"):
            steps_of(epochs, "mnist", 128)


def test_endless_epochs_in_an_address_are_named_at_the_steps() -> None:
    checked = check({**preset_values("quick"), "epochs": 1e308}, [CPU])
    assert checked.problems == {
        "steps": "`epochs` must be so few that they make at most 1,000,000 steps; got 1e+308"
    }


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
