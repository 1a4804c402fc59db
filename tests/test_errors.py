"""The error tree and the messages people read."""

from __future__ import annotations

import re

import pytest

from lstm_core import errors
from lstm_core.errors import InvalidValue, LstmError


def test_the_tree_in_the_docstring_is_the_tree_of_classes():
    drawn = set(re.findall(r"── (\w+)", errors.__doc__ or ""))
    there = {
        name
        for name, item in vars(errors).items()
        if isinstance(item, type) and issubclass(item, LstmError) and item is not LstmError
    }
    assert drawn == there


def test_an_invalid_value_names_field_rule_and_value():
    error = InvalidValue("dropout", "a number in [0, 1)", 1.2)
    assert str(error) == "`dropout` must be a number in [0, 1); got 1.2"
    assert (error.field, error.rule, error.value) == ("dropout", "a number in [0, 1)", 1.2)
    assert isinstance(error, ValueError)


@pytest.mark.parametrize("value", ["9" * 5000, 10**5000, list(range(1000))], ids=["text", "integer", "list"])
def test_a_huge_value_does_not_flood_the_message(value: object):
    assert len(str(InvalidValue("steps", "small", value))) < 150
