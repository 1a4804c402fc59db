"""What a person brought, whatever its format, as images with labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePath

from lstm_core.data.own.csv_table import read_csv
from lstm_core.data.own.foreign import foreign_kind
from lstm_core.data.own.idx import is_idx, read_idx
from lstm_core.data.own.labelled import Labelled, label_text
from lstm_core.data.own.named_arrays import NamedArray, paired
from lstm_core.data.own.npz_arrays import read_arrays
from lstm_core.data.own.pictures import DRAWN_SIDE, is_picture, read_pictures
from lstm_core.data.own.sources import Source, of_content, sources_of
from lstm_core.data.own.stroke_lines import read_strokes
from lstm_core.errors import DataRefused

FORMATS = (
    "a folder of class folders of pictures, a .zip of it, a .csv table (label, then the pixels), "
    ".npz arrays, "
    "IDX files such as MNIST's, or pen strokes as .jsonl"
)
"""What is read, in words."""

Progress = Callable[[int], object]
"""Told how many images of the file that is being read are done."""

_NO_DATA = (".txt", ".md", ".html", ".json", ".yml", ".yaml", ".pdf", ".py", ".license", ".toml", "")
"""Endings of files that lie beside data and are passed over there."""


def from_paths(
    paths: Iterable[Path],
    test: Iterable[Path] = (),
    progress: Progress | None = None,
    size: tuple[int, int] | None = None,
) -> list[Labelled]:
    """The images in files, folders and archives on the disk; those in ``test`` are for testing.

    Args:
        paths, test: what is brought.
        progress: told how many images of the file that is being read are done.
        size: rows and columns of the images that are made of strokes and pictures; 28 × 28 unless told, or
            the pictures' own.

    Raises:
        DataRefused: something is not there, is none of `FORMATS`, or is damaged; the file is named, and what
            is wrong with it.
    """
    with ExitStack() as opened:
        sources = [source for path in paths for source in sources_of(path, opened)]
        found = _labelled(sources, progress, size)
        found = _not_all_for_testing(found)
        if test := list(test):
            tested = [source for path in test for source in sources_of(path, opened)]
            found += _for_testing(tested, progress, size)
        return found


def from_uploads(
    files: Iterable[tuple[str, bytes]],
    test: Iterable[tuple[str, bytes]] = (),
    progress: Progress | None = None,
) -> list[Labelled]:
    """The same of files that were uploaded, each a name and its content. Raises `DataRefused`."""
    with ExitStack() as opened:
        sources = [source for name, content in files for source in of_content(name, content, opened)]
        found = _not_all_for_testing(_labelled(sources, progress))
        if tested := [source for name, content in test for source in of_content(name, content, opened)]:
            found += _for_testing(tested, progress)
        return found


def _for_testing(
    sources: Sequence[Source], progress: Progress | None, size: tuple[int, int] | None = None
) -> list[Labelled]:
    return [replace(one, part="test") for one in _labelled(sources, progress, size)]


def _not_all_for_testing(found: list[Labelled]) -> list[Labelled]:
    """A single file that is called a test is what there is to learn from."""
    if any(one.part in ("", "train") for one in found):
        return found
    return [replace(one, part="") for one in found]


def _labelled(
    sources: Sequence[Source], progress: Progress | None, size: tuple[int, int] | None = None
) -> list[Labelled]:
    if not sources:
        raise DataRefused(f"There are no files in it. Bring {FORMATS}.")
    pictures: list[Source] = []
    arrays: list[NamedArray] = []
    found: list[Labelled] = []
    names: dict[str, str] = {}
    passed_over: list[str] = []
    for source in sources:
        kind = _kind(source, alone=len(sources) == 1)
        if kind == "picture":
            pictures.append(source)
        elif kind == "idx":
            arrays.append(read_idx(source))
        elif kind == "arrays":
            arrays += read_arrays(source)
        elif kind == "mapping":
            names |= _mapping(source)
        elif kind == "strokes":
            found.append(read_strokes(source, *(size or (DRAWN_SIDE, DRAWN_SIDE)), progress))
        elif kind == "table":
            found.append(read_csv(source))
        else:
            passed_over.append(source.name)
    if pictures:
        found += read_pictures(pictures, progress, size)
    if arrays:
        found += paired(arrays)
    if not found:
        held = f" (only {', '.join(passed_over[:3])})" if passed_over else ""
        raise DataRefused(f"There are no images in it{held}. Bring {FORMATS}.")
    return [_renamed(one, names) for one in found]


def _kind(source: Source, alone: bool) -> str:
    """What a file holds, by its first bytes and its name; empty for what lies beside data and is passed over.

    Raises:
        DataRefused: it is of a kind that is not read here.
    """
    name, head = source.parts[-1], source.head()
    ending = PurePath(name).suffix.lower()
    if is_picture(name, head):
        return "picture"
    if is_idx(head):
        return "idx"
    if head.startswith((b"\x93NUMPY", b"PK")):
        return "arrays"
    if foreign := foreign_kind(name, head):
        raise DataRefused(f"{source.name} is {foreign}")
    if not head:
        raise DataRefused(f"{source.name} is empty.")
    if ending == ".txt" and "mapping" in name.lower():
        return "mapping"
    if ending in (".jsonl", ".ndjson") or (head.lstrip().startswith(b"{") and ending != ".json"):
        return "strokes"
    if ending in (".csv", ".tsv", ".data") or (alone and ending in ("", ".txt", ".dat")):
        return "table"
    if ending in _NO_DATA:
        return ""
    raise DataRefused(f"{source.name} is of a kind that is not read here. Bring {FORMATS}.")


def _mapping(source: Source) -> dict[str, str]:
    """EMNIST's file of what its labels mean: a label and the code points of its characters in each line."""
    names = {}
    for line in source.read(2**16).decode("ascii", errors="replace").splitlines():
        label, *codes = line.split()
        if codes and codes[0].isdecimal() and len(codes[0]) < 7 and int(codes[0]) < 0x110000:
            names[label_text(label)] = chr(int(codes[0]))
    return names


def _renamed(one: Labelled, names: dict[str, str]) -> Labelled:
    """With labels that mean letters called so."""
    present = set(one.labels)
    if not names and one.transposed and present <= set(map(str, range(1, 27))) and "10" in present:
        names = {str(number): chr(64 + number) for number in range(1, 27)}  # EMNIST's letters
    if not names or not present <= names.keys():
        return one
    return replace(one, labels=[names[label] for label in one.labels])
