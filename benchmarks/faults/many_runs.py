"""What a look costs with five runs and with 500, and what the idle training process costs beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.attack import Attack, Limits
from benchmarks.faults.homes import ROOT, another, command, trained_home, trainings
from benchmarks.faults.visitor import Visitor
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import HOME_VARIABLE, RunStore

FEW, MANY = 5, 500
MOST_RATIO = 5.0
ENOUGH = 0.05
"""Seconds that nobody minds, whatever the ratio; of the processor, so that what else runs does not count."""
ENOUGH_ONCE = 1.0
"""The same for what happens once after the server's start."""
FIRST = ", the first time"
IDLE_SECONDS = 20.0
READY_SECONDS = 180.0
MOST_IDLE = 0.05
"""Of one core, that the training process may take while nothing is to be trained."""

MEASURE = """
import json, statistics, time, sys
from dashboard.session import networks, services
from dashboard.runs.entry import entries
from lstm_core.runs.speeds import measurements
looks = {
    "networks to choose from": networks.networks,
    "lines of the Runs page": entries,
    "speeds for the Train form": lambda: measurements(services.store(), services.devices()[0]),
}
found = {}
for name, look in looks.items():
    times = []
    for _ in range(6):
        began = time.process_time()
        look()
        times.append(time.process_time() - began)
    found[name + ", the first time"] = times[0]
    found[name] = statistics.median(times[1:])
print(json.dumps(found))
"""


def attacks(limits: Limits) -> Iterator[Attack]:
    home, run = trained_home(limits.folder)
    few = _looks(home, run, FEW)
    many = _looks(home, run, MANY)
    for name, seconds in many.items():
        ratio = seconds / few[name]
        attack = Attack(f"{MANY} runs instead of {FEW}: {name}", times=1)
        attack.notes.append(f"{1000 * few[name]:.1f} → {1000 * seconds:.1f} ms, {ratio:.1f} times as long")
        enough = ENOUGH_ONCE if name.endswith(FIRST) else ENOUGH
        attack.expect(ratio <= MOST_RATIO or seconds <= enough, "it grows with the runs")
        yield attack
    yield _idle(home)


def _looks(home: Path, run: Run, runs: int) -> dict[str, float]:
    """Seconds of each look at so many runs."""
    for number in range(len(RunStore(home).list()), runs):
        another(run, number)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=ROOT,
        env={**os.environ, HOME_VARIABLE: str(home)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-300:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    with Visitor() as visitor:
        visitor.visit(home, [("train", {})])
        began = time.perf_counter()
        visitor.visit(home, [("train", {})])
        found["the Train page"] = time.perf_counter() - began
    began = time.perf_counter()
    command(home, "runs")
    found["the command `runs`"] = time.perf_counter() - began
    return found


def _idle(home: Path) -> Attack:
    attack = Attack(f"a training process that waits beside {MANY} runs", times=1)
    (home / "worker.starting").unlink(missing_ok=True)  # of the visitor, who starts none
    Jobs(RunStore(home)).warm_up()
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and not (found := trainings(home)):
        time.sleep(0.2)
    while time.monotonic() < end and (home / "worker.starting").exists():
        time.sleep(0.2)  # it loads its library, and makes its graphs
    time.sleep(2)
    for process in found[:1]:
        before = sum(process.cpu_times()[:2])
        time.sleep(IDLE_SECONDS)
        share = (sum(process.cpu_times()[:2]) - before) / IDLE_SECONDS
        memory = process.memory_info().rss / 2**20
        attack.notes.append(f"{100 * share:.1f} % of one core, {memory:,.0f} MiB")
        attack.expect(share <= MOST_IDLE, f"it takes {100 * share:.0f} % of one core for nothing")
    attack.expect(found, "no training process started")
    return attack
