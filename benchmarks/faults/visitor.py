"""A process that opens pages and gives commands as often as it is asked, and is replaced when it hangs.

Loading Streamlit takes seconds, so one process visits many folders of runs: a line of JSON names the folder,
the pages and the commands, and the answer is a line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import select
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.faults.homes import ROOT
from lstm_core.runs.store import HOME_VARIABLE

Page = tuple[str, dict[str, str]]
"""The name of a page, and its address after the question mark."""


@dataclass(frozen=True)
class Answer:
    """What a visit found.

    Attributes:
        said: messages of the pages, then output of the commands, each with its exit code before it.
        tracebacks: the last lines of those that were not turned into a message.
        hung: whether there was no answer in time.
        peak: bytes, of the process so far.
    """

    said: tuple[str, ...] = ()
    tracebacks: tuple[str, ...] = ()
    hung: bool = False
    peak: int = 0


class Visitor:
    """Use as a context manager."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def visit(
        self,
        home: Path,
        pages: list[Page] | None = None,
        commands: list[list[str]] | None = None,
        seconds: float = 60.0,
    ) -> Answer:
        """Open pages over the runs of ``home`` and give commands, within a time."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        asked = {"home": str(home), "pages": pages or [], "commands": commands or []}
        process.stdin.write(json.dumps(asked) + "\n")
        ready, _, _ = select.select([process.stdout], [], [], seconds)
        line = process.stdout.readline() if ready else ""
        if not line:
            self._end()
            return Answer(hung=bool(not ready), tracebacks=() if not ready else ("the process died",))
        found: dict[str, Any] = json.loads(line)
        return Answer(tuple(found["said"]), tuple(found["tracebacks"]), peak=found["peak"])

    def _start(self) -> subprocess.Popen[str]:
        started = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.faults.visitor"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        assert started.stdout is not None
        started.stdout.readline()
        return started

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


# What follows is the process's side.


def _answer() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print goes to standard error
    _be_a_server()
    answers.write('"ready"\n')
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ[HOME_VARIABLE] = asked["home"]
        said: list[str] = []
        tracebacks: list[str] = []
        for name, query in asked["pages"]:
            _open(name, query, said, tracebacks)
        for arguments in asked["commands"]:
            _give(arguments, said, tracebacks)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        answers.write(json.dumps({"said": said, "tracebacks": tracebacks, "peak": peak}) + "\n")


def _be_a_server() -> None:
    """Start no training process for a page, and let `AppTest` find the pages that ``app.py`` names."""
    from streamlit.runtime import pages_manager

    from dashboard.session import services
    from lstm_core.runs.jobs import Jobs

    class NoSuchFolder(type(Path())):  # type: ignore[misc]
        def exists(self, **_: Any) -> bool:
            return False

    pages_manager.Path = NoSuchFolder  # type: ignore[attr-defined]
    services.jobs = lambda: Jobs(services.store(), lambda _: None)  # type: ignore[assignment]


def _open(name: str, query: dict[str, str], said: list[str], tracebacks: list[str]) -> None:
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    st.cache_resource.clear()
    st.cache_data.clear()
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=50)
    page.switch_page(f"pages/{name}.py")
    page.query_params.update(query)
    try:
        page.run()
    except Exception:  # noqa: BLE001 (whatever it is, it is a fault)
        tracebacks.append(f"page {name}: {traceback.format_exc()[-300:]}")
        return
    for kind in ("error", "warning", "info", "caption", "markdown"):
        said += [f"{name}: {getattr(element, 'value', '')}" for element in page.get(kind)]
    tracebacks += [f"page {name}: {element.value}" for element in page.exception]


def _give(arguments: list[str], said: list[str], tracebacks: list[str]) -> None:
    from click.testing import CliRunner

    from lstm_core.__main__ import main

    done = CliRunner().invoke(main, arguments)
    said.append(f"{done.exit_code} {arguments[0]}: {done.output}")
    if done.exception and not isinstance(done.exception, SystemExit):
        tracebacks.append(f"{arguments[0]}: {type(done.exception).__name__}: {done.exception}")


if __name__ == "__main__":
    _answer()
