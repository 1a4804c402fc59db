"""The small networks that ship: what they differ in, their cards, and the command that makes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lstm_core.data.info import DATASETS, Dataset
from lstm_core.errors import InvalidValue, RunError, WeightsError
from lstm_core.inside.familiarity import load_for
from lstm_core.pretrained import make_familiar, make_small, small_networks
from lstm_core.pretrained.make_small import main, ship
from lstm_core.pretrained.small_networks import (
    BASE,
    CHANGED,
    SEEN,
    SMALL_FOLDER,
    SMALL_NETWORKS,
    familiar_file,
    small_card,
    small_familiarity,
    small_weights,
)
from lstm_core.reading.evaluation import TestResult, evaluate, numpy_reader
from lstm_core.reading.trace import read
from lstm_core.reading.weights import load_weights
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.networks import random_weights, same_weights

MOST_BYTES = 3_000_000


def test_all_together_are_small() -> None:
    files = list(SMALL_FOLDER.iterdir())
    assert {file.stem.removesuffix("-familiar") for file in files} == set(SMALL_NETWORKS)
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


@pytest.mark.parametrize("name", CHANGED)
def test_each_differs_from_the_base_in_one_setting_alone(name: str) -> None:
    base, other = (hyperparameters(SMALL_NETWORKS[which].values) for which in (BASE, name))
    ((field, value),) = CHANGED[name].items()
    assert with_changes(base, **{field: value}) == other
    assert base != other


@pytest.mark.parametrize("name", SMALL_NETWORKS)
def test_a_card_is_of_its_recipe_and_its_weights(name: str) -> None:
    card, weights, info = small_card(name), small_weights(name), DATASETS["mnist"]
    settings = hyperparameters(card.hyperparameters)
    assert settings == hyperparameters(SMALL_NETWORKS[name].values)
    assert (weights.rows, weights.columns, weights.classes) == (info.rows, info.columns, info.classes)
    assert weights.units == settings.units
    assert weights.is_plain
    assert card.command.startswith("python -m lstm_core train --preset ")
    assert not card.tweaked
    assert card.steps == settings.steps


@pytest.mark.parametrize("name", SMALL_NETWORKS)
def test_each_reads_as_well_as_its_card_says(name: str, mnist: Dataset) -> None:
    result = evaluate(numpy_reader(small_weights(name)), mnist.test, 500)
    assert result.accuracy == pytest.approx(small_card(name).test_accuracy, abs=5e-4)
    assert result.accuracy > 0.9


@pytest.mark.parametrize("name", SMALL_NETWORKS)
def test_what_is_familiar_to_each_was_measured_of_its_weights(name: str, mnist: Dataset) -> None:
    weights = small_weights(name)
    familiar = small_familiarity(name, weights)
    warned = [familiar.is_unfamiliar(read(weights, image), image) for image in mnist.test.pixels()[:400]]
    assert sum(warned) <= 12
    with pytest.raises(WeightsError, match="of other weights"):
        small_familiarity(name, random_weights(weights.units, rows=28, columns=28))


def test_the_files_of_what_is_familiar_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist: Dataset
) -> None:
    monkeypatch.setattr(make_familiar, "FOLDER", tmp_path)
    monkeypatch.setattr(make_familiar, "shipped_weights", lambda: small_weights(SEEN))
    monkeypatch.setattr(make_familiar, "familiar_file", lambda name: familiar_file(name, tmp_path))
    monkeypatch.setattr(make_familiar, "SMALL_NETWORKS", (BASE,))
    assert make_familiar.main() == 0
    for weights, path in (
        (small_weights(SEEN), tmp_path / "familiar.npz"),
        (small_weights(BASE), familiar_file(BASE, tmp_path)),
    ):
        assert load_for(weights, path).network == weights.fingerprint


def test_only_the_shared_network_has_equal_layers() -> None:
    for name in SMALL_NETWORKS:
        layers = small_weights(name).layers
        alike = len(layers) == 2 and np.array_equal(layers[0].kernel, layers[1].kernel)
        assert alike == (name == "shared")


def test_the_small_one_has_at_most_sixteen_units_and_was_taught_at_every_row() -> None:
    assert small_weights(SEEN).units == (12,)
    assert small_card(SEEN).hyperparameters["supervised_rows"] == "all"


def test_a_network_that_does_not_ship_is_named() -> None:
    for load in (small_weights, small_card):
        with pytest.raises(InvalidValue, match="one of small, base, dropout"):
            load("../mnist")


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff"])
def test_a_damaged_card_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(small_networks, "SMALL_FOLDER", tmp_path)
    if content is not None:
        (tmp_path / "base.json").write_bytes(content)
    with pytest.raises(WeightsError, match="card of the network base"):
        small_card("base")
    with pytest.raises(WeightsError):
        small_weights("base")


def trained(root: Path, settings: HyperParameters, *, state: str = "finished", tweaked: bool = False) -> Run:
    run = RunStore(root).create(settings)
    run.save_weights(random_weights(settings.units, rows=28, columns=28))
    run.save_environment({"python": "3", "device": "A processor"})
    run.save_result(
        TestResult(
            accuracy=0.5,
            accuracy_by_rows=[0.5],
            loss_by_rows=[1.0],
            confusion=[[1, 0], [1, 0]],
            readings=[0, 0],
        )
    )
    ended = {"state": state, "step": settings.steps, "seconds": 2.0, "tweaked": tweaked}
    run.set_status(run.status.model_copy(update=ended))
    return run


@pytest.mark.slow
def test_the_command_writes_weights_and_card_of_what_it_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[HyperParameters, str]] = []

    def train(settings: HyperParameters, name: str) -> Run:
        asked.append((settings, name))
        return trained(tmp_path / "home", settings)

    monkeypatch.setattr(make_small, "train", train)
    assert main(["one-layer", "base", "--output", str(tmp_path / "made")]) == 0
    assert [name for _, name in asked] == [SMALL_NETWORKS[name].title for name in ("one-layer", "base")]
    assert sorted(file.name for file in (tmp_path / "made").iterdir()) == [
        "base-familiar.npz", "base.json", "base.npz",
        "one-layer-familiar.npz", "one-layer.json", "one-layer.npz",
    ]  # fmt: skip
    assert same_weights(
        load_weights(tmp_path / "made" / "base.npz"), random_weights((28, 28), rows=28, columns=28)
    )
    monkeypatch.setattr(small_networks, "SMALL_FOLDER", tmp_path / "made")
    assert small_card("base").test_accuracy == 0.5
    assert small_familiarity("base", small_weights("base")).network == small_weights("base").fingerprint
    assert "base: test accuracy 0.5000, 2 s" in capsys.readouterr().out


@pytest.mark.slow
def test_without_a_name_all_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_small, "train", lambda settings, name: trained(tmp_path / "home", settings))
    assert main(["--output", str(tmp_path / "made")]) == 0
    made = {file.stem.removesuffix("-familiar") for file in (tmp_path / "made").iterdir()}
    assert made == set(SMALL_NETWORKS)


def test_an_unknown_name_is_refused_before_anything_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_small, "train", None)
    with pytest.raises(SystemExit):
        main(["tiny"])


@pytest.mark.parametrize(
    ("how", "said"),
    [({"state": "stopped"}, "must have finished"), ({"tweaked": True}, "changed while it trained")],
)
def test_what_was_not_trained_as_asked_does_not_ship(
    tmp_path: Path, how: dict[str, object], said: str
) -> None:
    network = SMALL_NETWORKS[BASE]
    run = trained(tmp_path / "home", hyperparameters(network.values), **how)  # type: ignore[arg-type]
    with pytest.raises(RunError, match=said):
        ship(network, run, tmp_path / "made")
    assert not (tmp_path / "made").exists()
