from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from lstm_core.__main__ import main
from lstm_core.commands.seeds import follow_all, seeds_of, submit_seeds
from lstm_core.errors import InvalidValue
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.progress_bar import Interrupts
from lstm_core.runs.store import RunStore
from tests.pretended import SETTINGS, Launches, a_finished_run
from tests.test_command_line import SMALL, command, objects


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(RunStore(tmp_path), Launches())


def test_a_run_is_queued_for_each_seed_in_their_order(jobs: Jobs) -> None:
    made = submit_seeds(jobs, SETTINGS, seeds_of("3,1"), "")
    assert [one.run.hyperparameters.seed for one in made] == [3, 1]
    assert [run.name for run in jobs.queue()] == ["digits 16 adam seed 3", "digits 16 adam seed 1"]


def test_a_name_of_ones_own_ends_in_the_seed(jobs: Jobs) -> None:
    made = submit_seeds(jobs, SETTINGS, [0, 12], "x" * MAX_NAME)
    assert [one.run.name[-8:] for one in made] == ["x seed 0", " seed 12"]
    assert all(len(one.run.name) <= MAX_NAME for one in made)


def test_a_seed_that_was_trained_before_is_answered_from_the_saved_run(jobs: Jobs) -> None:
    known = a_finished_run(jobs)
    made = submit_seeds(jobs, SETTINGS, [0, 1], "")
    assert made[0].run.id == known.id and made[0].known
    assert not made[1].known


def test_ctrl_c_takes_the_seeds_that_wait_out_of_the_queue(jobs: Jobs) -> None:
    made = submit_seeds(jobs, SETTINGS, [0, 1, 2], "")
    interrupts = Interrupts()
    interrupts.count = 1
    follow_all(jobs, made, interrupts)
    assert [one.run.status.state for one in made] == ["stopped"] * 3


@pytest.mark.parametrize("wrong", ["", "a", "1,,2", "1.5", ",".join(map(str, range(101)))])
def test_what_names_no_seeds_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValue, match="--seeds"):
        seeds_of(wrong)


@pytest.mark.parametrize("more", [("--set", "seed=1"), ("--continue", "x")])
def test_seeds_do_not_go_with_another_seed_or_run(more: tuple[str, str], tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["train", "--seeds", "1,2", *more], env={"ROW_BY_ROW_HOME": str(tmp_path)}
    )
    assert done.exit_code == 2


@pytest.mark.slow
def test_train_over_seeds_prints_a_line_for_each(tmp_path: Path) -> None:
    done = command("train", *SMALL, "--seeds", "0,1", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    found = objects(done.stdout)
    assert [each["hyperparameters"]["seed"] for each in found] == [0, 1]
    assert {each["state"] for each in found} == {"finished"}
    compared = objects(command("compare", *(each["id"] for each in found), "--json", home=tmp_path).stdout)
    assert compared[0]["group"]["n"] == 2
    assert 0 < compared[1]["mcnemar"]["p"] <= 1
