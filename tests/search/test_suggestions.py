from __future__ import annotations

import pytest

from lstm_core.search.space import SEARCHED, searched_field
from lstm_core.search.suggestions import suggested_field
from lstm_core.settings.presets import PRESETS


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", SEARCHED)
def test_every_field_has_a_suggestion_that_a_person_could_have_written(name: str, preset: str):
    found = suggested_field(name, PRESETS[preset].settings())
    assert found.name == name
    assert searched_field(str(found)) == found


def test_the_layers_that_stand_in_the_form_are_among_those_that_are_tried():
    digits = PRESETS["digits"].settings()
    assert suggested_field("units", digits).choices == ("96,96", "48,48", "96")
    assert suggested_field("units", PRESETS["gzj-2018"].settings()).choices == ("28", "14", "28,28")


def test_no_file_is_suggested():
    assert "csv" not in suggested_field("initializer", PRESETS["digits"].settings()).choices
