"""What 500 runs in the home cost a person, beside few: three pages in a real Chromium, and the command runs.

Every run is a copy of one that was really trained, with a seed of its own. Compare shows ten, so few are ten
there and five elsewhere. A page is measured in a window without any cache, until its last part is there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.draw_latency import ROOT, chromium, serving, window
from benchmarks.faults.homes import another, command, end_trainings, trained_home
from benchmarks.line import Line
from benchmarks.timing import Measure, in_turns, seconds
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import with_changes

FEW, COMPARED, MANY = 5, 10, 500
WANTED = 1.3

PAGES = {
    "Runs": (FEW, "/runs", "[data-testid=stExpander]"),
    "Compare": (COMPARED, "/compare?runs={runs}", ".st-key-csv-compared-verdicts button"),
    "Draw": (FEW, "/", ".st-key-network [data-testid=stSelectbox]"),
}
"""Of each page: how many runs are few, its address, and what comes last on it."""


def lines(rounds: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        homes = {count: home_with(Path(folder) / str(count), count) for count in (FEW, COMPARED, MANY)}
        for name, (few, path, ready) in PAGES.items():
            with serving(ROOT / "app.py", homes[MANY]) as ours, serving(ROOT / "app.py", homes[few]) as peer:
                addresses = [
                    address + path.format(runs=",".join(_newest(homes[count])))
                    for address, count in ((ours, MANY), (peer, few))
                ]
                taken = in_turns(rounds, *(_opening(browser, address, ready) for address in addresses))
            yield Line(f"{name} with {MANY} runs", *taken, f"{few} runs", WANTED)
        taken = in_turns(rounds, _listing(homes[MANY]), _listing(homes[FEW]))
        yield Line(f"the command runs with {MANY} runs", *taken, f"{FEW} runs", WANTED)


def home_with(folder: Path, count: int) -> Path:
    """A folder of so many runs, one of them really trained."""
    folder.mkdir(parents=True)
    home, run = trained_home(folder)
    for number in range(1, count):
        _seeded(another(run, number), number)
    end_trainings(home)
    return home


def _seeded(run: Run, seed: int) -> None:
    settings, identity = with_changes(run.hyperparameters, seed=seed), run.identity
    changed = {
        "hyperparameters": {**identity.hyperparameters, "seed": seed},
        "key": run_key(settings),
        "name": f"{identity.name} seed {seed}",
    }
    run.save_identity(identity.model_copy(update=changed))


def _newest(home: Path) -> list[str]:
    return [run.id for run in RunStore(home).list()[:COMPARED]]


def _opening(browser: Browser, address: str, ready: str) -> Measure:
    def act(number: int) -> float:
        page, waited = window(browser, address, ready)
        page.context.close()
        return waited

    return act


def _listing(home: Path) -> Callable[[int], float]:
    return lambda number: seconds(lambda: command(home, "runs"))
