"""Settings as a value."""

from __future__ import annotations

import pydantic
import pytest

from lstm_core.errors import InvalidValue
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


@pytest.mark.parametrize("epochs", [0, -1, float("nan"), float("inf"), 1e308, 10_001])
def test_epochs_that_make_no_number_of_steps_are_refused(epochs: float):
    with pytest.raises(InvalidValue, match="`epochs` must be"):
        hyperparameters({"batch_size": 550}).steps_for(epochs)
