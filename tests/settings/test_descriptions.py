"""Every field in words, with the bounds that are enforced."""

from __future__ import annotations

from typing import Any

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_valid_fields


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_every_field_is_described_for_people(field: Any):
    assert field.label[0].isupper()
    assert field.help.endswith((".", "…"))
    assert len(field.help) > 20
    assert field.default == HyperParameters.model_fields[field.name].default
    assert field.rule
    if field.kind in (int, float):
        assert field.minimum < field.maximum
        assert field.minimum <= field.default <= field.maximum
    else:
        assert (field.minimum, field.maximum) == (None, None)
    if field.choices:
        assert field.default in field.choices


@pytest.mark.parametrize(
    "field", [f for f in FIELDS.values() if f.kind in (int, float)], ids=lambda f: f.name
)
def test_the_described_bounds_are_the_enforced_ones(field: Any):
    def allowed(value: float) -> bool:
        try:
            with_valid_fields({field.name: field.kind(value)})
        except InvalidValue:
            return False
        return True

    step = 1 if field.kind is int else 1e-9
    assert allowed(field.minimum) is not field.open_minimum
    assert allowed(field.maximum) is not field.open_maximum
    assert not allowed(field.minimum - step)
    assert not allowed(field.maximum + max(step, 1e-9 * field.maximum))


def test_what_can_be_changed_while_training():
    assert {field.name for field in FIELDS.values() if field.live} == {
        "dropout",
        "learning_rate",
        "batch_size",
    }
