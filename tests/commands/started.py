"""The command line in a process of its own, as another program starts it, and as quickly as forks start."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.forks import NOTHING, fork, start_detached_from_a_fork


def started(
    *arguments: object, environment: Mapping[str, str] = NOTHING, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m lstm_core`` with ``arguments`` in this environment, changed by ``environment``.

    Raises:
        subprocess.TimeoutExpired: it takes longer than ``seconds``; it is killed.
    """
    words = [str(argument) for argument in arguments]
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = fork(_command, *words, out=str(out), err=str(err), environment=environment)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())


def _command(*words: str) -> None:
    from lstm_core.__main__ import main
    from lstm_core.runs import worker_start

    worker_start.start_detached = start_detached_from_a_fork  # type: ignore[assignment,attr-defined]
    sys.argv = ["lstm_core", *words]
    main(list(words), prog_name="python -m lstm_core")
