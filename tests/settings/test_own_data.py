"""Settings of a training on a data set of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.data.info import DATASETS, DatasetInfo
from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import InvalidValue
from lstm_core.export.keras_script import standalone_script
from lstm_core.files import HOME_VARIABLE
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import by_size, preset
from lstm_core.settings.run_key import run_key
from lstm_core.settings.shapes import layer_shapes
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.data.own.test_kept import add


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def test_settings_know_their_data_set_and_still_do_when_it_is_gone(home: Path):
    info = add(home).info
    settings = hyperparameters({"dataset": "letters", "batch_size": 8, "steps": 27})
    assert settings.info == info
    assert settings.epochs() == 8
    assert layer_shapes(settings)[0].output == (8, 28, 28)
    assert layer_shapes(settings)[-1].output == (8, 28, 3)
    OwnSets(home).remove("letters")
    assert hyperparameters(settings.model_dump()) == settings
    assert HyperParameters.model_validate_json(settings.model_dump_json()).info == info
    with pytest.raises(InvalidValue, match=r"`dataset` must be one of mnist, digits; got 'letters'"):
        hyperparameters({"dataset": "letters"})


def test_another_data_set_brings_what_is_known_of_it(home: Path):
    add(home)
    settings = hyperparameters({"dataset": "letters", "batch_size": 8})
    back = with_changes(settings, dataset="mnist")
    assert back.own_data is None
    assert back.info == DATASETS["mnist"]
    assert "own_data" not in back.model_dump()
    assert with_changes(back, dataset="letters") == settings


def test_a_batch_larger_than_the_data_is_refused(home: Path):
    add(home)
    with pytest.raises(InvalidValue, match="at most 27, the training images of letters; got 128"):
        hyperparameters({"dataset": "letters"})


def test_the_run_key_holds_what_the_data_are_and_not_what_else_is_told_of_them(home: Path):
    add(home)
    values = {"dataset": "letters", "batch_size": 8}
    before = run_key(hyperparameters(values))
    OwnSets(home).remove("letters")
    add(home, seed=1)
    assert run_key(hyperparameters(values)) != before
    OwnSets(home).remove("letters")
    add(home)
    assert run_key(hyperparameters(values)) == before


def test_what_is_known_of_the_data_is_checked_when_it_is_read():
    settings = hyperparameters({}).model_dump()
    broken = {"name": "x", "title": "X", "rows": 999, "columns": 28, "classes": 2, "train": 1}
    broken |= {"validation": 1, "test": 1, "fingerprint": "", "class_names": ["a", "b"]}
    with pytest.raises(InvalidValue, match="`own_data` must be what is known of a data set"):
        hyperparameters({**settings, "dataset": "x", "own_data": broken})


def sized(train: int) -> DatasetInfo:
    return DatasetInfo("x", "x", 28, 28, 2, train, 1, 1, "", ("a", "b"))


@pytest.mark.parametrize("train", [1, 9, 100, 4_000, 60_000, 700_000])
def test_the_preset_for_own_data_fits_data_sets_of_every_size(train: int):
    values = by_size(sized(train))
    assert 1 <= values["batch_size"] <= min(64, train)
    assert 900 <= values["steps"] <= 3_000
    seen = values["steps"] * values["batch_size"]
    assert seen == pytest.approx(min(max(60 * train, 60_000), 192_000), rel=0.01) or values["steps"] == 3_000
    assert values["steps"] == pytest.approx(10 * values["evaluate_every"], rel=0.01)


def test_the_preset_for_own_data_is_made_for_the_data_set_that_is_named(home: Path):
    add(home)
    settings = preset("own").settings("letters")
    assert settings.info.title == "letters"
    assert (settings.batch_size, settings.steps) == (6, 3_000)
    assert settings.augmentation == "handwriting"
    assert settings.supervised_rows == "all"


def test_the_script_of_a_run_reads_the_file_that_is_kept_of_the_data_set(home: Path):
    add(home)
    script = standalone_script(preset("own").settings("letters"))
    assert "python SCRIPT.py images.npz " in script
    assert "data/letters/images.npz" in script
    compile(script, "script", "exec")
    assert "sklearn" not in script
    assert "mnist" not in script.lower()
