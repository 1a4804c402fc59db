"""The tables in the documents that repeat what the code says; cog puts them where they stand.

``cog -r -I . -I docs *.md docs/*.md`` writes them anew; the tests notice a table that is not true.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from dashboard.session.access import ADDRESS_VARIABLE, HOSTS_VARIABLE, ORIGINS_VARIABLE
from lstm_core.__main__ import main
from lstm_core.data.datasets import DATA_VARIABLE
from lstm_core.evidence.experiments import COMPARISONS
from lstm_core.pretrained.small_networks import SMALL_NETWORKS, small_card
from lstm_core.runs.cluster_start import CLUSTER_VARIABLE
from lstm_core.runs.side_by_side import WORKERS_VARIABLE
from lstm_core.runs.store import HOME_VARIABLE
from lstm_core.search.available import STORAGE_VARIABLE
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.shapes import parameter_count
from lstm_core.settings.validation import hyperparameters
from lstm_core.trackers.live import TENSORBOARD_VARIABLE
from lstm_core.training.priority import PRIORITY_VARIABLE

ROOT = Path(__file__).parent.parent

VARIABLES = {
    DATA_VARIABLE: "a folder with MNIST",
    HOME_VARIABLE: "where runs are kept; by default your user data folder (`~/.local/share/row-by-row`)",
    STORAGE_VARIABLE: "a PostgreSQL or MySQL database that keeps the trials of searches; see "
    "[Search](search.md#a-database)",
    "KERAS_BACKEND": "`tensorflow` (default) or `jax`",
    "KERAS_HOME": "where Keras keeps what it downloads; MNIST is found there",
    PRIORITY_VARIABLE: "how training shares the processor with others: `nice` (default), `idle` or `normal`",
    WORKERS_VARIABLE: "how many runs train at once; see [Training](training.md#several-trainings-at-once)",
    CLUSTER_VARIABLE: "a Ray cluster to train on; see [Several machines](cluster.md)",
    TENSORBOARD_VARIABLE: "a folder where TensorBoard sees every training; see [Trackers](trackers.md)",
    ADDRESS_VARIABLE: "where the dashboard listens, `127.0.0.1` by default; see [Sharing](sharing.md)",
    HOSTS_VARIABLE: "names and addresses that lead to the dashboard besides its machine's own",
    ORIGINS_VARIABLE: "addresses people see in their browser where a proxy does not keep `Host`",
}
"""Environment variables that people set."""


def presets() -> str:
    """Every preset with what it is and where it comes from."""
    rows = [
        (f"`{found.name}`", found.about, found.source.rstrip(".") or "this project")
        for found in PRESETS.values()
    ]
    return _table(("preset", "what it is", "from"), rows)


def small_networks() -> str:
    """Every small network that ships, with its size and what its card says."""
    rows = []
    for name, network in SMALL_NETWORKS.items():
        card = small_card(name)
        parameters = parameter_count(hyperparameters(card.hyperparameters))
        rows.append((f"`{name}`", network.title, f"{parameters:,}", f"{100 * card.test_accuracy:.2f} %"))
    return _table(("network", "what it is", "parameters", "test digits read correctly"), rows)


def experiments() -> str:
    """Every experiment in which one thing differs."""
    rows = [(f"`{found.name}`", found.question, found.setup) for found in COMPARISONS.values()]
    return _table(("experiment", "question", "what is trained"), rows)


def variables() -> str:
    """Every environment variable that people set."""
    return _table(("variable", "what it names"), [(f"`{name}`", what) for name, what in VARIABLES.items()])


def commands() -> str:
    """Every command of the command line with what it does."""
    context = main.make_context("row-by-row", ["runs"])
    rows = []
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        named = [(f"{name} {part}", found) for part, found in sorted(inner)] or [(name, command)]
        rows += [(f"`row-by-row {said}`", each.get_short_help_str(limit=200)) for said, each in named if each]
    return _table(("command", "what it does"), [("`row-by-row`", "Open the dashboard."), *rows])


def rooms(package: str) -> str:
    """Every package inside ``package`` with the first sentence of its docstring."""
    rows = []
    for init in sorted((ROOT / package).rglob("__init__.py")):
        name = init.parent.relative_to(ROOT / package).as_posix()
        said = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
        if name != ".":
            rows.append((f"`{name}/`", " ".join(said.split("\n\n")[0].split())))
    return _table((f"in `{package}/`", "what it is for"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
