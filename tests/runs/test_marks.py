from __future__ import annotations

import json
from pathlib import Path

import pytest

from lstm_core.errors import InvalidValue, RunMissing
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.marks import MAX_NOTE, MAX_TAGS, Marks, change_marks, checked_tags, marks_of
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from tests.pretended import Launches, a_finished_run


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def made(store: RunStore) -> Run:
    return a_finished_run(Jobs(store, Launches()))


def test_nothing_is_noted_of_a_run_without_the_file(made: Run, store: RunStore) -> None:
    assert marks_of(made) == Marks() == store.summary(made.id).marks


def test_what_is_noted_is_in_the_lists_at_once_and_other_notes_stay(made: Run, store: RunStore) -> None:
    change_marks(made, tags=["slow", " wide  net "], note="Why?")
    change_marks(made, starred=True)
    assert store.summary(made.id).marks == Marks(tags=("slow", "wide net"), note="Why?", starred=True)
    assert RunStore(store.root).summary(made.id).marks.tags == ("slow", "wide net")
    change_marks(made, archived=True, tags=[])
    assert store.summary(made.id).marks == Marks(note="Why?", starred=True, archived=True)


def test_fields_of_a_newer_version_are_kept(made: Run) -> None:
    (made.folder / "marks.json").write_text('{"starred": true, "colour": "red"}', encoding="utf-8")
    change_marks(made, note="n")
    kept = json.loads((made.folder / "marks.json").read_text(encoding="utf-8"))
    assert (kept["colour"], kept["starred"], kept["note"]) == ("red", True, "n")


def test_a_damaged_file_is_said_and_the_run_can_be_used_and_noted_anew(made: Run, store: RunStore) -> None:
    (made.folder / "marks.json").write_text("{", encoding="utf-8")
    made.rename("touched")
    summary = store.summary(made.id)
    assert (summary.problem, summary.marks) == ("", Marks())
    assert summary.damage == "marks.json is damaged: it is incomplete or not JSON."
    change_marks(made, starred=True)
    assert store.summary(made.id).damage == ""
    assert store.summary(made.id).marks.starred


def test_tags_are_kept_once_and_in_order() -> None:
    assert checked_tags(["b", "A", "b "]) == ("A", "b")
    for wrong in ("", "x" * 31, "a,b", "a\u200b"):
        with pytest.raises(InvalidValue, match="tags"):
            checked_tags([wrong])
    with pytest.raises(InvalidValue, match=f"at most {MAX_TAGS}"):
        checked_tags(map(str, range(MAX_TAGS + 1)))


def test_a_note_keeps_its_lines_and_loses_marks_that_cannot_be_seen(made: Run) -> None:
    assert change_marks(made, note="one\ntwo\u202e").note == "one\ntwo"
    with pytest.raises(InvalidValue, match="note"):
        change_marks(made, note="x" * (MAX_NOTE + 1))


def test_nothing_is_made_again_of_a_run_that_was_deleted(made: Run, store: RunStore) -> None:
    store.delete(made)
    with pytest.raises(RunMissing):
        change_marks(made, starred=True)
    assert not made.folder.exists()
