"""A process of this package that outlives the one that starts it: a training process, or that of a search."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

from lstm_core.data.datasets import DATA_VARIABLE

_NOTHING: Mapping[str, str] = MappingProxyType({})


def start_detached(
    module: str, *arguments: str, log: IO[bytes], environment: Mapping[str, str] = _NOTHING
) -> subprocess.Popen[bytes]:
    """Start ``python -m module`` in a session of its own, with this process's environment.

    Whoever starts it must take its exit status, or it stays behind as a zombie.

    Args:
        module: such as ``lstm_core.training.worker``.
        arguments: of its command line.
        log: takes both of its streams.
        environment: variables to set besides.

    Raises:
        OSError: it cannot be started.
    """
    variables = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    if data := variables.get(DATA_VARIABLE):
        # It starts in another folder. Where a user is unknown, `Path.expanduser` would raise.
        variables[DATA_VARIABLE] = str(Path(os.path.expanduser(data)).absolute())  # noqa: PTH111
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=Path(__file__).parents[2],
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
