"""The weights that ship, and their card."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.data.info import DATASETS, Dataset
from lstm_core.errors import WeightsError
from lstm_core.pretrained import shipped
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.settings.validation import hyperparameters

MOST_BYTES = 4_000_000


def test_the_shipped_network_reads_mnist_and_is_small():
    weights = shipped.shipped_weights()
    info = DATASETS["mnist"]
    assert (weights.rows, weights.columns, weights.classes) == (info.rows, info.columns, info.classes)
    assert (shipped.FOLDER / "mnist.npz").stat().st_size <= MOST_BYTES


def test_the_card_is_that_of_the_weights():
    card, weights = shipped.shipped_card(), shipped.shipped_weights()
    settings = hyperparameters(card.hyperparameters)
    assert settings.units == weights.units
    assert settings.seed == card.seed
    assert 0.9 < card.test_accuracy <= 1


@pytest.mark.slow
def test_the_shipped_network_reads_as_well_as_its_card_says(mnist: Dataset):
    result = evaluate(numpy_reader(shipped.shipped_weights()), mnist.test, 500)
    # weights are kept in 16 bits, and sums in another order round another way
    assert result.accuracy == pytest.approx(shipped.shipped_card().test_accuracy, abs=5e-4)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff"])
def test_a_damaged_card_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    if content is not None:
        (tmp_path / "mnist.json").write_bytes(content)
    with pytest.raises(WeightsError, match="card of the shipped weights cannot be read"):
        shipped.shipped_card()
    with pytest.raises(WeightsError):
        shipped.shipped_weights()
