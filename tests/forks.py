"""Processes of Python as others start them, without the time that they take to import.

A server process imports the project and Keras with TensorFlow once, and every process is a fork of it: with
its own environment, session, streams and exit code, and nothing that it does is there for the next. What
libraries read from the environment when they are imported, they have read by then: whoever wants another
``KERAS_BACKEND`` starts a process the long way.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import MappingProxyType
from typing import IO

NOTHING: Mapping[str, str] = MappingProxyType({})
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.loaded_before_forks"])


_one_at_a_time = threading.Lock()
"""Starting a process looks after all others, and what two threads read of an end the second reads wrongly."""


class Fork:
    """The part of `subprocess.Popen` that tests and the training queue use; it ends with the tests."""

    def __init__(self, process: BaseProcess, args: Sequence[str]) -> None:
        with _one_at_a_time:
            process.start()
        assert process.pid is not None
        self.args = args
        self.pid: int = process.pid
        self.returncode: int | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._await_end, args=(process,), daemon=True).start()

    def _await_end(self, process: BaseProcess) -> None:
        wait([process.sentinel])
        with _one_at_a_time:
            process.join()
        self.returncode = process.exitcode
        self._ended.set()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, or the negative number of the signal. Raises `subprocess.TimeoutExpired`."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, sent: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, sent)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def fork(
    target: Callable[..., None],
    *arguments: str,
    out: str,
    err: str,
    folder: str | None = None,
    environment: Mapping[str, str] = NOTHING,
) -> Fork:
    """Call ``target`` in a fork.

    Args:
        target: a function of a module.
        arguments: for it.
        out, err: the paths that its streams are appended to.
        folder: the one to be in; without it that of the caller.
        environment: variables to set besides the caller's.
    """
    asked = folder or str(Path.cwd()), {**os.environ, **environment}, (out, err)
    process = _server.Process(target=_in_the_fork, args=(*asked, target, arguments), daemon=True)
    return Fork(process, arguments)


def _in_the_fork(
    folder: str,
    environment: dict[str, str],
    streams: tuple[str, str],
    target: Callable[..., None],
    arguments: tuple[str, ...],
) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream, path in zip((sys.stdout, sys.stderr), streams, strict=True):
        with Path(path).open("ab") as file:
            os.dup2(file.fileno(), stream.fileno())
    target(*arguments)


def start_detached(
    module: str, *arguments: str, log: IO[bytes], environment: Mapping[str, str] = NOTHING
) -> Fork:
    """In the place of `lstm_core.runs.detached_process.start_detached`."""
    return fork(_module, module, *arguments, out=log.name, err=log.name, environment=environment)


class OwnFork:
    """What a fork needs of a fork of its own, which outlives it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def start_detached_from_a_fork(
    module: str, *arguments: str, log: IO[bytes], environment: Mapping[str, str] = NOTHING
) -> OwnFork:
    """As `start_detached`, for a process that is a fork itself."""
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        return OwnFork(pid)
    code: object = 1
    try:
        asked = str(Path.cwd()), {**os.environ, **environment}, (log.name, log.name)
        _in_the_fork(*asked, _module, (module, *arguments))
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001 - nothing may go on above, where the command is
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _module(name: str, *arguments: str) -> None:
    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def run_script(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script in its folder, with nothing of this project to import."""
    out, err = (script.with_name(f"{script.name}.{stream}") for stream in ("out", "err"))
    words = [script.name, *map(str, arguments)]
    process = fork(_script, *words, out=str(out), err=str(err), folder=str(script.parent))
    return subprocess.CompletedProcess(words, process.wait(), out.read_text(), err.read_text())


def _script(name: str, *arguments: str) -> None:
    root = str(Path(__file__).parents[1])
    sys.path[:] = [str(Path.cwd()), *(path for path in sys.path if path not in ("", root))]
    for module in [module for module in sys.modules if module.split(".")[0] in ("lstm_core", "tests")]:
        del sys.modules[module]
    sys.argv = [name, *arguments]
    runpy.run_path(name, run_name="__main__")
