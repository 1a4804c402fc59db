"""What a person notes of a run, in a file of its folder: tags, a note, a star, and whether it is archived.

Runs from before have no such file, and nothing is noted of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lstm_core.errors import InvalidValue, RunDamaged, RunMissing
from lstm_core.files import locked
from lstm_core.runs.json_files import read_model
from lstm_core.runs.names import without_marks
from lstm_core.runs.run import Run

FILE = "marks.json"
MAX_TAG, MAX_TAGS, MAX_NOTE = 30, 20, 2000
"""Characters of a tag, tags of a run, characters of a note."""


def shown_note(text: str) -> str:
    """A note as it is kept: without marks that cannot be seen, and without an end of the last line."""
    return "\n".join(without_marks(line) for line in text.splitlines())


class Marks(BaseModel):
    """What a person noted of a run. Fields of a newer version are kept when it is written anew.

    Attributes:
        tags: short words, in the order of the alphabet, each once.
        note: a text of any lines.
        starred: whether it is one of the person's favourites.
        archived: whether it is kept out of the lists.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    tags: Annotated[tuple[str, ...], Field(max_length=MAX_TAGS)] = ()
    note: Annotated[str, Field(max_length=MAX_NOTE), AfterValidator(shown_note)] = ""
    starred: bool = False
    archived: bool = False


def marks_of(run: Run) -> Marks:
    """What was noted of ``run``; nothing where there is no file.

    Raises:
        RunDamaged: the file cannot be read.
        StorageError
    """
    path = run.folder / FILE
    return read_model(path, Marks) if path.exists() else Marks()


def change_marks(run: Run, **changes: Any) -> Marks:
    """Note something of ``run``; what else is noted stays. A file that cannot be read is replaced.

    Args:
        run: in the store.
        changes: fields of `Marks`.

    Raises:
        InvalidValue: a tag or a note that is too long, or too many tags.
        RunMissing: the run was deleted.
        StorageError
    """
    if "tags" in changes:
        changes["tags"] = checked_tags(changes["tags"])
    if len(note := changes.get("note", "")) > MAX_NOTE:
        raise InvalidValue("note", f"at most {MAX_NOTE:,} characters long", note)
    if not run.folder.is_dir():
        raise RunMissing(f"Run {run.id} is no longer there.")
    # Not in the run's own folder: that lock would make a folder again that is being deleted.
    with locked(run.folder.parent.parent / "marks.lock"):
        try:
            before = marks_of(run)
        except RunDamaged:
            before = Marks()
        marks = Marks(**{**before.model_dump(), **changes})
        run.write_small_file(FILE, marks)
    return marks


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: with single spaces, each once, in the order of the alphabet.

    Raises:
        InvalidValue: one is empty, long, or has marks that cannot be seen or a comma; or there are too many.
    """
    kept = {" ".join(tag.split()) for tag in tags}
    for tag in sorted(kept):
        if not 0 < len(tag) <= MAX_TAG:
            raise InvalidValue("tags", f"1 to {MAX_TAG} characters each", tag)
        if without_marks(tag) != tag or "," in tag:
            raise InvalidValue("tags", "made of characters that can be seen, without commas", tag)
    if len(kept) > MAX_TAGS:
        raise InvalidValue("tags", f"at most {MAX_TAGS}", len(kept))
    return tuple(sorted(kept, key=lambda tag: (tag.casefold(), tag)))
