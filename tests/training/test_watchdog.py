"""Processes that hang are ended, and those that rest, work or wait to be let run are not."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from lstm_core.runs.worker_end import STUCK

START = """
import os, sys, threading, time
from lstm_core.training.watchdog import Watchdog
dog = Watchdog(ticks=10, tick_seconds=0.1)
dog.start()
said = lambda: print("stuck", flush=True)
"""

DEADLOCK = """
one, other = threading.Lock(), threading.Lock()
both = threading.Barrier(2)
def take(first, second):
    with first:
        both.wait()
        with second:
            pass
with dog.watching(said):
    threading.Thread(target=take, args=(one, other), daemon=True).start()
    take(other, one)
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", START + textwrap.dedent(code)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_a_process_whose_threads_wait_for_each_other_is_ended_and_says_where():
    done = run(DEADLOCK)
    assert done.returncode == STUCK
    assert done.stdout == "stuck\n"
    assert done.stderr.count("in take") == 2


@pytest.mark.slow
def test_it_is_ended_also_when_telling_hangs():
    done = run(
        "import lstm_core.training.watchdog as w; w.TELLING_SECONDS = 0.2; said = threading.Event().wait"
        + DEADLOCK
    )
    assert done.returncode == STUCK


@pytest.mark.slow
@pytest.mark.parametrize(
    "doing",
    [
        "time.sleep(3)",  # not watched: it waits for a run
        "with dog.watching(said):\n    with dog.resting():\n        time.sleep(3)",  # paused
        "with dog.watching(said):\n    for _ in range(30):\n        time.sleep(0.1)\n        dog.mark()",
        # as in a library, where nobody can say that something was done
        "with dog.watching(said):\n    end = time.monotonic() + 3\n    while time.monotonic() < end: pass",
    ],
    ids=["idle", "paused", "stepping", "computing"],
)
def test_a_process_that_rests_or_works_is_left_alone(doing: str):
    done = run(doing + "\nprint('done')")
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


@pytest.mark.slow
def test_a_process_that_was_suspended_is_left_alone():
    code = START + (
        "with dog.watching(said):\n    print('ready', flush=True)\n    for _ in range(20):\n"
        "        time.sleep(0.1)\n        dog.mark()\nprint('done')"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGSTOP)
    time.sleep(3)
    process.send_signal(signal.SIGCONT)
    assert process.communicate(timeout=120)[0] == "done\n"
    assert process.returncode == 0
