"""What a file is that is no picture this program reads, by its first bytes; and HEIC, which phones write."""

from __future__ import annotations

import io
import re

from PIL import Image

from lstm_core.errors import ImageRejected

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"})

_RAW_OR_TIFF = (
    "This is a camera's raw picture or a TIFF of a kind that is not read here, such as colours in floating "
    "point. Save it as a PNG or JPEG."
)

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "This is a PDF, a document. Save the page as a PNG or take a screenshot of it."),
    (b"%!PS", "This is PostScript, a document. Save it as a PNG."),
    (b"8BPS", "This is a Photoshop file. Export it as a PNG or JPEG."),
    (b"gimp xcf", "This is a GIMP file. Export it as a PNG or JPEG."),
    (b"PK\x03\x04", "This is a zip archive or an office document. Take the picture out of it."),
    (b"Rar!", "This is an archive. Take the picture out of it."),
    (b"7z\xbc\xaf", "This is an archive. Take the picture out of it."),
    (b"\x1f\x8b", "This is a compressed file (gzip). Unpack it."),
    (b"\x93NUMPY", "This is a NumPy array, not a picture. Save it as a PNG."),
    (b"\x00\x00\x01\x00", "This is an icon (ICO). Save it as a PNG."),
    (b"\x00\x00\x00\x0cJXL ", "This is a JPEG XL picture, which is not read here. Save it as a PNG or JPEG."),
    (b"\xff\x0a", "This is a JPEG XL picture, which is not read here. Save it as a PNG or JPEG."),
    (
        b"\x00\x00\x00\x0cjP  ",
        "This is a JPEG 2000 picture, which is not read here. Save it as a PNG or JPEG.",
    ),
    (b"\x1aE\xdf\xa3", "This is a film. Save one picture of it."),
    (b"II\x1a\x00\x00\x00HEAPCCDR", "This is a camera's raw picture. Develop it to a JPEG."),
    (b"II*\x00", _RAW_OR_TIFF),
    (b"MM\x00*", _RAW_OR_TIFF),
)
_PRINTABLE = re.compile(rb"[\x09\x0a\x0d\x20-\x7e\x80-\xff]*\Z")


def named(data: bytes) -> str:
    """A sentence about what a file is that Pillow does not know."""
    if not data:
        return "The file is empty."
    for beginning, sentence in _BEGINNINGS:
        if data.startswith(beginning):
            return sentence
    head = data[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"<svg" in head[:2_048].lower():
        return "SVG is a drawing program's file, made of shapes instead of pixels. Export it as a PNG."
    if head[:9].lower().startswith((b"<!doctype", b"<html")):
        return "This is a web page, not a picture. Save the picture itself."
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        if brand.startswith(b"avi"):
            return "This is an AVIF picture, which is not read here. Save it as a PNG or JPEG."
        return "This is a film. Save one picture of it."
    if _PRINTABLE.match(data[:512]):
        return "This file is not a picture that the program can read: it holds text."
    return "This file is not a picture that the program can read."


def opened_heif(data: bytes) -> Image.Image | None:
    """A HEIC file, as telephones write photographs, opened but not decoded; None for any other.

    Raises:
        ImageRejected: pillow-heif, which reads it, is not installed.
    """
    if data[4:8] != b"ftyp" or data[8:12] not in _HEIF_BRANDS:
        return None
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        raise ImageRejected(
            "This is a HEIC photograph, and HEIC cannot be read without the package pillow-heif. "
            "Install it (pip install pillow-heif) or save the photograph as a JPEG."
        ) from error
    image: Image.Image = HeifImageFile(io.BytesIO(data))  # type: ignore[no-untyped-call]
    return image
