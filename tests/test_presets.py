"""Named settings."""

from __future__ import annotations

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.presets import PRESETS, preset


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_valid_and_described(name: str):
    found = preset(name)
    assert found.name == name
    assert found.settings().run_key()
    assert found.title
    assert found.about.endswith(".")


def test_presets_train_different_models():
    assert len({found.settings().run_key() for found in PRESETS.values()}) == len(PRESETS)


def test_the_quick_preset_is_about_one_epoch():
    assert preset("quick").settings().epochs() == pytest.approx(1.0, abs=0.01)


def test_an_unknown_preset_is_answered_with_those_there_are():
    with pytest.raises(InvalidValue, match="one of tutorial, quick, reference, digits; got 'best'"):
        preset("best")
