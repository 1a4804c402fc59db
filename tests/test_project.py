"""What pyproject.toml says of the project, and the requirements files that repeat it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def lines(file: str) -> list[str]:
    """The requirements and options of a requirements file."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return [
        line.partition(" #")[0].strip() for line in text.splitlines() if line and not line.startswith("#")
    ]


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("requirements.txt", PROJECT["dependencies"]),
        ("requirements-gpu.txt", ["-r requirements.txt", *EXTRAS["gpu"]]),
        ("requirements-dev.txt", ["-r requirements.txt", *EXTRAS["dev"]]),
        ("benchmarks/requirements.txt", ["-r ../requirements-dev.txt", *EXTRAS["bench"]]),
    ],
)
def test_the_requirements_files_repeat_the_project(file: str, wanted: list[str]):
    assert lines(file) == wanted


def test_no_library_is_wanted_in_two_versions():
    wanted: dict[str, set[str]] = {}
    for requirement in [*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)]:
        found = re.match(r"([A-Za-z0-9-]+)(?:\[[a-z-]+\])?(.*)", requirement)
        assert found
        wanted.setdefault(found[1].lower(), set()).add(found[2])
    assert not {name: versions for name, versions in wanted.items() if len(versions) > 1}
