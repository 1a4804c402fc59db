"""Events and their lines."""

from __future__ import annotations

import contextlib
import json
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import RunDamaged
from lstm_core.runs.events import Batch, Finished, Started, TrainingEvent, Tweaked, from_line, to_line
from tests.seeded import seeded

BATCH = Batch(step=1, time=0, loss=1, accuracy=0, learning_rate=1, steps_per_second=0)
KINDS = typing.get_args(TrainingEvent)


WHATEVER: dict[str, st.SearchStrategy[Any]] = {
    "step": st.integers(0, 2**53 - 1),
    "steps": st.integers(0, 2**53 - 1),
    "time": st.floats(0, 2e11),
    "loss": st.floats(),
    "accuracy": st.floats(0, 1),
    "learning_rate": st.floats(allow_nan=False, allow_infinity=False),
    "steps_per_second": st.floats(0, 1e9),
    "field": st.sampled_from(["learning_rate", "dropout"]),
    "before": st.floats(allow_nan=False, allow_infinity=False),
    "after": st.floats(0.01, 0.9),
    "device": st.text(),
    "message": st.text(),
    "note": st.text(),
}


def _events() -> st.SearchStrategy[Any]:
    def of(kind: Any) -> st.SearchStrategy[Any]:
        return st.builds(kind, **{name: WHATEVER[name] for name in kind.model_fields if name != "kind"})

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


@pytest.mark.parametrize("number", ["NaN", '"NaN"', "Infinity", "-1", "1e300"])
@pytest.mark.parametrize(
    ("event", "field"),
    [
        (BATCH, "step"),
        (BATCH, "time"),
        (BATCH, "accuracy"),
        (BATCH, "steps_per_second"),
        (Started(step=0, time=0, steps=9, device="CPU"), "steps"),
        (Tweaked(step=1, time=1, field="steps", before=1, after=2), "after"),
        (Finished(step=1, time=1, accuracy=1), "accuracy"),
    ],
)
def test_a_number_that_no_page_can_show_is_no_event(event: TrainingEvent, field: str, number: str):
    line = json.dumps(json.loads(to_line(event)) | {field: "HERE"}).replace('"HERE"', number)
    with pytest.raises(RunDamaged):
        from_line(line.encode())


@pytest.mark.parametrize("field", ["colour", "optimizer", "<a href=x>", ""])
def test_a_tweak_of_what_is_no_number_among_the_settings_is_no_event(field: str):
    good = to_line(Tweaked(step=1, time=1, field="dropout", before=0, after=0.5))
    with pytest.raises(RunDamaged):
        from_line(good.replace(b"dropout", field.encode()))


@seeded
@given(st.binary(max_size=60), st.integers(0, 60))
def test_damaged_lines_are_only_ever_told_as_damaged(noise: bytes, at: int):
    line = to_line(Started(step=3, time=1.5, steps=9, device="CPU"))
    with contextlib.suppress(RunDamaged):
        from_line(line[:at] + noise + line[at + len(noise) :])
