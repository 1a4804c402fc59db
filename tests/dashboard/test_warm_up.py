"""What the dashboard does once when it starts."""

from __future__ import annotations

from pathlib import Path

from dashboard.warm_up import forget_drawings
from lstm_core.data.hand.own_hand import RESTORABLE, OwnHand
from lstm_core.drawing.pen_drawing import PenDrawing
from tests.drawings import CANVAS, TWO


def test_drawings_that_were_deleted_long_ago_leave_the_file(tmp_path: Path) -> None:
    drawing = PenDrawing(tuple(stroke * 180 + (60, 50) for stroke in TWO), (20.0,), (False,), CANVAS)
    before = OwnHand(tmp_path, clock=lambda: 1_000.0)
    kept, gone = (before.add(drawing, "2", origin="written") for _ in range(2))
    before.remove([gone.id])
    just_now = OwnHand(tmp_path)
    last = just_now.add(drawing, "2", origin="written")
    just_now.remove([last.id])
    forget_drawings(tmp_path)
    content = before.path.read_bytes()
    assert gone.id.encode() not in content
    assert kept.id.encode() in content
    assert last.id in OwnHand(tmp_path).collection().removed, "it can be restored for an hour"
    assert RESTORABLE == 3_600


def test_a_collection_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "hand" / "drawings.jsonl").mkdir(parents=True)
    forget_drawings(tmp_path)
    forget_drawings(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
