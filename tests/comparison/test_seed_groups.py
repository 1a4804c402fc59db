from __future__ import annotations

import math
from typing import Any

import pytest

from lstm_core.comparison.seed_groups import missing_seeds, seed_groups
from lstm_core.errors import InvalidValue
from lstm_core.settings.computed import Computed
from tests.comparison.runs import a_compared_run


def test_runs_that_differ_in_nothing_but_the_seed_are_one_group_with_mean_deviation_and_number() -> None:
    runs = [
        a_compared_run(0.90, seed=2),
        a_compared_run(0.80, seed=0, units=(8,)),
        a_compared_run(0.94, seed=0),
        a_compared_run(0.92, seed=1),
    ]
    first, second = seed_groups(runs)
    assert first.seeds == (0, 1, 2)
    assert first.accuracies == (0.94, 0.92, 0.90)
    assert first.mean == pytest.approx(0.92)
    assert first.deviation == pytest.approx(math.sqrt((0.02**2 + 0.02**2) / 2))
    assert first.n == 3
    assert (second.seeds, second.mean, second.deviation, second.n) == ((0,), 0.80, None, 1)


def test_a_group_has_the_name_without_a_seed() -> None:
    assert seed_groups([a_compared_run(0.9, seed=3)])[0].name == "digits 16 adam"
    named = a_compared_run(0.9, seed=3, name="My own, seed 3")
    assert seed_groups([named])[0].name == "My own"
    alone = a_compared_run(0.9, seed=3, name="My own, seed 3", tweaked=True)
    assert seed_groups([alone])[0].name == "My own, seed 3"


def test_a_run_without_a_test_counts_for_no_mean() -> None:
    (group,) = seed_groups([a_compared_run(None, seed=0), a_compared_run(0.9, seed=1)])
    assert (group.seeds, group.n, group.mean) == ((0, 1), 1, 0.9)
    (untested,) = seed_groups([a_compared_run(None)])
    assert (untested.mean, untested.deviation) == (None, None)


@pytest.mark.parametrize("what", [{"state": "stopped"}, {"tweaked": True}, {"brought_in": True}])
def test_a_run_that_does_not_stand_for_its_settings_stands_alone(what: dict[str, Any]) -> None:
    groups = seed_groups([a_compared_run(0.9, seed=0), a_compared_run(0.8, seed=1, **what)])
    assert [group.seeds for group in groups] == [(0,), (1,)]


def test_runs_that_were_computed_otherwise_are_not_taken_together() -> None:
    other = a_compared_run(0.9, seed=1, computed=Computed("tensorflow", "fused", "bfloat16"))
    assert len(seed_groups([a_compared_run(0.9, seed=0), other])) == 2


def test_a_run_that_waits_belongs_to_the_others_with_its_settings() -> None:
    waits = a_compared_run(None, seed=2, state="queued", computed=Computed())
    for runs in ([waits, a_compared_run(0.9)], [a_compared_run(0.9), waits]):
        (group,) = seed_groups(runs)
        assert (group.seeds, group.n) == ((0, 2), 1)


def test_of_two_runs_of_one_seed_the_first_counts() -> None:
    (group,) = seed_groups([a_compared_run(0.9, run_id="new"), a_compared_run(0.9, run_id="old")])
    assert [run.id for run in group.runs] == ["new"]


def test_what_is_missing_to_a_number_of_seeds_are_the_smallest_that_are_not_there() -> None:
    assert missing_seeds([], 3) == [0, 1, 2]
    assert missing_seeds([1, 4711], 5) == [0, 2, 3]
    assert missing_seeds(range(5), 5) == missing_seeds(range(8), 5) == []
    with pytest.raises(InvalidValue, match="wanted"):
        missing_seeds([], 0)
