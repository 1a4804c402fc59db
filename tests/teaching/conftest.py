"""A store of runs in a temporary folder, which is the home folder as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.files import HOME_VARIABLE
from lstm_core.runs.store import RunStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return RunStore(tmp_path)
