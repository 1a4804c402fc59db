"""Models of real Keras, saved by it and read without it: they give the probabilities that Keras gives."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.elsewhere.architecture import RESCALED
from lstm_core.elsewhere.model_file import read_model
from lstm_core.errors import ModelRejected
from lstm_core.reading.trace import read_batch
from lstm_core.reading.weights import save_weights
from tests.elsewhere.keras_models import STACKS, built, saved
from tests.networks import random_weights, same_weights

CLOSE = 1e-5

NOT_IN_ARRAYS = {
    "both directions at every row",
    "pixels from 0 to 255",
    "pixels from minus 1 to 1",
    "projected rows of rescaled pixels",
    "letters of 20 rows and 12 columns",
    "one layer used twice",
}
"""What `get_weights` leaves out: directions, rescaling, rows, sharing."""


@pytest.fixture(autouse=True)
def keras_warns_of_the_older_format() -> Any:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*HDF5 file.*legacy.*")
        yield


def predicted(model: Any, name: str, images: np.ndarray) -> Any:
    """Probabilities of Keras after every row it answers, ``(batch, rows or 1, classes)``."""
    pixels = images * 255 if "scaled" in name or "pixels from" in name else images
    pixels = pixels.reshape(len(images), *(8 if side is None else side for side in model.input_shape[1:]))
    found = model.predict(pixels, verbose=0)
    return found if found.ndim == 3 else found[:, None]


@pytest.mark.slow
@pytest.mark.parametrize("name", STACKS)
def test_a_saved_model_reads_as_keras_does(name: str, tmp_path: Path):
    model = built(name)
    forms = ["keras", "h5", *([] if name in NOT_IN_ARRAYS else ["npz"])]
    read = {form: read_model(saved(model, form, tmp_path)) for form in forms}
    weights = read["keras"].weights
    images = np.random.default_rng(3).random((6, weights.rows, weights.columns), np.float32)
    theirs = predicted(model, name, images)
    assert np.ptp(theirs[:, -1], axis=0).max() > 0.05, "the pictures are told apart"
    for form, found in read.items():
        ours = read_batch(found.weights, images)
        assert found.form == form
        assert np.abs(ours[:, -theirs.shape[1] :] - theirs).max() < CLOSE, form
        if form == "npz":
            assert len(found.notes) == 1
        else:
            assert found.settings.supervised_rows == ("all" if len(model.output_shape) == 3 else "last")


def test_what_was_taken_for_granted_is_said(tmp_path: Path):
    notes = {name: read_model(saved(built(name), "keras", tmp_path)).notes for name in STACKS}
    rows = "The model leaves open how many rows it reads. It reads 8, as many as it has columns."
    assert {name: said for name, said in notes.items() if said} == {
        "pixels from 0 to 255": (RESCALED,),
        "pixels from minus 1 to 1": (RESCALED,),
        "projected rows of rescaled pixels": (RESCALED,),
        "any number of rows": (rows,),
    }


def test_settings_describe_the_network(tmp_path: Path):
    settings = read_model(saved(built("lstm with dropout"), "keras", tmp_path)).settings
    assert (settings.dataset, settings.units, settings.cell) == ("digits", (12, 9), "lstm")
    assert (settings.dropout, settings.direction, settings.supervised_rows) == (0.3, "forward", "last")
    settings = read_model(saved(built("both directions at every row"), "keras", tmp_path)).settings
    assert (settings.direction, settings.units, settings.supervised_rows) == ("both", (6, 5), "all")
    settings = read_model(saved(built("projected rows of rescaled pixels"), "h5", tmp_path)).settings
    assert settings.input_projection == 5
    settings = read_model(saved(built("letters of 20 rows and 12 columns"), "h5", tmp_path)).settings
    assert settings.dataset == "mnist"


@pytest.mark.parametrize("both", [False, True])
def test_weights_that_this_project_exported_come_back(tmp_path: Path, both: bool):
    weights = random_weights((6, 5), both=both, initial=not both, projection=0 if both else 4)
    save_weights(weights, tmp_path / "weights.npz")
    found = read_model((tmp_path / "weights.npz").read_bytes())
    assert same_weights(found.weights, weights)
    assert found.settings.initial_state == ("zero" if both else "trainable")
    assert found.notes == ()


def test_a_keras_file_that_this_project_exported_comes_back(tmp_path: Path):
    from lstm_core.settings.validation import hyperparameters
    from lstm_core.training.model import save_for_export

    variants: dict[str, dict[str, Any]] = {
        "plain": {},
        "gru in both directions": {"cell": "gru", "direction": "both"},
        "projected": {"input_projection": 5},
    }
    for name, extra in variants.items():
        settings = hyperparameters({"dataset": "digits", "units": (6, 5), **extra})
        weights = random_weights(
            (6, 5),
            cell=settings.cell,
            both=settings.direction == "both",
            projection=settings.input_projection,
        )
        save_for_export(weights, settings, tmp_path / "model.keras")
        found = read_model((tmp_path / "model.keras").read_bytes())
        assert same_weights(found.weights, weights), name
        assert found.settings.supervised_rows == "all"


def test_the_initial_state_of_an_exported_model_is_refused_by_its_layer(tmp_path: Path):
    from lstm_core.settings.validation import hyperparameters
    from lstm_core.training.model import save_for_export

    settings = hyperparameters({"dataset": "digits", "units": (6,), "initial_state": "trainable"})
    save_for_export(random_weights((6,), initial=True), settings, tmp_path / "model.keras")
    with pytest.raises(ModelRejected, match=r"The layer “lstm_1” \(LSTM\) reads 3 things"):
        read_model((tmp_path / "model.keras").read_bytes())
