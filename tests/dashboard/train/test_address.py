"""The form as an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.train import address
from dashboard.train.address import EPOCHS, preset_values
from dashboard.train.form_values import check
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import DEFAULT_PRESET, PRESETS
from tests.preset_forms import CPU, values
from tests.seeded import seeded


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
    assert (wish.preset, wish.values) == ("quick" if "preset" in query else "tutorial", {})
    (problem,) = wish.problems
    assert problem.startswith(named)


def test_an_address_of_settings_alone_starts_from_the_defaults_of_the_fields() -> None:
    assert address.read({"units": "64,64"}).preset == "tutorial"
    assert address.preset_values("tutorial") == address.as_form(HyperParameters().model_dump())
    assert address.read({}) == address.Wish(DEFAULT_PRESET, {}, [])
    assert address.read({"drawing": "s", "run": "x"}) == address.Wish(DEFAULT_PRESET, {}, [])


@seeded
@given(st.dictionaries(st.sampled_from([*FIELDS, "preset", "epochs", "run", "x"]), st.text(max_size=30)))
def test_no_address_can_make_reading_it_fail(query: dict[str, str]) -> None:
    wish = address.read(query)
    assert wish.preset in PRESETS
    check({**preset_values(wish.preset), **wish.values}, [CPU])
