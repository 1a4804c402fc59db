"""Files damaged at random: each is read, or refused with what is wrong with it; nothing else happens."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections import Counter

import numpy as np
import pytest

from lstm_core.data.own.bring import from_uploads
from lstm_core.data.own.look import look_at
from lstm_core.data.own.splits import split
from lstm_core.errors import DataRefused
from tests.data.own import letters as made

IMAGES = made.letters(3, rows=8, columns=8)
LABELS = made.labels_of(IMAGES)
NUMBERS = np.array([made.NAMES.index(label) for label in LABELS], np.uint8)

WHOLE: dict[str, bytes] = {
    "a.csv": made.csv(IMAGES, LABELS, "label," + ",".join(f"pixel{at}" for at in range(64))),
    "b.csv": made.csv(IMAGES, LABELS, delimiter=";"),
    "a.csv.gz": gzip.compress(made.csv(IMAGES, LABELS), mtime=0),
    "a.npz": made.npz(x_train=IMAGES, y_train=NUMBERS),
    "b.npz": made.npz(images=IMAGES / 255, labels=np.array(LABELS)),
    "a.npy": made.npz(x=IMAGES)[40:],
    "a.zip": made.zipped(made.pictures(IMAGES, LABELS, "mine/")),
    "b.zip": made.zipped({"x.idx": made.idx(IMAGES), "y.idx": made.idx(NUMBERS)}),
    "a.idx": made.idx(IMAGES),
    "a.idx.gz": gzip.compress(made.idx(NUMBERS), mtime=0),
    "a.jsonl": made.strokes(2),
    "a.png": made.png(IMAGES[0]),
}
_EACH = 85
"""So many of each: over 1,000 together."""

_INSERTS = (
    b"\0", b"\xff" * 9, b",", b"\n", b'"', b"[" * 3000, b"nan", b"1e999", b"-", b"\x80\x04", b"PK\x03\x04",
    b"PK\x05\x06", b"\xef\xbb\xbf", b"..", b"\x93NUMPY",
    b"\x7f\xff\xff\xff", "é".encode("latin-1"), b"{}", b"\x1f\x8b\x08",
)  # fmt: skip


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """One to three of: bytes changed, cut short, a part taken out, doubled, or something put in."""
    for _ in range(rng.integers(1, 4)):
        at, to = sorted(rng.integers(0, len(content) + 1, 2).tolist())
        kind = rng.integers(6)
        if kind == 0 and content:
            changed = bytearray(content)
            for place in rng.integers(0, len(content), rng.integers(1, 6)):
                changed[place] = rng.integers(256)
            content = bytes(changed)
        elif kind == 1:
            content = content[:to]
        elif kind == 2:
            content = content[:at] + content[to:]
        elif kind == 3:
            content = content[:to] + content[at:]
        else:
            content = content[:at] + _INSERTS[rng.integers(len(_INSERTS))] + content[at:]
    return content


@pytest.mark.parametrize("name", WHOLE)
def test_whatever_is_damaged_is_read_or_refused_in_words(name: str):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    came: Counter[str] = Counter()
    tracemalloc.start()
    try:
        for _ in range(_EACH):
            files = [(name, damaged(WHOLE[name], rng))]
            if name.startswith("a.idx"):
                files.append(("labels", made.idx(NUMBERS)) if name == "a.idx" else ("x", made.idx(IMAGES)))
            try:
                split(look_at(from_uploads(files)))
            except DataRefused as refused:
                said = str(refused)
                assert 20 < len(said) < 700
                assert "Traceback" not in said
                assert "\n" not in said.replace("\\n", "")
                came["refused"] += 1
            else:
                came["read"] += 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert came["refused"]
    assert peak < 2**27
