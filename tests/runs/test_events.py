"""Events and their lines."""

from __future__ import annotations

import contextlib
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import RunDamaged
from lstm_core.runs.events import Batch, Started, TrainingEvent, from_line, to_line
from tests.seeded import seeded

KINDS = typing.get_args(TrainingEvent)


def _events() -> st.SearchStrategy[Any]:
    def of(kind: Any) -> st.SearchStrategy[Any]:
        fields = {
            name: {int: st.integers(), float: st.floats(), str: st.text()}[field.annotation]
            for name, field in kind.model_fields.items()
            if name != "kind"
        }
        return st.builds(kind, **fields)

    return st.one_of([of(kind) for kind in KINDS])


@seeded
@given(_events())
def test_every_event_comes_back_as_it_was(event: TrainingEvent):
    line = to_line(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert len(line.splitlines()) == 1
    # repr, because nan is not equal to itself
    assert repr(from_line(line)) == repr(event)


def test_kinds_are_told_apart():
    assert len({kind.model_fields["kind"].default for kind in KINDS}) == len(KINDS) == 10


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_loss_that_is_no_number_can_be_read_back(number: float):
    event = Batch(step=1, time=0, loss=number, accuracy=0, learning_rate=1, steps_per_second=0)
    assert repr(from_line(to_line(event))) == repr(event)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"kind":"started"}',
        b'{"kind":"x","step":1,"time":0}',
        b"\x00",
    ],
)
def test_a_line_that_is_no_event_is_told(line: bytes):
    with pytest.raises(RunDamaged, match="Not a training event"):
        from_line(line)


@seeded
@given(st.binary(max_size=60), st.integers(0, 60))
def test_damaged_lines_are_only_ever_told_as_damaged(noise: bytes, at: int):
    line = to_line(Started(step=3, time=1.5, steps=9, device="CPU"))
    with contextlib.suppress(RunDamaged):
        from_line(line[:at] + noise + line[at + len(noise) :])
