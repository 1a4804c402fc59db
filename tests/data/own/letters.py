"""A small data set of upright and lying characters, written to files without the code under test."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

NAMES = ("I", "O", "T")


def letters(per_class: int = 12, rows: int = 28, columns: int = 28, seed: int = 0) -> NDArray[np.uint8]:
    """An I, an O and a T in turn, light on dark, no two alike; ``(3 per_class, rows, columns)``."""
    rng = np.random.default_rng(seed)
    images = np.zeros((3 * per_class, rows, columns), np.uint8)
    for at, image in enumerate(images):
        top, left = rng.integers(2, 4), columns // 2 + rng.integers(-1, 2)
        bottom, ink = rows - rng.integers(2, 4), rng.integers(200, 256)
        wide = columns // 4
        if at % 3 == 1:
            image[top:bottom, left - wide : left + wide] = ink
            image[top + 2 : bottom - 2, left - wide + 2 : left + wide - 2] = 0
        else:
            image[top:bottom, left - 1 : left + 1] = ink
            if at % 3 == 2:
                image[top : top + 2, left - wide : left + wide] = ink
        image[bottom - 1, left] = 100 + at % 100
    return images


def labels_of(images: NDArray[np.uint8]) -> list[str]:
    return [NAMES[at % 3] for at in range(len(images))]


def idx(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def csv(images: NDArray[np.uint8], labels: list[str], header: str = "", delimiter: str = ",") -> bytes:
    lines = [header] if header else []
    for image, label in zip(images, labels, strict=True):
        lines.append(delimiter.join([label, *map(str, image.ravel().tolist())]))
    return ("\n".join(lines) + "\n").encode()


def png(image: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def pictures(images: NDArray[np.uint8], labels: list[str], above: str = "") -> dict[str, bytes]:
    """Names in class folders, and the content of each file."""
    return {
        f"{above}{label}/{at}.png": png(image)
        for at, (image, label) in enumerate(zip(images, labels, strict=True))
    }


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def strokes(per_class: int = 8, seed: int = 0) -> bytes:
    """Pen strokes of L and V by two writers each, in a unit box."""
    rng = np.random.default_rng(seed)
    lines = []
    for at in range(2 * per_class):
        corners = [[0, 0], [0, 1], [0.7, 1]] if at % 2 else [[0, 0], [0.5, 1], [1, 0]]
        moved = (np.array(corners) + rng.uniform(-0.05, 0.05, (3, 2))).clip(0, 1).round(3).tolist()
        record = {"writer": f"w{at % 8 // 2}", "label": "VL"[at % 2], "strokes": [moved]}
        lines.append(json.dumps(record))
    return ("\n".join(lines) + "\n").encode()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
