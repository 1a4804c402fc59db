"""The documents: tables that come from the code, and what they name, which must be there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *PAGES,
]
WITH_TABLES = [path for path in DOCUMENTS if "[[[cog" in path.read_text(encoding="utf-8")]

SET_FOR_OTHERS = {
    "PYTHONUNBUFFERED",
    "TF_CPP_MIN_LOG_LEVEL",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "XLA_PYTHON_CLIENT_PREALLOCATE",
}
"""Environment variables that the code sets for libraries, and that nobody else need know."""


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_tables_say_what_the_code_says():
    command = [sys.executable, "-m", "cogapp", "--check", "-I", ".", "-I", "docs", *map(str, WITH_TABLES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    again = "cog -r -I . -I docs README.md ARCHITECTURE.md docs/*.md writes them anew"
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{again}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text(document)):
        if not target.startswith("https://"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_and_modules_that_are_named_are_there(document: Path):
    if document.name == "CHANGELOG.md":
        return  # it speaks of earlier times, too
    for named in re.findall(
        r"`((?:lstm_core|dashboard|pages|tests|benchmarks|docs)[/.][\w/.]+)`", text(document)
    ):
        path = named if "/" in named else named.replace(".", "/")
        assert any((ROOT / f"{path}{ending}").exists() for ending in ("", ".py")), named


def test_every_environment_variable_stands_in_the_table():
    found = set(SET_FOR_OTHERS)
    for path in [*(ROOT / "lstm_core").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        found |= set(re.findall(r'_VARIABLE = "(\w+)"', text(path)))
        found |= set(re.findall(r'environ(?:\.get|\.setdefault)?[(\[]"(\w+)"', text(path)))
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", text(ROOT / "docs" / "data.md"), flags=re.MULTILINE))
    assert found - SET_FOR_OTHERS == listed


def test_the_documentation_builds_without_a_warning(tmp_path: Path):
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        str(tmp_path / "site"),
    ]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "training.html").exists()


def test_the_readme_is_short():
    assert len(text(ROOT / "README.md").splitlines()) <= 90
