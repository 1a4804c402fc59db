"""The journal of a study: torn lines, locks of the dead, and several writers."""

from __future__ import annotations

import threading
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.trial import TrialState

from lstm_core.search.journal import WholeLines


def study(path: Path) -> optuna.Study:
    storage = JournalStorage(WholeLines(path))
    return optuna.create_study(
        study_name="digits-1", storage=storage, direction="maximize", load_if_exists=True
    )


def tell(path: Path, value: float) -> None:
    """As a process of its own would."""
    opened = study(path)
    trial = opened.ask()
    trial.suggest_float("dropout", 0, 0.6)
    opened.tell(trial, value)


def values(path: Path) -> list[float | None]:
    return [trial.value for trial in study(path).get_trials(deepcopy=False)]


@pytest.mark.parametrize("cut", [1, 3, 20, 60])
def test_a_torn_last_line_loses_only_itself(tmp_path: Path, cut: int):
    path = tmp_path / "trials.log"
    tell(path, 0.5)
    tell(path, 0.75)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])  # the last operation told 0.75
    assert values(path) == [0.5, None]
    tell(path, 0.9)
    assert values(path) == [0.5, None, 0.9]
    assert study(path).get_trials()[1].state is TrialState.RUNNING
    assert path.read_bytes().startswith(whole[: whole[:-cut].rfind(b"\n") + 1])


def test_zeros_that_a_power_cut_leaves_are_cut_off(tmp_path: Path):
    path = tmp_path / "trials.log"
    tell(path, 0.5)
    with path.open("ab") as file:
        file.write(bytes(5000))
    tell(path, 0.9)
    assert values(path) == [0.5, 0.9]
    assert b"\0" not in path.read_bytes()


def test_a_journal_of_nothing_but_a_torn_line_begins_anew(tmp_path: Path):
    path = tmp_path / "trials.log"
    path.write_bytes(b'{"op_code": 0, "study_na')
    tell(path, 0.5)
    assert values(path) == [0.5]


def test_one_who_reads_while_a_line_is_torn_goes_on_when_it_was_cut_off(tmp_path: Path):
    path = tmp_path / "trials.log"
    tell(path, 0.5)
    reader = study(path)
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"op_code":4,"worker')
    assert len(reader.get_trials()) == 1
    tell(path, 0.9)
    assert [trial.value for trial in reader.get_trials()] == [0.5, 0.9]
    assert path.read_bytes().startswith(whole)


def test_several_writers_lose_nothing(tmp_path: Path):
    path = tmp_path / "trials.log"
    study(path)
    writers = [threading.Thread(target=tell, args=(path, value / 10)) for value in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(value for value in values(path) if value is not None) == [n / 10 for n in range(8)]
