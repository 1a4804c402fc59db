"""What the folder of a run holds that is taught drawings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_core.errors import InvalidValue, RunDamaged
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import (
    DRAWINGS,
    PARENT,
    TEACHING,
    OwnDrawings,
    check_material,
    load_material,
    save_teaching,
    teaching_of,
)
from tests.networks import random_weights, same_weights
from tests.teaching.lessons import SETTINGS, finished_parent, material, settings_for

MATERIAL = material()


@pytest.fixture
def taught(store: RunStore) -> Run:
    return store.create(settings_for(MATERIAL), material=MATERIAL)


def test_the_folder_holds_the_parent_and_the_drawings(taught: Run):
    found = load_material(taught)
    assert same_weights(found.parent, MATERIAL.parent)
    np.testing.assert_array_equal(found.images, MATERIAL.images)
    np.testing.assert_array_equal(found.labels, MATERIAL.labels)
    assert found.teaching == MATERIAL.teaching == teaching_of(taught)
    assert found.fingerprint == MATERIAL.fingerprint


def test_figures_are_kept_beside_it(taught: Run):
    teaching = teaching_of(taught)
    assert teaching is not None
    assert teaching.own is None
    own = OwnDrawings(of=10, right_before=7, right_after=9)
    save_teaching(taught, teaching.model_copy(update={"own": own}))
    found = teaching_of(taught)
    assert found is not None
    assert found.own == own
    assert found.parent_name == "parent"


def test_a_run_that_was_not_taught_says_nothing(store: RunStore):
    assert teaching_of(finished_parent(store)) is None


@pytest.mark.parametrize("name", [PARENT, DRAWINGS, TEACHING])
@pytest.mark.parametrize("harm", ["missing", "torn"])
def test_what_is_missing_or_damaged_is_said(taught: Run, name: str, harm: str):
    path = taught.folder / name
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RunDamaged, match="damaged"):
        load_material(taught)


def test_drawings_of_another_run_are_noticed(taught: Run, store: RunStore):
    other = replace(MATERIAL, images=255 - MATERIAL.images)
    stranger = store.create(settings_for(other), material=other)
    (stranger.folder / DRAWINGS).replace(taught.folder / DRAWINGS)
    with pytest.raises(RunDamaged, match="fingerprint of the drawings"):
        load_material(taught)


def test_a_parent_of_another_run_is_noticed(taught: Run, store: RunStore):
    other = material(random_weights((4,), seed=1))
    stranger = store.create(settings_for(other), material=other)
    (stranger.folder / PARENT).replace(taught.folder / PARENT)
    with pytest.raises(RunDamaged, match="fingerprint of the parent's weights"):
        load_material(taught)


def test_settings_and_material_go_together():
    settings = settings_for(MATERIAL)
    check_material(settings, MATERIAL)
    check_material(SETTINGS, None)
    with pytest.raises(InvalidValue, match="submitted with the parent's weights and the drawings"):
        check_material(settings, None)
    with pytest.raises(InvalidValue, match="submitted with the parent's weights and the drawings"):
        check_material(SETTINGS, MATERIAL)


def test_no_half_of_a_run_is_left_when_it_cannot_be_made(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(Exception, match="No space left"):
        store.create(settings_for(MATERIAL), material=MATERIAL)
    assert list((tmp_path / "runs").iterdir()) == []
