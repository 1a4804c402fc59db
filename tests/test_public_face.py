"""`import lstm_core`: its public names, and the examples in docstrings, which really run."""

from __future__ import annotations

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import lstm_core

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for folder in ("lstm_core", "dashboard")
    for path in (ROOT / folder).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8") and path.name != "__init__.py"
)


def test_every_public_name_is_there_and_typed_as_what_it_is():
    tree = ast.parse(Path(lstm_core.__file__).read_text(encoding="utf-8"))
    typed = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lstm_core.")
        for alias in node.names
    }
    assert sorted(typed) == sorted(lstm_core.__all__)
    for name, module in typed.items():
        assert getattr(lstm_core, name) is getattr(importlib.import_module(str(module)), name)


def test_importing_it_costs_nothing():
    program = "import sys, lstm_core\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "pydantic", "keras", "tensorflow"} & set(done.stdout.split())


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_in_docstrings_are_true(module: str):
    result = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert result.attempted and not result.failed


@pytest.mark.slow
def test_the_examples_of_the_package_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """They train a network in a process of its own, in a home that nobody else has."""
    monkeypatch.setenv("ROW_BY_ROW_HOME", str(tmp_path))
    result = doctest.testmod(lstm_core)
    assert result.attempted == 10 and not result.failed
