"""A fork is a process of its own, and has what takes long to import."""

from __future__ import annotations

import importlib.util
import os
import platform
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.forks import fork, run_script, start_detached_from_a_fork

pytestmark = pytest.mark.slow


def _say_what_is_there() -> None:
    sys.stdout.write(f"{os.getpid()} {os.getsid(0)} {os.environ['MINE']} {'keras' in sys.modules}\n")


def _leave() -> None:
    sys.exit(3)


def _sleep() -> None:
    time.sleep(600)


def test_a_fork_has_its_own_session_and_environment_and_keras(tmp_path: Path) -> None:
    out = str(tmp_path / "said")
    process = fork(_say_what_is_there, out=out, err=out, environment={"MINE": "yes"})
    assert process.wait(60) == 0
    has_keras = importlib.util.find_spec("keras") is not None
    said = (tmp_path / "said").read_text().splitlines()[-1]
    assert said == f"{process.pid} {process.pid} yes {has_keras}"
    assert "MINE" not in os.environ


def test_exit_codes_and_signals_are_told_however_many_end_at_once(tmp_path: Path) -> None:
    out = str(tmp_path / "said")
    left = [fork(_leave, out=out, err=out) for _ in range(12)]
    killed = [fork(_sleep, out=out, err=out) for _ in range(4)]
    for process in killed:
        assert process.poll() is None
        process.kill()
    assert [process.wait(60) for process in left] == [3] * 12
    assert [process.wait(60) for process in killed] == [-signal.SIGKILL] * 4


def _start_another() -> None:
    with Path(os.environ["LOG"]).open("ab") as log:
        another = start_detached_from_a_fork("platform", log=log)
    sys.stdout.write(f"{os.getpid()} {another.pid} {another.wait()}\n")


def test_a_fork_starts_another(tmp_path: Path) -> None:
    said, log = tmp_path / "said", tmp_path / "log"
    process = fork(_start_another, out=str(said), err=str(said), environment={"LOG": str(log)})
    assert process.wait(60) == 0
    first, second, code = said.read_text().split()
    assert (int(first), int(code)) == (process.pid, 0)
    assert first != second
    assert log.read_text().strip() == platform.platform()


def test_a_script_finds_nothing_of_this_project(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys\nprint(sys.argv[1])\nimport lstm_core\n")
    done = run_script(script, "said")
    assert done.returncode == 1
    assert done.stdout == "said\n"
    assert "No module named 'lstm_core'" in done.stderr
