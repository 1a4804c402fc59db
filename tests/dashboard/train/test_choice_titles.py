"""The choices among the settings in words."""

from __future__ import annotations

import pytest

from dashboard.train.choice_titles import TITLES
from lstm_core.settings.descriptions import FIELDS


@pytest.mark.parametrize("name", TITLES)
def test_choices_in_words_are_of_choices_there_are_and_none_are_alike(name: str) -> None:
    titles = TITLES[name]
    assert {*titles} == {*FIELDS[name].choices}
    assert len({*titles.values()}) == len(titles)
