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
from lstm_core.runs import worker_start
from tests.forks import start_detached

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


@pytest.mark.parametrize(
    "stub", sorted((ROOT / "lstm_core").rglob("__init__.pyi")), ids=lambda path: path.parent.name
)
def test_every_room_hands_out_what_its_stub_names(stub: Path):
    room = ".".join(stub.parent.relative_to(ROOT).parts)
    face = importlib.import_module(room)
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        assert isinstance(node, ast.ImportFrom)
        module = importlib.import_module(f"{room}.{node.module}")
        for alias in node.names:
            assert getattr(face, alias.name) is getattr(module, alias.name)
            assert alias.name in face.__all__


def test_every_package_says_what_it_is_for():
    for init in [*(ROOT / "lstm_core").rglob("__init__.py"), *(ROOT / "dashboard").rglob("__init__.py")]:
        assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))), init
        stands_alone = "dashboard" in init.parts or init.parent == ROOT / "lstm_core"
        assert stands_alone or init.with_suffix(".pyi").exists(), init


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
    monkeypatch.setattr(worker_start, "start_detached", start_detached)
    result = doctest.testmod(lstm_core)
    assert result.attempted == 11 and not result.failed
