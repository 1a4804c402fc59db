"""What most tests of pages begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.runs.jobs import Jobs
from tests.pretended import pretend


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """The app's queue over an empty home; the training process is only pretended."""
    return pretend(monkeypatch, tmp_path)
