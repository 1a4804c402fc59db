"""Files of kinds that are not read here, called what they are."""

from __future__ import annotations

from pathlib import PurePath

_SAVE = "Save its images and labels with numpy.savez, then bring the .npz file."

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"MATLAB 5.0 MAT-file", f"a MATLAB file (.mat). {_SAVE}"),
    (b"MATLAB 7.", f"a MATLAB file (.mat). {_SAVE}"),
    (b"\x89HDF\r\n\x1a\n", f"an HDF5 file, as of MATLAB 7.3 or Keras. {_SAVE}"),
    (b"PAR1", f"a Parquet file. Save it as CSV (label, then the pixels), or as .npz. {_SAVE}"),
    (b"ARROW1", f"an Arrow file. {_SAVE}"),
    (b"SQLite format 3", "an SQLite database. Save its table as CSV."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive. Unpack it and bring the folder, or make a .zip of it."),
    (b"Rar!", "a RAR archive. Unpack it and bring the folder, or make a .zip of it."),
    (b"BZh", "packed with bzip2. Unpack it first."),
    (b"\xfd7zXZ", "packed with xz. Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard. Unpack it first."),
    (b"%PDF", "a PDF document. Bring the images themselves."),
    (b"\xd0\xcf\x11\xe0", "a document of an older Microsoft Office. Save the table as CSV."),
    (b"<!DOCTYPE", "a web page; the download may have gone wrong. Download the data again."),
    (b"<html", "a web page; the download may have gone wrong. Download the data again."),
    (b"version https://git-lfs", "a pointer of Git LFS instead of the data. Run `git lfs pull` first."),
)

_PICKLE = (
    "a Python pickle, which can run programs when it is opened, so it is never opened here. "
    f"{_SAVE} (Not with allow_pickle.)"
)


def foreign_kind(name: str, head: bytes) -> str:
    """What a file is that no reader knows, and what to do about it; empty where that is not known.

    Args:
        name: of the file; only its ending is looked at.
        head: its first bytes, 512 or all.
    """
    for start, kind in _STARTS:
        if head[: len(start)].lower() == start.lower():
            return kind
    if head[257:262] == b"ustar":
        return "a tar archive. Unpack it and bring the folder, or make a .zip of it."
    ending = PurePath(name).suffix.lower()
    if (head[:1] == b"\x80" and head[1:2] in b"\x01\x02\x03\x04\x05") or ending in (".pkl", ".pickle"):
        return _PICKLE
    # Protocol 0 is text: these open a list, a dictionary, a tuple or name a class.
    if head[:3] in (b"(lp", b"(dp", b"(tp") or (
        head[:1] == b"c" and b"\n" in head[1:40] and b"." in head[:40]
    ):
        return _PICKLE
    if ending == ".mat":
        return f"a MATLAB file (.mat). {_SAVE}"
    return ""


def foreign_archive(members: list[str]) -> str:
    """What a zip archive is that holds no data set, told by the names in it; empty where not known."""
    if any(name.endswith("data.pkl") for name in members):
        return f"a file of PyTorch, which holds a Python pickle; it is never opened here. {_SAVE}"
    if "[Content_Types].xml" in members:
        return "a document of Microsoft Office. Save the table as CSV."
    if "model.weights.h5" in members:
        return "a Keras model, not data to learn from."
    return ""
