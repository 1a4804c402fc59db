"""Contenders that measure in a process of their own, whenever they are asked.

A library's threads and memory belong to a whole process, so whoever is to be measured with its own settings
needs one. The protocol: the process says that it is ready with a line of JSON; a line with the number of a
round asks it to measure once, and its answer is a line of JSON.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
ROOM_ON_A_GPU = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
"""Without these, the first to come would take all of a GPU's memory, and nobody else could take turns."""
Maker = Callable[..., Callable[[int], Any]]
"""Takes settings as strings and gets ready; what it returns measures one round."""


class ContenderFailed(Exception):
    """A process ended instead of measuring; the message is its last error, or the last line it wrote."""


class Contender:
    """A process that measures; `contender` starts one."""

    def __init__(self, command: Sequence[str], errors: IO[str]) -> None:
        self._errors = errors
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **ROOM_ON_A_GPU},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            bufsize=1,
        )

    def wait_until_ready(self) -> None:
        self._answer()

    def ask(self, number: int) -> Any:
        """What it measures in round ``number``. Raises `ContenderFailed`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        return self._answer()

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        if line := self._process.stdout.readline():
            return json.loads(line)
        self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().strip() or f"exit code {self._process.returncode}"
        *_, last = re.findall(r"^[\w.]+Error: .*", said, re.MULTILINE) or said.splitlines()
        raise ContenderFailed(last)


@contextmanager
def contender(module: str, name: str, **settings: object) -> Iterator[Contender]:
    """A process of ``module``, which calls `answer`, that is ready, while the block lasts.

    Args:
        module: such as ``benchmarks.training_step``.
        name: of the maker in it.
        settings: of the maker, passed as ``name=value``.

    Raises:
        ContenderFailed: it could not get ready.
    """
    assignments = [f"{field}={value}" for field, value in settings.items()]
    with tempfile.TemporaryFile("w+") as errors:
        started = Contender([sys.executable, "-m", module, name, *assignments], errors)
        try:
            started.wait_until_ready()
            yield started
        finally:
            started.end()


def answer(makers: Mapping[str, Maker], arguments: Sequence[str]) -> None:
    """The process's side: make the contender that the arguments name, and measure when asked."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print goes to standard error
    name, *assignments = arguments
    measure = makers[name](**dict(assignment.split("=", 1) for assignment in assignments))
    answers.write('"ready"\n')
    for line in sys.stdin:
        answers.write(json.dumps(measure(int(line))) + "\n")
