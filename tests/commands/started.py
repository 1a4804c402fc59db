"""The command line in a process of its own, as another program starts it, without its time to import.

A server process imports the package once, and every command runs in a fork of it: with its own environment,
streams and exit code, and nothing that it does is there for the next.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["lstm_core.__main__"])


def started(
    *arguments: object, environment: Mapping[str, str] = NOTHING, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m lstm_core`` with ``arguments`` in this environment, changed by ``environment``.

    Raises:
        subprocess.TimeoutExpired: it takes longer than ``seconds``; it is killed.
    """
    words = [str(argument) for argument in arguments]
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "out"), Path(folder, "err")
        process = _server.Process(
            target=_command, args=(words, {**os.environ, **environment}, str(Path.cwd()), *map(str, paths))
        )
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            raise subprocess.TimeoutExpired(words, seconds)
        said = [path.read_text() for path in paths]
    assert process.exitcode is not None
    return subprocess.CompletedProcess(words, process.exitcode, *said)


def _command(words: list[str], environment: dict[str, str], folder: str, out: str, err: str) -> None:
    """In the fork."""
    from lstm_core.__main__ import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        with Path(path).open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = ["lstm_core", *words]
    main(words, prog_name="python -m lstm_core")
