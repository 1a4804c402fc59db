"""Picture files with colours of 16 bits, which Pillow cannot write: PNG and TIFF by their specifications."""

from __future__ import annotations

import struct
import zlib

import numpy as np


def png_of(values: np.ndarray) -> bytes:
    """``(rows, columns, channels)`` from 0 to 65,535: grey, grey and alpha, RGB or RGBA."""
    rows, columns, channels = values.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    lines = values.astype(">u2").reshape(rows, -1).view(np.uint8)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", columns, rows, 16, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line.tobytes() for line in lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def tiff_of(
    values: np.ndarray,
    *,
    order: str = "<",
    planes: bool = False,
    deflate: bool = False,
    floats: bool = False,
) -> bytes:
    """The same of RGB or RGBA; ``planes`` puts one channel after the other."""
    rows, columns, channels = values.shape
    parts = [values[..., channel] for channel in range(channels)] if planes else [values]
    stored = [part.astype(f"{order}{'f2' if floats else 'u2'}").tobytes() for part in parts]
    if deflate:
        stored = [zlib.compress(part) for part in stored]
    entries, later = [], b""
    alpha = [(338, "H", [2])] if channels == 4 else []
    count = 12 + len(alpha)
    after = 8 + 2 + 12 * count + 4
    places = after + 2 * 2 * channels + (2 * 4 * channels if planes else 0)
    starts = [places + sum(map(len, stored[:number])) for number in range(len(stored))]
    tags = [
        (256, "H", [columns]),
        (257, "H", [rows]),
        (258, "H", [16] * channels),
        (259, "H", [8 if deflate else 1]),
        (262, "H", [2]),
        (273, "I", starts),
        (277, "H", [channels]),
        (278, "H", [rows]),
        (279, "I", [len(part) for part in stored]),
        (284, "H", [2 if planes else 1]),
        (317, "H", [1]),
        *alpha,
        (339, "H", [3 if floats else 1] * channels),
    ]
    for tag, kind, numbers in tags:
        content = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        if len(content) > 4:
            place, later = struct.pack(f"{order}I", after + len(later)), later + content
        else:
            place = content.ljust(4, b"\0")
        kinds = {"H": 3, "I": 4}[kind]
        entries.append(struct.pack(f"{order}HHI", tag, kinds, len(numbers)) + place)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    table = struct.pack(f"{order}H", count) + b"".join(entries) + struct.pack(f"{order}I", 0)
    return head + table + later.ljust(places - after, b"\0") + b"".join(stored)
