"""Malformed things of every kind that comes from outside, for campaigns that count what they break.

Every function yields ``(kind, content)`` without end, the same for the same seed; take as many as are wanted
with `itertools.islice`. Some are well-formed but absurd, and a few are harmless: what is asked is that
nothing but an error of `lstm_core.errors` comes of them, in little time and memory.
"""

from __future__ import annotations

import io
import json
import math
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

from lstm_core.settings.descriptions import FIELDS

NUMBERS = (
    *("0", "-1", "1", "1e308", "-1e308", "1e400", "nan", "-nan", "inf", "-inf", "NaN", "Infinity", "1e-400"),
    *(
        "9" * 400,
        "1" + "0" * 5000,
        "0x10",
        "1_000",
        "١٢",
        "1,5",
        "",
        " ",
        "--",
        "½",
        "1e",
        "+-1",
        "True",
        "None",
    ),
    *("2147483648", "9007199254740993", "1.0000000000000002", "\x00", "1\n2", "null"),
)
TEXTS = (
    *(
        "",
        " ",
        "\x00",
        "\u202egpj.exe",
        "\u200b",
        "\ufeff",
        "a" * 100_000,
        "../../etc/passwd",
        "%s%n",
        "${x}",
    ),
    *(
        "<script>alert(1)</script>",
        "![x](http://evil.example/x.png)",
        "http://evil.example",
        ":material/home:",
    ),
    *("'; DROP TABLE runs; --", "\x1b[31m", "名前", "👩\u200d🔬", "e\u0301", "$x^2$", "=1+1", "[]", "{}"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 10**400, 1e308, -1e308, math.nan, math.inf, -math.inf, 0.5, 1e-320),
    *(
        "",
        "x",
        "1",
        "NaN",
        "\u202e",
        "a" * 10_000,
        [],
        [[]],
        {},
        {"a": 1},
        [None],
        [1, [2, [3]]],
        [1e308] * 3,
    ),
)


