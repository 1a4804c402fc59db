"""Settings as a value."""

from __future__ import annotations

import pydantic
import pytest

from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters


def test_the_defaults_are_valid_and_lists_become_tuples():
    assert hyperparameters({}) == HyperParameters()
    assert hyperparameters({"units": [3, 5]}).units == (3, 5)


def test_a_value_is_frozen():
    with pytest.raises(pydantic.ValidationError):
        hyperparameters({}).dropout = 0.1  # type: ignore[misc]


def test_epochs_and_steps_belong_together():
    settings = hyperparameters({"batch_size": 550, "steps": 100})
    assert settings.epochs() == pytest.approx(1.0)
    assert settings.steps_for(2.5) == 250
    assert settings.steps_for(1e-9) == 1
