"""What `search` refuses before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lstm_core.__main__ import main
from lstm_core.search import available
from lstm_core.search.folder import SearchFolders

RATES = "learning_rate=0.0005..0.02:log"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROW_BY_ROW_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def search(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["search", *arguments])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--preset", "digits"], "`--range` must be given at least once"),
        (["--preset", "digits", "--range", "dropout=0..1"], "`dropout` must be a number in [0, 1); got '1'"),
        (["--preset", "quickly", "--range", RATES], "`preset` must be one of quick"),
        (["--range", RATES, "--study", "../runs"], "`study` must be 1 to 40 of a to z"),
        (["--range", RATES, "--trials", "20000"], "`trials` must be less than or equal to 10000; got 20000"),
        (["--range", RATES, "--set", "seed"], "`--set` must be FIELD=VALUE"),
    ],
)
def test_a_wrong_value_is_named_and_no_search_is_made(arguments: list[str], said: str, home: Path):
    done = search(*arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert SearchFolders(home).names() == []


def test_a_search_that_is_not_there_cannot_go_on():
    done = search("--resume", "nothing-1")
    assert done.exit_code == 1
    assert "There is no search 'nothing-1'; there are: none yet." in done.output


def test_what_is_searched_cannot_change_when_it_goes_on():
    done = search("--resume", "digits-1", "--range", RATES)
    assert done.exit_code == 2
    assert "so --range cannot be given" in done.output


def test_without_optuna_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(available, "is_available", lambda: False)
    done = search("--range", RATES)
    assert done.exit_code == 1
    assert "Install it with: pip install optuna" in done.output
