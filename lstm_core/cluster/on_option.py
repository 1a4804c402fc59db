"""The option ``--on`` of commands that train: on a cluster instead of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import click

from lstm_core.runs.cluster_start import CLUSTER_VARIABLE, chosen_cluster

Command = TypeVar("Command", bound=Callable[..., None])


def on_option(command: Command) -> Command:
    """Add ``--on``; it holds for everything the command trains, like the environment variable."""
    return click.option(
        "--on",
        metavar="ADDRESS",
        expose_value=False,
        callback=_chosen,
        help="Train on the Ray cluster at ADDRESS: ray://HOST:10001, HOST:6379, or auto for the one this "
        f"machine is part of. Default: {CLUSTER_VARIABLE}, or this machine.",
    )(command)


def _chosen(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        chosen_cluster({CLUSTER_VARIABLE: value})
        os.environ[CLUSTER_VARIABLE] = value