def pictures(seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Files that claim to be pictures."""
    chance = _chance(seed)
    while True:
        yield _one_of(chance, _picture_with_flips, _picture_cut, _picture_that_boasts, _noise_with_a_magic)


def array_files(seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Files that claim to be ``.npz`` or ``.npy``; the kind begins with which."""
    chance = _chance(seed)
    while True:
        yield _one_of(
            chance, _npz_with_flips, _npz_that_boasts, _npz_of_odd_arrays, _npy_that_boasts, _not_zip
        )


def run_files(seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Files of a run folder; the kind is the name of the file."""
    chance = _chance(seed)
    while True:
        name = chance.choice([*_RUN_FILES])
        good = _RUN_FILES[name]
        broken = chance.random()
        if broken < 0.7:
            content = json.dumps(_spoilt(chance, good)).encode()
            if name == "events.jsonl":
                content += b"\n"
        elif broken < 0.85:
            whole = json.dumps(good).encode()
            content = whole[: chance.randrange(len(whole))]
        else:
            content = chance.choice(
                [b"", b"\x00" * 100, b"[" * 5_000, b"null", b"\xff\xfe{", b'{"a":' * 500, b"\n" * 1_000]
            )
        yield name, content


def assignments(seed: int = 0) -> Iterator[tuple[str, str]]:
    """Values for ``--set``, as ``FIELD=VALUE``; the kind is the field."""
    chance = _chance(seed)
    fields = [*FIELDS, "colour", "__class__", "", "units[0]"]
    while True:
        field = chance.choice(fields)
        value = chance.choice(NUMBERS + TEXTS)
        if field == "units":
            value = ",".join(chance.choices(NUMBERS, k=chance.choice([1, 2, 20, 1000])))
        yield field, f"{field}{chance.choice(['=', '=', '=', '', '=='])}{value}"


def addresses(seed: int = 0) -> Iterator[tuple[str, dict[str, str]]]:
    """Queries of addresses of the Train page; the kind names their fields."""
    chance = _chance(seed)
    fields = [*FIELDS, "epochs", "preset", "run", "embed", "colour", "__proto__"]
    while True:
        query = {chance.choice(fields): chance.choice(NUMBERS + TEXTS) for _ in range(chance.randint(1, 5))}
        yield " ".join(query), query


def csv_files(seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Files that claim to hold the first layer's weights."""
    chance = _chance(seed)
    while True:
        rows, columns = chance.choice([(16, 32), (16, 31), (0, 0), (1, 1), (100, 3), (3, 1000)])
        cells = [["0.1"] * columns for _ in range(rows)]
        for row in cells:
            if chance.random() < 0.2:
                row[chance.randrange(columns)] = chance.choice(NUMBERS + TEXTS[:20])
            if chance.random() < 0.05:
                row.append("1")
        text = chance.choice(["\n", "\r\n", "\r"]).join(
            chance.choice([",", ",", ",", ";", "\t"]).join(row) for row in cells
        )
        content = text.encode("utf-8", "surrogatepass")
        yield chance.choice(
            [
                ("csv of numbers", content),
                ("csv with bytes that are no text", content + bytes(chance.choices(range(256), k=9))),
                ("csv in UTF-16", text.encode("utf-16")),
                ("csv with an open quote", b'"' + content),
                ("csv of one endless line", b"1," * chance.choice([10, 100_000, 700_000])),
                ("csv of empty lines", b"\n" * chance.choice([1, 900_000])),
            ]
        )


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (nothing is kept secret with it)


def _one_of(
    chance: random.Random, *makers: Callable[[random.Random], tuple[str, bytes]]
) -> tuple[str, bytes]:
    return chance.choice(makers)(chance)


def _flipped(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _a_picture(chance: random.Random) -> tuple[str, bytes]:
    kind = chance.choice(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "HEIF"])
    modes = ["L", "RGB"] if kind in ("JPEG", "BMP", "HEIF") else ["L", "RGB", "RGBA", "P"]
    mode = chance.choice([*modes, *(["I;16"] if kind in ("PNG", "TIFF") else [])])
    side = chance.choice([8, 28, 90] if kind == "HEIF" else [1, 8, 28, 90])
    file = io.BytesIO()
    pixels = np.frombuffer(chance.randbytes(side * side), np.uint8).reshape(side, side)
    image = Image.fromarray(pixels).convert(mode)
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(file)
    else:
        image.save(file, kind)
    return kind, file.getvalue()


def _picture_with_flips(chance: random.Random) -> tuple[str, bytes]:
    kind, content = _a_picture(chance)
    return f"{kind} with changed bytes", _flipped(chance, content)


def _picture_cut(chance: random.Random) -> tuple[str, bytes]:
    kind, content = _a_picture(chance)
    return f"{kind} cut short", content[: chance.randrange(len(content))]


def _picture_that_boasts(chance: random.Random) -> tuple[str, bytes]:
    width, height = (chance.choice([0, 1, 9_999, 20_000, 40_000_000, 2**31 - 1]) for _ in range(2))
    header = struct.pack(
        ">IIBBBBB", width, height, chance.choice([1, 8, 16]), chance.choice([0, 2, 3, 4, 6]), 0, 0, 0
    )
    data = zlib.compress(bytes(chance.choice([0, 9, 10_000])))
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return f"PNG of {width} × {height}", b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def _noise_with_a_magic(chance: random.Random) -> tuple[str, bytes]:
    magics = (
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"BM",
        b"II*\0",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
        b"P6 9 9 255\n",
        b"%PDF-1.7",
        b"",
    )
    return "noise after a magic number", chance.choice(magics) + chance.randbytes(chance.choice([0, 5, 300]))


def _network(chance: random.Random) -> dict[str, Any]:
    units, columns = chance.choice([1, 3]), chance.choice([8, 28])
    return {
        "layer0_kernel": np.zeros((columns, 4 * units), np.float32),
        "layer0_recurrent_kernel": np.zeros((units, 4 * units), np.float32),
        "layer0_bias": np.zeros(4 * units, np.float32),
        "head_kernel": np.zeros((units, 10), np.float32),
        "head_bias": np.zeros(10, np.float32),
        "rows": np.int64(columns),
    }


def _npz(arrays: dict[str, Any], *, squeezed: bool = False) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if squeezed else np.savez)(file, **arrays)
    return file.getvalue()


def _npz_with_flips(chance: random.Random) -> tuple[str, bytes]:
    content = _npz(_network(chance), squeezed=chance.random() < 0.5)
    if chance.random() < 0.3:
        return "npz cut short", content[: chance.randrange(len(content))]
    return "npz with changed bytes", _flipped(chance, content)


def _boasting_header(chance: random.Random) -> bytes:
    shape = chance.choice(
        [(10**9,), (10**9, 4), (2**40, 2**20), (-1, 5), (2**63,), (0, 10**12), (10**12, 0), ()]
    )
    descr = chance.choice(["<f4", "<f8", "|O", "<c16", "|V0", "<U0", "<U100000", "<M8[s]", [("a", "<f4")]])
    header = repr({"descr": descr, "fortran_order": False, "shape": shape})
    header = chance.choice([header, header, "-" * 9_000 + "1", "(" * 5_000, "{", "x" * 60_000, "\x00"])
    packed = header.encode() + b"\n"
    return b"\x93NUMPY" + bytes((chance.choice([1, 1, 1, 2, 9]), 0)) + struct.pack("<H", len(packed)) + packed


def _npz_that_boasts(chance: random.Random) -> tuple[str, bytes]:
    file = io.BytesIO()
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in ("layer0_recurrent_kernel.npy", "head_bias.npy", "rows.npy")[: chance.randint(1, 3)]:
            archive.writestr(name, _boasting_header(chance) + bytes(chance.choice([0, 16, 10**7])))
    return "npz that declares too much", file.getvalue()


def _npz_of_odd_arrays(chance: random.Random) -> tuple[str, bytes]:
    arrays = _network(chance)
    odd = (
        *(
            np.int64(10**9),
            np.int64(-1),
            np.float32(np.nan),
            np.array([]),
            np.array("x"),
            np.zeros((2, 2, 2)),
        ),
        *(
            np.array([1, 2]),
            np.float64(1e300),
            np.zeros(3, complex),
            np.array(True),
            np.zeros((300, 4), np.float32),
        ),
    )
    arrays[chance.choice([*arrays, "cell", "layer1_bias", "projection_kernel"])] = chance.choice(odd)
    if chance.random() < 0.2:
        del arrays[chance.choice([*arrays])]
    return "npz of odd arrays", _npz(arrays)


def _npy_that_boasts(chance: random.Random) -> tuple[str, bytes]:
    return "npy that declares too much", _boasting_header(chance) + bytes(chance.choice([0, 16, 4_000]))


def _not_zip(chance: random.Random) -> tuple[str, bytes]:
    start = chance.choice([b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x93NUMPY", b"{}"])
    return "npz that is none", start + chance.randbytes(chance.choice([0, 30, 500]))


_SETTINGS = {"dataset": "digits", "units": [8], "steps": 30}
_RUN_FILES: dict[str, dict[str, Any]] = {
    "run.json": {"name": "a run", "key": "0" * 64, "created": 1e9, "hyperparameters": _SETTINGS},
    "status.json": {"state": "finished", "since": 1e9, "step": 30, "seconds": 2.5, "peak_memory": 1},
    "control.json": {"paused": False, "stop": False, "steps": 40, "learning_rate": 0.1, "batch_size": 16},
    "environment.json": {"tensorflow": "2.21", "device": "a processor"},
    "evaluation.json": {
        "accuracy": 0.5,
        "accuracy_by_rows": [0.5] * 8,
        "loss_by_rows": [1.0] * 8,
        "confusion": [[30 if true == read else 0 for read in range(10)] for true in range(10)],
        "readings": [number % 10 for number in range(300)],
    },
    "events.jsonl": {
        "kind": "batch",
        "step": 3,
        "time": 1e9,
        "loss": 1.0,
        "accuracy": 0.5,
        "learning_rate": 0.1,
        "steps_per_second": 9.0,
    },
}


def _spoilt(chance: random.Random, good: dict[str, Any]) -> Any:
    """``good`` with a value, somewhere in it, of another type or size, a field too many or too few."""
    spoilt = dict(good)
    name = chance.choice([*spoilt])
    value = spoilt[name]
    match chance.randrange(5):
        case 0:
            del spoilt[name]
        case 1:
            spoilt[chance.choice(TEXTS[:20])] = chance.choice(VALUES)
        case 2 if isinstance(value, dict) and value:
            spoilt[name] = _spoilt(chance, value)
        case 2 if isinstance(value, list) and value:
            changed = list(value)
            changed[chance.randrange(len(changed))] = chance.choice(VALUES)
            spoilt[name] = changed[: chance.randint(0, len(changed))]
        case _:
            spoilt[name] = chance.choice(VALUES)
    return spoilt
