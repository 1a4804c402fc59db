"""A search whose trials are in a real PostgreSQL, started for these tests.

Without PostgreSQL the tests skip and say so; with ``ROW_BY_ROW_REQUIRE_DATABASE=1`` they fail instead.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lstm_core.errors import InvalidValue, StorageError
from lstm_core.search import study as kept
from lstm_core.search.available import STORAGE_VARIABLE
from lstm_core.search.begin import begin_search
from lstm_core.search.searching import Search
from lstm_core.search.trial_lines import tally
from lstm_core.settings.validation import with_changes
from tests.browser.conftest import free_port
from tests.search.test_searching import (
    RATES,
    SMALL,
    begin,
    check_nothing_twice_nothing_lost,
    lines_of,
    searching,
)
from tests.training.real_workers import Workers, needs_keras

REQUIRED = "ROW_BY_ROW_REQUIRE_DATABASE"


@dataclass(frozen=True)
class Database:
    """A PostgreSQL server of these tests."""

    folder: Path
    port: int
    programs: Path

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def call(self, program: str, *arguments: str) -> None:
        """Run one of its programs; as root it insists on another user."""
        as_other = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_other, str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, cwd="/", check=True, capture_output=True, timeout=60)

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off"
        self.call("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self.call("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """An empty one; its folder can be entered by its user, which a folder of pytest cannot."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    at_hand = shutil.which("initdb")
    if not found and not at_hand:
        reason = "there is no PostgreSQL; install the package `postgresql` to run these tests"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    programs = found[-1].parent if found else Path(str(at_hand)).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="row-by-row-database-"))
    made = Database(folder, free_port(), programs)
    try:
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        made.call("initdb", "-A", "trust", "-U", "postgres", "--no-sync")
        made.start()
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    found = Workers(tmp_path_factory.mktemp("database") / "home")
    yield found
    found.kill()


@pytest.mark.slow
@needs_keras
def test_a_search_in_a_database_survives_kills_and_a_database_that_goes_away(
    workers: Workers, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(STORAGE_VARIABLE, database.url)
    folder = begin(workers, "stored", settings=with_changes(SMALL, seed=11), trials=5, fresh_seeds=1)
    assert folder.plan.storage == "database"
    workers.launch(folder.root)
    process = searching(folder)
    time.sleep(1.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    away: list[float] = []

    def between() -> None:
        if not away and tally(lines_of(folder)).made >= 2:
            database.stop()
            away.append(time.monotonic())
            database.start()

    assert Search(folder, workers.jobs, between=between).run().state == "finished"
    assert away
    check_nothing_twice_nothing_lost(folder, workers.jobs, trials=5)
    assert not folder.journal.exists()


def test_a_database_that_does_not_answer_is_said_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = f"postgresql+psycopg://somebody:secret@127.0.0.1:{free_port()}/trials"
    monkeypatch.setenv(STORAGE_VARIABLE, url)
    folder = begin_search(tmp_path, SMALL, [RATES], preset="digits", name="away")
    with pytest.raises(StorageError, match="The database of the search does not answer") as error:
        kept.open_study(folder, folder.plan)
    assert "secret" not in str(error.value)


def test_sqlite_is_refused_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(STORAGE_VARIABLE, "sqlite:///trials.db")
    with pytest.raises(InvalidValue, match="SQLite is not for several processes at once"):
        begin_search(tmp_path, SMALL, [RATES], preset="digits", name="lite")
