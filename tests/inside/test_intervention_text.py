"""The line in the address: it reads back as it was written, and refuses nonsense in words."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.inside.intervention_text import (
    KINDS,
    from_text,
    intervention_in_words,
    to_text,
    units_from_text,
    units_to_text,
)
from lstm_core.inside.interventions import (
    EVERY_LAYER,
    MAX_CELL,
    MAX_INTERVENTIONS,
    MAX_SEED,
    BlankRows,
    ClampGate,
    Force,
    Intervention,
    Noise,
    RepeatRow,
    Reverse,
    Shuffle,
    Silence,
    Start,
    Stop,
    Transpose,
)

few = st.integers(1, 500)
layer = st.just(EVERY_LAYER) | few
units = st.sets(st.integers(1, 1024), max_size=20).map(lambda some: tuple(sorted(some)))
share = st.floats(0, 1)
signed = st.floats(-1, 1)
seed = st.integers(0, MAX_SEED)
any_intervention: st.SearchStrategy[Intervention] = st.one_of(
    st.builds(ClampGate, layer, st.sampled_from(["input_gate", "forget_gate", "output_gate"]), share, units),
    st.builds(ClampGate, layer, st.just("candidate"), signed, units),
    st.builds(Silence, layer, units),
    st.builds(Force, layer, signed, units),
    st.builds(Start, layer, signed, st.floats(-MAX_CELL, MAX_CELL)),
    st.builds(lambda first, more: BlankRows(first, first + more), few, few),
    st.builds(RepeatRow, few, st.integers(0, 40)),
    st.builds(Reverse),
    st.builds(Shuffle, seed),
    st.builds(Transpose),
    st.builds(Stop, few),
    st.builds(Noise, share, seed),
)


@given(st.lists(any_intervention, max_size=6))
def test_a_line_reads_back_as_it_was_written(interventions: list[Intervention]):
    assert from_text(to_text(interventions)) == tuple(interventions)


@given(st.text(alphabet="clampreverse:;0123456789.,-e nan", max_size=40))
def test_nothing_else_than_a_named_refusal_comes_of_nonsense(text: str):
    with contextlib.suppress(InvalidValue):
        assert from_text(to_text(from_text(text))) == from_text(text)


@pytest.mark.parametrize(
    ("interventions", "text"),
    [
        ([], ""),
        ([ClampGate(1, "forget_gate", 0.2), Reverse()], "clamp:1:forget_gate:0.2;reverse"),
        ([ClampGate(2, "candidate", -1.0, (3, 1, 2, 9))], "clamp:2:candidate:-1:1-3,9"),
        ([ClampGate(EVERY_LAYER, "forget_gate", 0.0)], "clamp:all:forget_gate:0"),
        ([Silence(1), Shuffle(), Noise(0.1, 4)], "silence:1;shuffle;noise:0.1:4"),
    ],
)
def test_lines_are_short(interventions: list[Intervention], text: str):
    assert to_text(interventions) == text


def test_what_people_type_is_taken_too():
    assert from_text(" reverse ; ;silence:1:all;") == (Reverse(), Silence(1))
    assert units_from_text(" 1 - 3, 12") == (1, 2, 3, 12)
    assert units_from_text("") == ()
    assert units_to_text(units_from_text("7,5,6")) == "5-7"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("explode", "intervention"),
        ("clamp:1", "intervention"),
        ("reverse:1", "intervention"),
        ("clamp:one:forget_gate:0", "layer"),
        ("clamp:1:sluice:0", "gate"),
        ("clamp:1:forget_gate:much", "value"),
        ("clamp:1:forget_gate:nan", "value"),
        ("clamp:1:forget_gate:2", "value"),
        ("silence:1:5-2", "units"),
        ("silence:1:1-999999999999", "units"),
        ("silence:1:0", "units"),
        ("stop:٣", "row"),
        ("shuffle:99999999999", "seed"),
        (";".join(["reverse"] * (MAX_INTERVENTIONS + 1)), "interventions"),
    ],
)
def test_nonsense_is_refused_with_its_field_named(text: str, named: str):
    with pytest.raises(InvalidValue) as caught:
        from_text(text)
    assert caught.value.field == named


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("clamp:1:forget_gate:0", "Forget gate of layer 1 held at 0"),
        ("clamp:2:candidate:-0.5:1-3,9", "Candidate of units 1–3, 9 of layer 2 held at −0.5"),
        ("silence:2", "Layer 2 silenced"),
        ("silence:all", "Every layer silenced"),
        ("clamp:all:forget_gate:0", "Forget gate of every layer held at 0"),
        ("clamp:all:forget_gate:0:1-3", "Forget gate of units 1–3 of every layer held at 0"),
        ("silence:2:4", "Unit 4 of layer 2 silenced"),
        ("force:1:0.5:4,6", "Units 4, 6 of layer 1 forced to show 0.5"),
        ("start:1:0:2", "Layer 1 starts from h = 0 and c = 2"),
        ("blank:3:3", "Row 3 blank"),
        ("blank:3:5", "Rows 3 to 5 blank"),
        ("repeat:3:5", "Row 3 repeated over the next 5 rows"),
        ("repeat:3:1", "Row 3 twice"),
        ("reverse", "Read upside down, the last row first"),
        ("shuffle:2", "Rows shuffled (seed 2)"),
        ("transpose", "Columns read instead of rows"),
        ("stop:9", "Reading stops after row 9"),
        ("noise:0.25", "Noise of standard deviation 0.25 (seed 0)"),
    ],
)
def test_words_say_what_is_done(text: str, words: str):
    (intervention,) = from_text(text)
    assert intervention_in_words(intervention) == words


def test_every_kind_has_one_name():
    assert len(set(KINDS.values())) == len(KINDS) == 11
    assert np.unique(list(KINDS)).size == 11
