"""The standalone script stands alone, is well formed for every choice, and computes what a run computes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.arrays import FloatArray
from lstm_core.data.info import DATASETS, Dataset
from lstm_core.errors import InvalidValue
from lstm_core.export.keras_script import COLUMNS, standalone_script
from lstm_core.reading.layer_weights import PACKED, LayerWeights
from lstm_core.reading.trace import read, use_one_core
from lstm_core.reading.weights import LstmWeights, save_weights
from lstm_core.settings.computed import Computed
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.validation import hyperparameters
from tests.forks import run_script
from tests.seeded import seeded

TINY = {"dataset": "digits", "units": (6, 5), "steps": 3, "evaluate_every": 2, "batch_size": 16}
CSV = {"initializer": "csv", "initial_kernel": "0" * 64}


def random_weights_for(settings: HyperParameters) -> LstmWeights:
    """Normal weights in every array that a network with these settings has."""
    rng = np.random.default_rng(3)

    def draw(*shape: int) -> FloatArray:
        return (0.4 * rng.standard_normal(shape)).astype(np.float32)

    def layer(features: int, units: int) -> LayerWeights:
        packed = len(PACKED[settings.cell]) * units
        bias = (2, packed) if settings.cell == "gru" else (packed,)
        return LayerWeights(draw(features, packed), draw(units, packed), draw(*bias), cell=settings.cell)

    info = DATASETS[settings.dataset]
    features = settings.input_projection or info.columns
    layers: list[LayerWeights] = []
    for units in settings.units:
        made = layer(features, units)
        more: dict[str, Any] = {}
        if settings.initial_state == "trainable":
            more = {"initial_hidden": draw(features, units), "initial_cell": draw(features, units)}
        if settings.direction == "both":
            more["backward"] = layer(features, units)
        if layers and settings.layer_weights == "shared":
            made = layers[0]
        arrays = (made.kernel, made.recurrent_kernel, made.bias)
        layers.append(LayerWeights(*arrays, cell=settings.cell, **more) if more else made)
        features = units * (2 if settings.direction == "both" else 1)
    projection: dict[str, Any] = {}
    if width := settings.input_projection:
        projection = {"projection_kernel": draw(info.columns, width), "projection_bias": draw(width)}
    head = draw(features, info.classes), draw(info.classes)
    return LstmWeights(tuple(layers), *head, rows=info.rows, **projection)


@pytest.fixture
def images(tmp_path: Path, digits: Dataset) -> Path:
    """The digits in a file as Keras keeps MNIST, with few to test."""
    path = tmp_path / "digits.npz"
    x = np.concatenate([digits.train.images, digits.validation.images])
    y = np.concatenate([digits.train.labels, digits.validation.labels])
    np.savez(path, x_train=x, y_train=y, x_test=digits.test.images[:20], y_test=digits.test.labels[:20])
    return path


def execute(script: Path, *arguments: object) -> str:
    """Run a script as a stranger would: in another folder, with nothing of this project to import."""
    done = run_script(script, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "values",
    [
        {
            "computation": "by-hand",
            "layout": "time-major",
            "initial_state": "trainable",
            "supervised_rows": "all",
            "input_projection": 7,
        },
        {"cell": "gru", "direction": "both", "computation": "whole-sequence", "input_dropout": 0.1},
        {
            "units": (8, 8),
            "layer_weights": "shared",
            "computation": "separate-matrices",
            "returned": "state",
            "dropout": 0.3,
        },
    ],
    ids=["by hand, every row", "GRU in both directions", "shared, from the state"],
)
def test_a_script_computes_what_the_run_computes(
    values: dict[str, Any], tmp_path: Path, images: Path, digits: Dataset
) -> None:
    settings = hyperparameters({**TINY, **values})
    script, file, answer = tmp_path / "script.py", tmp_path / "run.npz", tmp_path / "answer.npy"
    script.write_text(standalone_script(settings), encoding="utf-8")
    save_weights(weights := random_weights_for(settings), file)

    said = execute(script, images, "--weights", file, "--predictions", answer)

    use_one_core()
    wanted = np.stack([read(weights, image).probabilities for image in digits.test.pixels()[:20]])
    right = np.mean(wanted[:, -1].argmax(axis=1) == digits.test.labels[:20])
    np.testing.assert_allclose(
        np.load(answer), wanted if settings.supervised_rows == "all" else wanted[:, -1], atol=1e-5
    )
    assert f"test accuracy {right:.4f}" in said


@pytest.mark.slow
@pytest.mark.parametrize("computation", ["auto", "by-hand"])
def test_the_script_of_a_run_in_16_bits_trains_in_16_bits(
    computation: str, tmp_path: Path, images: Path
) -> None:
    settings = hyperparameters({**TINY, "computation": computation, "initial_state": "trainable"})
    computed = Computed("tensorflow", "by-hand" if computation == "by-hand" else "fused", "bfloat16")
    (tmp_path / "script.py").write_text(standalone_script(settings, computed), encoding="utf-8")
    probe = tmp_path / "probe.py"
    probe.write_text(
        "import script\n"
        "script.main()\n"
        "model = script.build()\n"
        "for layer in ('layer_1', 'logits'):\n"
        "    found = model.get_layer(layer)\n"
        "    print(found.compute_dtype, *{variable.dtype for variable in found.weights})\n"
    )
    said = execute(probe, images).splitlines()
    assert said[-3].startswith("test accuracy 0.")
    assert said[-2:] == ["bfloat16 float32", "float32 float32"]


def head(*told: Any) -> str:
    """What a script says of itself, on one line."""
    return " ".join(str(ast.get_docstring(ast.parse(standalone_script(*told)))).split())


def test_a_script_names_the_precision_it_computes_in_and_that_of_the_run() -> None:
    left_open = hyperparameters({})
    assert "Computes in float32. The settings leave the precision open" in head(left_open)
    in_16_bits = Computed("tensorflow", "fused", "bfloat16")
    assert "Computes in Keras' mixed_bfloat16: " in head(left_open, in_16_bits)
    assert "the run's own LSTM keeps its cell states in 32 bits" in head(left_open, in_16_bits)
    assert "The run was computed by TensorFlow, fused, in bfloat16." in head(left_open, in_16_bits)
    assert "Computes in Keras' mixed_float16: " in head(hyperparameters({"precision": "mixed"}))
    changed = Computed("tensorflow", "keras", "bfloat16, then float32")
    assert "Computes in float32. The run was computed" in head(left_open, changed)
    assert "precision: " not in head(hyperparameters({"precision": "bfloat16"}))


@pytest.mark.slow
def test_a_script_trains_from_a_csv_file_and_tells_how_it_goes(tmp_path: Path, images: Path) -> None:
    settings = hyperparameters(
        {
            **TINY,
            **CSV,
            "optimizer": "sgd",
            "schedule": "one-cycle",
            "clip_norm": 1,
            "loss": "class-mean",
            "forget_bias": 0.5,
            "dense_initializer": "truncated-normal",
            "dense_bias": 0.1,
        }
    )
    script, csv = tmp_path / "script.py", tmp_path / "first.csv"
    script.write_text(standalone_script(settings), encoding="utf-8")
    np.savetxt(csv, 0.1 * np.random.default_rng(0).standard_normal((8 + 6, 4 * 6)), delimiter=",")
    said = execute(script, images, "--initial-kernel", csv).splitlines()
    assert said[0].startswith("step 2: loss 0.2")  # a tenth of ln 10
    assert said[-1].startswith("test accuracy 0.")


@pytest.mark.slow
def test_a_script_ends_early_and_keeps_its_best_weights(tmp_path: Path, images: Path) -> None:
    values = {**TINY, "steps": 400, "patience": 2, "kept_weights": "best", "learning_rate": 0.3}
    script = tmp_path / "script.py"
    text = standalone_script(hyperparameters(values))
    # The validation images once more, in the place of the test images.
    script.write_text(
        text.replace("accuracy(model, *test)", "accuracy(model, *validation)"), encoding="utf-8"
    )
    *reports, last = execute(script, images).splitlines()
    validated = [float(line.rpartition(" ")[2]) for line in reports]
    best = validated.index(max(validated))
    assert len(validated) == best + 1 + 2 < 200
    assert last == f"test accuracy {validated[best]:.4f}"


@pytest.mark.parametrize("name", PRESETS)
def test_the_script_of_every_preset_is_narrow_and_imports_nothing_of_this_project(name: str) -> None:
    expect_well_formed(standalone_script(PRESETS[name].settings()))


@seeded
@given(
    st.fixed_dictionaries(
        {name: st.sampled_from(field.choices) for name, field in FIELDS.items() if field.choices}
    ),
    st.sampled_from([0, 5, 8]),
    st.sampled_from([0.0, 0.5]),
)
def test_whatever_is_chosen_the_script_is_well_formed(
    choices: dict[str, str], projection: int, rate: float
) -> None:
    more = {"input_projection": projection, "input_dropout": rate, "units": (8, 8), "clip_norm": rate}
    more["patience"] = projection
    kernel = CSV["initial_kernel"] if choices["initializer"] == "csv" else ""
    try:
        settings = hyperparameters({**choices, **more, "initial_kernel": kernel})
    except InvalidValue:
        return
    expect_well_formed(standalone_script(settings))


def expect_well_formed(script: str) -> None:
    tree = ast.parse(script)
    assert max(map(len, script.splitlines())) <= COLUMNS
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [str(node.module)])
    }
    assert imported <= {"argparse", "math", "keras", "numpy", "sklearn"}
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert defined & {"first_weights", "first_bias", "learnt_state", "start_from"} <= used
    assert used & {"first_weights", "first_bias", "learnt_state", "start_from"} <= defined


def test_a_script_says_that_it_leaves_augmentation_out() -> None:
    assert "LEFT OUT" in standalone_script(hyperparameters({"augmentation": "affine"}))
    assert "LEFT OUT" not in standalone_script(hyperparameters({}))


@pytest.mark.skipif(
    not (Path(sys.executable).parent / "ruff").exists(), reason="ruff is installed for developers only"
)
def test_scripts_are_formatted(tmp_path: Path) -> None:
    early = hyperparameters({"patience": 3, "kept_weights": "best"})
    (tmp_path / "early.py").write_text(standalone_script(early), encoding="utf-8")
    for name, preset in PRESETS.items():
        (tmp_path / f"{name}.py").write_text(standalone_script(preset.settings()), encoding="utf-8")
    ruff = Path(sys.executable).parent / "ruff"
    for action in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [ruff, *action, "--isolated", "--line-length", str(COLUMNS), tmp_path],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout
