"""The documents: tables that come from the code, and what they name, which must be there."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from benchmarks.__main__ import LINES
from lstm_core.__main__ import main

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *PAGES,
]
WITH_TABLES = [path for path in DOCUMENTS if "[[[cog" in path.read_text(encoding="utf-8")]

SET_FOR_OTHERS = {
    "MLFLOW_DISABLE_TELEMETRY",
    "PYTHONUNBUFFERED",
    "TF_CPP_MIN_LOG_LEVEL",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "XLA_PYTHON_CLIENT_PREALLOCATE",
}
"""Environment variables that the code sets for libraries, and that nobody else need know."""


MAPS = [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "docs" / "decisions.md"]
"""The documents that lead a person through the code."""

OF_OTHERS = {"BlockLSTM"}
"""Names in them that are another project's."""


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def sources(*roots: str) -> list[Path]:
    """Every Python file below the project's folders (or files) of these names."""
    found = [ROOT / root for root in roots]
    return [file for path in found for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))]


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


@pytest.mark.parametrize("document", MAPS, ids=lambda path: path.name)
def test_files_folders_and_names_that_a_map_mentions_are_there(document: Path):
    folders = ("app.py", "pages", "dashboard", "lstm_core", "tests", "benchmarks", "docs")
    code = sources(*folders)
    words = {word for path in code for word in re.findall(r"\w+", text(path))}
    files = {path.name for folder in folders for path in (ROOT / folder).rglob("*")}
    files |= {path.name for path in ROOT.iterdir()}
    for named in re.findall(r"`([^`\n]+)`", text(document)):
        if re.fullmatch(r"\w+\.(py|js|css|html|toml|md)", named):
            assert named in files, named
        elif re.fullmatch(r"[\w/]+/", named):
            # A folder of the project, of the core, of the dashboard, or of the wheel.
            assert named == "row_by_row/" or any(
                (ROOT / above / named).is_dir() for above in ("", "lstm_core", "dashboard")
            ), named
        elif re.fullmatch(r"[A-Z_]\w+", named) and named not in OF_OTHERS:
            assert named in words, named


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_are_named_exist_with_their_options(document: Path):
    for name, rest in re.findall(r"row-by-row ([a-z]\w*)([^`\n#|]*)", text(document)):
        command = main.commands.get(name)
        if isinstance(command, click.Group):
            command = command.commands.get(rest.split()[0] if rest.split() else "list")
        assert command is not None, name
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, f"{name}{rest}"
    for module in re.findall(r"python3? -m ((?:lstm_core|benchmarks)[\w.]*)", text(document)):
        path = ROOT / module.replace(".", "/")
        assert (path / "__main__.py").exists() or path.with_suffix(".py").exists(), module
    for names in re.findall(r"python -m benchmarks ([a-z_ ]+)", text(document)):
        assert set(names.split()) <= set(LINES), names


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_stand_in_blocks_of_code(document: Path):
    prose = re.sub(r"^```.*?^```", "", text(document), flags=re.DOTALL | re.MULTILINE)
    assert not re.findall(r"^(?:\.venv/|\./check|pip |python3? |row-by-row ).*", prose, flags=re.MULTILINE)


@pytest.mark.parametrize("package", ["lstm_core", "dashboard"])
def test_every_package_says_what_it_is_for(package: str):
    for path in (ROOT / package).rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(text(path))) or ""
        assert len(said.split()) >= 5, path


def test_variables_of_the_tests_are_named_where_contributors_look():
    named = text(ROOT / "CONTRIBUTING.md") + text(ROOT / "docs" / "data.md")
    for path in sources("tests"):
        for variable in re.findall(r"ROW_BY_ROW_[A-Z_]*[A-Z]", text(path)):
            assert variable in named, variable


def test_every_page_of_the_documentation_is_in_the_readme():
    for page in PAGES:
        assert f"(docs/{page.name})" in text(ROOT / "README.md"), page.name


def test_every_environment_variable_stands_in_the_table():
    found = set(SET_FOR_OTHERS)
    for path in sources("lstm_core", "dashboard", "pages", "app.py"):
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
    for page in ("training", "architecture", "contributing", "changelog"):
        assert (tmp_path / "site" / f"{page}.html").exists()


def test_the_readme_is_short():
    assert len(text(ROOT / "README.md").splitlines()) <= 90
