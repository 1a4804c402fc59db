"""Data sets of one's own in the home folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lstm_core.data import datasets
from lstm_core.data.info import DatasetInfo
from lstm_core.data.own.kept import Kept, OwnSets
from lstm_core.data.own.labelled import Labelled
from lstm_core.data.own.look import Look, look_at
from lstm_core.data.own.splits import split
from lstm_core.errors import DataDamaged, DataMissing, InvalidValue
from tests.data.own import letters as made


def looked(seed: int = 0) -> Look:
    images = made.letters(seed=seed)
    return look_at([Labelled(images, made.labels_of(images), "", "file")])


def add(root: Path, name: str = "letters", seed: int = 0) -> Kept:
    look = looked(seed)
    return OwnSets(root, clock=lambda: 12.0).add(name, look, split(look), ["/some/where/letters.csv"])


def test_what_is_added_is_listed_described_and_loaded_as_it_was(tmp_path: Path):
    kept = add(tmp_path)
    sets = OwnSets(tmp_path)
    assert sets.names() == ["letters"]
    assert sets.all() == [kept]
    info = kept.info
    assert (info.rows, info.columns, info.classes, info.class_names) == (28, 28, 3, ("I", "O", "T"))
    assert (info.train, info.validation, info.test) == (27, 3, 6)
    assert kept.counts == {"I": 12, "O": 12, "T": 12}
    assert kept.sources == ["letters.csv"]
    found, wanted = datasets.load("letters", root=tmp_path), split(looked())
    assert found.info == info
    for piece, original in ((found.train, wanted.train), (found.test, wanted.test)):
        assert np.array_equal(piece.images, original.images)
        assert np.array_equal(piece.labels, original.labels)
        assert not piece.images.flags.writeable
    assert datasets.available("letters", root=tmp_path)


def test_a_name_is_taken_once_and_the_same_data_are_answered_with_what_is_there(tmp_path: Path):
    first = add(tmp_path)
    assert add(tmp_path) == first
    for name in ("letters", "Letters"):
        with pytest.raises(InvalidValue, match="one that no other data set has; remove 'letters' first"):
            add(tmp_path, name, seed=1)
    OwnSets(tmp_path).remove("letters")
    assert add(tmp_path, seed=1).info.fingerprint != first.info.fingerprint


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a b", ".x", "x" * 41, "ä", "con", "LPT1", "a\n"])
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path: Path, name: str):
    with pytest.raises(InvalidValue, match="`name` must be"):
        add(tmp_path, name)
    for ask in (OwnSets(tmp_path).get, OwnSets(tmp_path).remove, OwnSets(tmp_path).load):
        with pytest.raises(DataMissing):
            ask(name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["mnist", "MNIST", "digits"])
def test_names_of_what_comes_with_the_project_are_refused(tmp_path: Path, name: str):
    with pytest.raises(InvalidValue, match="another one than those that come with the project"):
        add(tmp_path, name)


def test_what_is_removed_is_gone_and_nothing_else(tmp_path: Path):
    add(tmp_path)
    other = add(tmp_path, "other", seed=1)
    OwnSets(tmp_path).remove("letters")
    assert OwnSets(tmp_path).all() == [other]
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["other"]
    with pytest.raises(DataMissing, match=r"no data set 'letters' among your own \(other\)"):
        OwnSets(tmp_path).load("letters")


def test_damage_is_said_and_left_where_it_is(tmp_path: Path):
    add(tmp_path)
    folder = tmp_path / "data" / "letters"
    arrays = (folder / "images.npz").read_bytes()
    changed = bytearray(arrays)
    changed[len(changed) // 2] ^= 1
    for content in (b"", arrays[:-100], bytes(changed)):
        (folder / "images.npz").write_bytes(content)
        with pytest.raises(DataDamaged, match=r"images.npz (is|was).*add it again"):
            OwnSets(tmp_path).load("letters")
    (folder / "images.npz").write_bytes(arrays)
    description = json.loads((folder / "data_set.json").read_text())
    for wrong in ("{", "[]", json.dumps({**description, "info": {**description["info"], "rows": 9999}})):
        (folder / "data_set.json").write_text(wrong)
        assert OwnSets(tmp_path).all() == []
        (unreadable,) = OwnSets(tmp_path).unreadable()
        assert "data_set.json is damaged" in unreadable.problem
    assert OwnSets(tmp_path).names() == ["letters"]


def test_half_of_a_data_set_is_never_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(Exception, match="No space left on device"):
        add(tmp_path)
    assert OwnSets(tmp_path).names() == []
    assert not list((tmp_path / "data").iterdir())


@pytest.mark.parametrize(
    ("names", "thing"), [(tuple("0123456789"), "digit"), (tuple("ABC"), "letter"), (("shoe", "bag"), "class")]
)
def test_what_an_image_shows_has_a_word(names: tuple[str, ...], thing: str):
    assert DatasetInfo("x", "X", 28, 28, len(names), 1, 1, 1, "", names).thing == thing
