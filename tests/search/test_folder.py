"""Searches are found among whatever else lies in their folder."""

from __future__ import annotations

import os
from pathlib import Path

from lstm_core.search.folder import SearchFolders


def test_searches_are_listed_newest_first_also_beside_what_is_none(tmp_path: Path):
    folders = SearchFolders(tmp_path)
    assert folders.names() == []
    for age, name in enumerate(("newer", "older")):
        plan = folders.folder / name / "search.json"
        plan.parent.mkdir(parents=True)
        plan.write_text("{}")
        os.utime(plan, (1_000_000 - age, 1_000_000 - age))
    (folders.folder / "empty").mkdir()
    (folders.folder / "a-file").write_text("")
    (folders.folder / ".coming.new").mkdir()
    assert folders.names() == ["newer", "older"]
