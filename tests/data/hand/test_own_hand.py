"""A person's drawings are kept, whatever happens to who writes them."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from lstm_core.data.hand import own_hand
from lstm_core.data.hand.images import images_of
from lstm_core.data.hand.own_hand import RESTORABLE, OwnHand
from lstm_core.data.hand.stroke_file import import_strokes
from lstm_core.data.info import DIGITS
from lstm_core.data.own.sources import Source
from lstm_core.data.own.stroke_lines import read_strokes
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.pen_drawing import PenDrawing, pen_drawing_of_canvas
from lstm_core.drawing.strokes import ink_from_fabric
from lstm_core.errors import DataMissing, DataRefused, InvalidValue, StorageError
from tests.drawings import CANVAS, FOUR, SEVEN, TWO


def pen(digit: list[np.ndarray], width: float = 20, *, erased: bool = False) -> PenDrawing:
    strokes = tuple(stroke * 180 + (60, 50) for stroke in digit)
    erasing = tuple(erased and number > 0 for number in range(len(strokes)))
    return PenDrawing(strokes, (width,) * len(strokes), erasing, CANVAS)


@pytest.fixture
def hand(tmp_path: Path) -> OwnHand:
    times = itertools.count(100)
    ids = itertools.count(1)
    return OwnHand(tmp_path, clock=lambda: float(next(times)), new_id=lambda: f"{next(ids):012x}")


def labels(hand: OwnHand) -> list[str]:
    return [kept.label for kept in hand.drawings()]


def test_nothing_is_made_before_something_is_kept(hand: OwnHand) -> None:
    assert hand.drawings() == []
    assert hand.version == ()
    assert hand.export() == b""
    assert not hand.path.parent.exists()


def test_a_drawing_is_kept_with_what_it_shows_and_found_by_another_window(hand: OwnHand) -> None:
    kept = hand.add(pen(SEVEN), "7", origin="corrected", read_as="1", classes=DIGITS)
    (found,) = OwnHand(hand.root).drawings()
    assert (found.id, found.label, found.origin, found.read_as) == (kept.id, "7", "corrected", "1")
    assert found.classes == DIGITS
    assert found.kept_at == 100
    for one, other in zip(found.drawing.strokes, kept.drawing.strokes, strict=True):
        np.testing.assert_allclose(one, other, atol=0.01)


def test_relabel_delete_and_restore_are_told_by_later_lines(hand: OwnHand) -> None:
    first, second = (
        hand.add(pen(digit), label, origin="written") for digit, label in ((TWO, "2"), (SEVEN, "1"))
    )
    hand.relabel(second.id, "7")
    assert labels(hand) == ["2", "7"]
    hand.remove([first.id])
    assert labels(hand) == ["7"]
    hand.restore([first.id])
    assert labels(OwnHand(hand.root)) == ["2", "7"], "in the order in which they were kept"
    assert len(hand.path.read_bytes().splitlines()) == 5


@pytest.mark.parametrize("act", ["relabel", "remove", "restore"])
def test_what_is_no_longer_there_is_said(hand: OwnHand, act: str) -> None:
    kept = hand.add(pen(TWO), "2", origin="written")
    hand.remove([kept.id])
    hand.restore([kept.id])
    before = hand.path.read_bytes()
    with pytest.raises(DataMissing, match="no drawing '0000000000ff'"):
        hand.relabel("0000000000ff", "3") if act == "relabel" else getattr(hand, act)(["0000000000ff"])
    assert hand.path.read_bytes() == before


def test_a_torn_last_line_is_passed_over_and_the_next_drawing_is_kept_whole(hand: OwnHand) -> None:
    hand.add(pen(TWO), "2", origin="written")
    hand.add(pen(FOUR), "4", origin="written")
    whole = hand.path.read_bytes()
    for cut in (1, 200, len(whole.splitlines(keepends=True)[1]) - 1):
        hand.path.write_bytes(whole[:-cut])
        again = OwnHand(hand.root)
        lost = [] if cut == 1 else ["4"]  # a line that lacks only its end can be read
        assert labels(again) == [name for name in ("2", "4") if name not in lost]
        assert again.collection().unreadable == 0
        again.add(pen(SEVEN), "7", origin="written")
        assert labels(OwnHand(hand.root)) == [*labels(again)[:-1], "7"]
        assert OwnHand(hand.root).collection().unreadable == len(lost)


def test_lines_that_cannot_be_read_are_counted_and_stay_for_ever(hand: OwnHand) -> None:
    hand.add(pen(TWO), "2", origin="written")
    strange = [b"no JSON", b'{"op": "dream", "at": 1}', b'{"op": "add", "id": "x"}', b"\xff" * 3_000_000]
    with hand.path.open("ab") as file:
        file.write(b"\n".join(strange) + b"\n\n")
    hand.add(pen(SEVEN), "7", origin="written")
    assert labels(hand) == ["2", "7"]
    assert hand.collection().unreadable == 4
    hand.clear()
    assert labels(hand) == []
    assert hand.path.read_bytes().splitlines() == strange


def test_delete_all_leaves_nothing_to_restore(hand: OwnHand) -> None:
    first = hand.add(pen(TWO), "2", origin="written")
    hand.add(pen(SEVEN), "7", origin="written")
    hand.remove([first.id])
    hand.clear()
    assert hand.path.read_bytes() == b""
    assert not hand.collection().removed
    hand.add(pen(FOUR), "4", origin="written")
    assert labels(hand) == ["4"]


def test_a_deleted_drawing_leaves_the_file_once_it_can_no_longer_be_restored(tmp_path: Path) -> None:
    now = [1_000.0]
    hand = OwnHand(tmp_path, clock=lambda: now[0])
    written = ((TWO, "2"), (FOUR, "4"), (SEVEN, "1"))
    two, four, seven = (hand.add(pen(digit), label, origin="written") for digit, label in written)
    hand.relabel(seven.id, "7")
    hand.remove([two.id, seven.id])
    hand.restore([seven.id])
    with hand.path.open("ab") as file:
        file.write(b"a strange line\n")
    now[0] += RESTORABLE - 1
    assert hand.forget() == 0
    assert two.id in hand.collection().removed
    before = [line for line in hand.path.read_bytes().splitlines() if two.id.encode() not in line]
    now[0] += 1
    assert hand.forget() == 1
    left = hand.path.read_bytes()
    assert two.id.encode() not in left
    kept = [line for line in left.splitlines() if line.count(b'"ids"') == 0]
    assert kept == [line for line in before if line.count(b'"ids"') == 0], "other lines are as they were"
    for seen in (hand, OwnHand(tmp_path)):
        assert labels(seen) == ["4", "7"]
        assert (seen.collection().removed, seen.collection().unreadable) == ({}, 1)
    assert hand.forget() == 0
    assert hand.path.read_bytes() == left
    with pytest.raises(DataMissing):
        hand.restore([two.id])
    assert four.id in hand.collection().drawings


def test_what_is_written_after_the_hour_takes_deleted_drawings_out(tmp_path: Path) -> None:
    now = [1_000.0]
    hand = OwnHand(tmp_path, clock=lambda: now[0])
    first = hand.add(pen(TWO), "2", origin="written")
    hand.remove([first.id])
    now[0] += RESTORABLE
    assert first.id in hand.collection().removed, "reading changes nothing"
    hand.add(pen(SEVEN), "7", origin="written")
    assert first.id.encode() not in hand.path.read_bytes()
    assert len(hand.path.read_bytes().splitlines()) == 1


def test_restoring_comes_before_forgetting_and_a_drawing_that_is_back_stays(tmp_path: Path) -> None:
    now = [1_000.0]
    hand = OwnHand(tmp_path, clock=lambda: now[0])
    first = hand.add(pen(TWO), "2", origin="written")
    hand.remove([first.id])
    now[0] += 2 * RESTORABLE
    hand.restore([first.id])
    assert (labels(hand), hand.forget()) == (["2"], 0)
    hand.remove([first.id])
    hand.add_all([first])  # as an import of the same drawing does
    now[0] += 2 * RESTORABLE
    assert (labels(hand), hand.forget()) == (["2"], 0)
    assert labels(OwnHand(tmp_path)) == ["2"]


def test_forgetting_makes_no_folder_and_leaves_a_full_disk_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    hand = OwnHand(tmp_path, clock=lambda: now[0])
    assert hand.forget() == 0
    assert not hand.path.parent.exists()
    first = hand.add(pen(TWO), "2", origin="written")
    hand.remove([first.id])
    now[0] += RESTORABLE
    before = hand.path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StorageError, match="No space left"):
            hand.forget()
    assert hand.path.read_bytes() == before
    assert sorted(path.name for path in hand.path.parent.iterdir()) == ["drawings.jsonl", "drawings.lock"]
    assert hand.forget() == 1


def _forget_for_ever(root: str, told: Connection) -> None:
    times = itertools.count(1_000, int(RESTORABLE))
    hand = OwnHand(Path(root), clock=lambda: float(next(times)))
    while True:
        kept = hand.add(pen(SEVEN), "7", origin="written")
        gone = hand.add(pen(TWO), "2", origin="written")
        told.send((kept.id, None))
        hand.remove([gone.id])
        told.send((None, gone.id))


@pytest.mark.slow
def test_whoever_forgets_may_be_killed_and_nothing_else_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for killed in range(1, 5):
        heard, told = context.Pipe(duplex=False)
        writer = context.Process(target=_forget_for_ever, args=(str(tmp_path), told))
        writer.start()
        told.close()
        said = [heard.recv() for _ in range(11)]
        writer.kill()
        writer.join(60)
        with contextlib.suppress(EOFError):
            while True:
                said.append(heard.recv())
        found = OwnHand(tmp_path).collection()
        assert {kept for kept, _ in said if kept} <= set(found.drawings)
        assert not {gone for _, gone in said if gone} & set(found.drawings)
        assert found.unreadable <= killed, "half a line each time at most"
        OwnHand(tmp_path).forget()
        content = OwnHand(tmp_path).path.read_bytes()
        assert not any(gone.encode() in content for _, gone in said if gone)


def _keep_some(root: str, count: int) -> None:
    hand = OwnHand(Path(root))
    for _ in range(count):
        hand.add(pen(SEVEN), "7", origin="written")


@pytest.mark.slow
def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_keep_some, args=(str(tmp_path), 25)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    found = OwnHand(tmp_path).collection()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert (len(found.drawings), found.unreadable) == (50, 0)


def _keep_for_ever(root: str, told: Connection) -> None:
    hand = OwnHand(Path(root))
    while True:
        told.send(hand.add(pen(SEVEN), "7", origin="written").id)


@pytest.mark.slow
def test_whoever_writes_may_be_killed_and_what_was_kept_stays(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for _ in range(3):
        heard, told = context.Pipe(duplex=False)
        writer = context.Process(target=_keep_for_ever, args=(str(tmp_path), told))
        writer.start()
        told.close()
        kept = [heard.recv() for _ in range(5)]
        writer.kill()
        writer.join(60)
        with contextlib.suppress(EOFError):
            while True:
                kept.append(heard.recv())
        hand = OwnHand(tmp_path)
        assert set(kept) <= set(hand.collection().drawings)
        hand.add(pen(TWO), "2", origin="written")
    assert OwnHand(tmp_path).drawings()[-1].label == "2"


def test_more_than_the_most_is_refused_and_nothing_is_written(
    hand: OwnHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_hand, "MOST_DRAWINGS", 2)
    kept = [hand.add(pen(TWO), "2", origin="written") for _ in range(2)]
    before = hand.path.read_bytes()
    with pytest.raises(DataRefused, match="can hold 2"):
        hand.add(pen(TWO), "2", origin="written")
    assert hand.path.read_bytes() == before
    hand.remove([kept[0].id])
    hand.add(pen(SEVEN), "7", origin="written")
    with pytest.raises(DataRefused, match="can hold 2"):
        hand.restore([kept[0].id])
    assert labels(hand) == ["2", "7"]


def test_a_file_that_has_grown_too_long_takes_no_more(hand: OwnHand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.add(pen(TWO), "2", origin="written")
    monkeypatch.setattr(own_hand, "MOST_FILE_BYTES", hand.path.stat().st_size + 10)
    with pytest.raises(DataRefused, match="Export your drawings"):
        hand.add(pen(TWO), "2", origin="written")
    assert labels(hand) == ["2"]


@pytest.mark.parametrize("label", ["", "x" * 41])
def test_a_label_is_the_name_of_a_class(hand: OwnHand, label: str) -> None:
    with pytest.raises(InvalidValue, match="label"):
        hand.add(pen(TWO), label, origin="written")


def test_a_drawing_without_ink_is_refused(hand: OwnHand) -> None:
    dot = PenDrawing((np.array([[140.0, 140.0]]),), (1.0,), (False,), CANVAS)
    with pytest.raises(InvalidValue, match="ink"):
        hand.add(dot, "1", origin="written")
    assert not hand.path.exists()


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "hand").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="hand"):
        OwnHand(tmp_path).add(pen(TWO), "2", origin="written")


def test_half_a_line_that_a_full_disk_left_is_taken_back(
    hand: OwnHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.add(pen(TWO), "2", origin="written")
    before = hand.path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        hand.add(pen(SEVEN), "7", origin="written")
    assert hand.path.read_bytes() == before


def test_its_image_is_that_of_the_draw_page_also_with_the_eraser(hand: OwnHand) -> None:
    for drawing in (pen(SEVEN), pen(FOUR, 14, erased=True)):
        canvas = {"objects": drawing.on_canvas(280)}
        hand.add(pen_drawing_of_canvas(canvas, CANVAS), "7", origin="written")
        on_the_page = normalise(ink_from_fabric(canvas, CANVAS), 28, 28)
        found = images_of(OwnHand(hand.root).drawings()[-1:], 28, 28, DIGITS)
        np.testing.assert_allclose(found.pixels()[0], on_the_page, atol=0.02)
        assert found.labels.tolist() == [7]


def test_an_exported_file_is_a_data_set_and_can_be_imported_once(hand: OwnHand, tmp_path: Path) -> None:
    for digit, label in ((TWO, "2"), (FOUR, "4"), (SEVEN, "7")):
        hand.add(pen(digit, erased=True), label, origin="written")
    exported = hand.export()
    assert [json.loads(line)["label"] for line in exported.splitlines()] == ["2", "4", "7"]
    own = images_of(hand.drawings(), 28, 28, DIGITS)
    source = Source("hand.jsonl", ("hand.jsonl",), len(exported), lambda: io.BytesIO(exported))
    np.testing.assert_array_equal(read_strokes(source).images, own.images)
    other = OwnHand(tmp_path / "other")
    assert len(import_strokes(other, "hand.jsonl", exported).kept) == 3
    again = import_strokes(other, "hand.jsonl", exported)
    assert (again.kept, again.known) == ((), 3)
    np.testing.assert_array_equal(images_of(other.drawings(), 28, 28, DIGITS).images, own.images)


def test_a_file_with_a_line_that_is_no_drawing_is_refused_whole(hand: OwnHand) -> None:
    good = b'{"label": 7, "strokes": [[[0, 0], [1, 0], [0.4, 2]]]}'
    for bad, said in (
        (b"[]", "line 2 must be an object"),
        (b'{"label": "7", "strokes": [[[0, "a"]]]}', "line 2: `strokes`"),
        (b'{"label": "7", "strokes": [[[0, 0], [9, 9]]], "sheet": [5, 5], "widths": [1]}', "line 2: `sheet`"),
        (
            b'{"label": "7", "strokes": [[[0, 0], [9, 9]]], "sheet": [99, 99], "widths": [-1]}',
            "line 2: `widths`",
        ),
    ):
        with pytest.raises(DataRefused, match=said):
            import_strokes(hand, "pen.jsonl", good + b"\n" + bad)
    assert hand.drawings() == []
    found = import_strokes(hand, "pen.jsonl", good + b'\n\n{"label": 1, "strokes": []}\n' + good)
    assert (len(found.kept), found.known, found.empty) == (1, 1, 1)
    with pytest.raises(DataRefused, match="holds no drawings"):
        import_strokes(hand, "empty.jsonl", b"\n")
