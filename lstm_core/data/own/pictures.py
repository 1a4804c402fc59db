"""Pictures in folders that are named after what they show, one folder a class."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from lstm_core.data.info import MAX_SIDE, MIN_SIDE
from lstm_core.data.own.labelled import Labelled, Part, check_size, part_named
from lstm_core.data.own.sources import Source, reason
from lstm_core.drawing import photograph
from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.picture_file import MAX_FILE_PIXELS
from lstm_core.errors import DataRefused, ImageRejected

STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")

DRAWN_SIDE = 28
"""Rows and columns of images that are made of pictures of several sizes."""

_MOST_BYTES = 32 * 2**20
"""Of one picture."""

Progress = Callable[[int], object]


def is_picture(name: str, head: bytes) -> bool:
    """Whether a file that begins like this is a picture; a RIFF file only where its name says so too."""
    if head[:4] == b"RIFF" or head[:2] == b"BM":
        return name.lower().endswith(ENDINGS)
    return head.startswith(STARTS)


def read_pictures(
    sources: Sequence[Source], progress: Progress | None = None, size: tuple[int, int] | None = None
) -> Iterable[Labelled]:
    """The pictures of each part (training, test), labelled by the name of the folder each lies in.

    Where all have one size of 4 to 128 rows and columns, they are taken as they are, in grey. Otherwise each
    is read as Draw reads a picture: the ink is found, scaled and centred in 28 × 28.

    Args:
        sources: the pictures.
        progress: told how many are read.
        size: rows and columns that the images must have; pictures of any other size are read as Draw reads
            them, in this size.

    Raises:
        DataRefused: one lies in no folder, or cannot be read; the picture is named.
    """
    where = [_class_and_part(source) for source in sources]
    sizes = {_size(source) for source in sources}
    as_they_are = len(sizes) == 1 and all(MIN_SIDE <= side <= MAX_SIDE for side in next(iter(sizes)))
    as_they_are = as_they_are and size in (None, *sizes)
    found_sizes = "several sizes" if len(sizes) > 1 else "another size" if size else "a large size"
    rows, columns = next(iter(sizes)) if as_they_are else size or (DRAWN_SIDE, DRAWN_SIDE)
    note = (
        f"The pictures have {found_sizes}, so each was read as "
        f"a drawing: its ink was found, scaled and centred in {rows} × {columns}."
    )
    check_size(sources[0].name, len(sources), rows, columns)
    images: dict[Part, list[NDArray[np.uint8]]] = {}
    labels: dict[Part, list[str]] = {}
    empty: list[str] = []
    for done, (source, (label, part)) in enumerate(zip(sources, where, strict=True), start=1):
        image = _grey(source) if as_they_are else _drawn(source, rows, columns)
        if image is None:
            empty.append(source.name)
            continue
        images.setdefault(part, []).append(image)
        labels.setdefault(part, []).append(label)
        if progress:
            progress(done)
    if not images:
        raise DataRefused(f"No ink was found on any of the {len(sources):,} pictures.")
    notes: tuple[str, ...] = () if as_they_are else (note,)
    if empty:
        notes += (f"{len(empty)} pictures without ink were left out, the first of them {empty[0]}.",)
    for part, found in images.items():
        yield Labelled(np.stack(found), labels[part], part, "the pictures", ink=not as_they_are, notes=notes)
        notes = ()


def _class_and_part(source: Source) -> tuple[str, Part]:
    """The folder a picture lies in, and what the folders above say it is for."""
    *folders, _ = source.parts
    folders = [folder for folder in folders if folder not in (".", "..", "/")]
    if not folders or part_named(folders[-1]) == folders[-1].lower():
        raise DataRefused(
            f"{source.name} lies in no folder that is named after a class. Put the pictures of each "
            "class into "
            "a folder of their own, such as A/1.png and B/1.png."
        )
    part: Part = next((found for folder in reversed(folders[:-1]) if (found := part_named(folder))), "")
    return " ".join(folders[-1].split()), part


def _opened(source: Source) -> Image.Image:
    content = source.read(_MOST_BYTES)
    try:
        image = Image.open(io.BytesIO(content))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataRefused(f"{source.name} cannot be read as a picture ({reason(error)}).") from error
    if image.width * image.height > MAX_FILE_PIXELS:
        raise DataRefused(
            f"{source.name} has {image.width:,} × {image.height:,} pixels; at most "
            f"{MAX_FILE_PIXELS:,} are read. Make it smaller."
        )
    return image


def _size(source: Source) -> tuple[int, int]:
    image = _opened(source)
    return image.height, image.width


def _grey(source: Source) -> NDArray[np.uint8]:
    """``(rows, columns)`` uint8 as it is; what is transparent counts as bare paper, white under dark ink."""
    image = _opened(source)
    try:
        if image.mode in ("I;16", "I", "I;16B", "F"):
            values = np.asarray(image, np.float64)
            top = 255.0 if values.max() <= 255 else 65535.0
            return np.clip(values * 255 / top, 0, 255).astype(np.uint8)
        if "A" in image.getbands() or "transparency" in image.info:
            with_alpha = image.convert("LA")
            paper = Image.new("LA", image.size, _paper(with_alpha))
            image = Image.alpha_composite(paper.convert("RGBA"), with_alpha.convert("RGBA"))
        return np.asarray(image.convert("L"), np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError) as error:
        raise DataRefused(f"{source.name} is cut short or broken ({reason(error)}).") from error


def _paper(image: Image.Image) -> tuple[int, int]:
    """White where what is opaque is dark, black where it is light."""
    grey, alpha = (np.asarray(band, np.float64) for band in image.split())
    total = alpha.sum()
    return (255 if total == 0 or (grey * alpha).sum() / total < 128 else 0), 255


def _drawn(source: Source, rows: int, columns: int) -> NDArray[np.uint8] | None:
    """The ink of a picture as Draw sees it, ``(rows, columns)`` uint8; None where there is none."""
    _opened(source)
    try:
        image = normalise(photograph.ink_from_file(source.read(_MOST_BYTES)), rows, columns)
    except ImageRejected as error:
        raise DataRefused(f"{source.name}: {error}") from error
    return None if is_blank(image) else np.round(image * 255).astype(np.uint8)
