"""The Evidence page without a browser, over results that stand nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.evidence import tables
from dashboard.parts.chart import chart
from lstm_core.errors import DataDamaged
from lstm_core.evidence import results
from lstm_core.evidence.experiments import COMPARISONS, settings_of
from lstm_core.evidence.results import MIB, MemoryResult, Results, TrainingResult
from lstm_core.figures.figure import Figure
from lstm_core.pretrained.shipped import shipped_card
from lstm_core.reading.percents import accuracy
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.run_key import run_key
from tests.pretended import open_page, pretend, text

ORIGIN = {
    "device": "A <processor>",
    "versions": {"python": "3.11.7", "backend": "tensorflow", "tensorflow": "2.21.0"},
    "date": "2026-11-21",
}


def a_training(
    accuracy: float, seed: int, preset: str, sharing: int | None = None, **computed: str
) -> TrainingResult:
    varied = {} if sharing is None else dict(COMPARISONS["shared"].sides[sharing].varied)
    chosen = f"--preset {preset}" if sharing is None else "--compare shared"
    settings = settings_of(preset, varied, seed)
    return TrainingResult(
        command=f"python -m lstm_core reproduce {chosen} --seeds 0,1",
        preset=preset,
        varied=varied,
        seed=seed,
        key=run_key(settings),
        steps=settings.steps,
        accuracy=accuracy,
        seconds=131.0,
        **computed,
        **ORIGIN,
    )


def a_memory(network: str, mebibytes: int) -> MemoryResult:
    values = {"network": network, "images": 10_000, "extra_bytes": mebibytes * MIB, "measured": "resident"}
    return MemoryResult.model_validate(
        {"command": "python -m lstm_core reproduce --memory", **values, **ORIGIN}
    )


@pytest.fixture(autouse=True)
def nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretend(monkeypatch, tmp_path)


def hold(monkeypatch: pytest.MonkeyPatch, *made: TrainingResult | MemoryResult) -> None:
    held = Results()
    for one in made:
        held = held.with_training(one) if isinstance(one, TrainingResult) else held.with_memory(one)
    monkeypatch.setattr(results, "results", lambda: held)


def alts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the figures of the next pages say to those who do not see them, by key."""
    said: dict[str, str] = {}

    def noted(figure: Figure, *, alt: str, key: str) -> None:
        said[key] = alt
        chart(figure, alt=alt, key=key)

    monkeypatch.setattr(tables, "chart", noted)
    return said


def test_without_results_every_preset_says_how_to_make_them(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch)
    said = text(open_page("evidence"))
    for name in PRESETS:
        assert f"python -m lstm_core reproduce --preset {name}<" in said
    assert "`python -m lstm_core reproduce --memory`" in said
    for name in COMPARISONS:
        assert f"`python -m lstm_core reproduce --compare {name}`" in said
    assert "Nothing has been reproduced yet" in said


def test_published_stands_beside_reproduced(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, a_training(0.985, 0, "huang-2017"), a_training(0.987, 1, "huang-2017"))
    figures = alts(monkeypatch)
    said = text(open_page("evidence"))
    assert "98.58\xa0%" in said
    assert "98.60 ± 0.14\xa0%" in said
    assert "98.50 to 98.70\xa0%, 2 seeds; the published value is reached" in said
    assert "2 min 11 s" in said
    assert "published 98.58\xa0%" in figures["evidence-presets"]


def test_a_value_that_is_not_reached_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, a_training(0.98, 0, "huang-2017"))
    assert "<small>1 seed; not reached" in text(open_page("evidence"))


def test_a_value_that_another_seed_may_reach_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, *(a_training(a, seed, "huang-2017") for seed, a in enumerate((0.98, 0.982, 0.984))))
    said = text(open_page("evidence"))
    assert "98.00 to 98.40\xa0%, 3 seeds; the published value is above all of these, but another" in said
    assert "97.21 to 99.19\xa0% is the 95\xa0% prediction interval" in said


def test_a_mean_of_what_was_computed_differently_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = [{"computation": "fused", "precision": name} for name in ("bfloat16", "float32")]
    hold(monkeypatch, *(a_training(0.98, seed, "quick", None, **way) for seed, way in enumerate(ways)))
    assert "2 seeds; computed by TensorFlow, fused, in bfloat16 and in float32" in text(open_page("evidence"))


def test_what_the_two_sides_of_an_experiment_were_computed_with_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fused = {"computation": "fused", "precision": "float32"}
    alike = [a_training(0.98, 0, "tutorial", side, **fused) for side in (0, 1)]
    hold(monkeypatch, *alike)
    assert "All computed by TensorFlow, fused, in float32." in text(open_page("evidence"))
    hold(monkeypatch, alike[0], a_training(0.98, 0, "tutorial", 1, computation="keras", precision="float32"))
    assert (
        "“separate” computed by TensorFlow, fused, in float32; “shared” computed by TensorFlow, keras, in "
        "float32." in text(open_page("evidence"))
    )


def test_what_was_chosen_here_is_said_of_every_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch)
    said = text(open_page("evidence")).replace("&#x27;", "'")
    for preset in PRESETS.values():
        assert preset.source in said
        assert preset.chosen_here in said


def test_memory_stands_beside_the_authors(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, a_memory("cnn", 1836), a_memory("lstm", 104))
    figures = alts(monkeypatch)
    said = text(open_page("evidence"))
    assert figures["evidence-memory"] == (
        "Bars of memory in MiB: LSTM published, GPU 725 MiB, CNN published, GPU 8,721 MiB, "
        "LSTM here, CPU 104 MiB, CNN here, CPU 1,836 MiB."
    )
    assert "growth of the process's resident memory beyond the images, on A <processor>" in said


def test_shared_weights_stand_beside_separate_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [a_training(0.98 - 0.01 * side, seed, "tutorial", side) for side in (0, 1) for seed in (0, 1)]
    hold(monkeypatch, *made)
    said = text(open_page("evidence"))
    assert "**separate**: 98.00 ± 0.00\xa0% over 2 seeds" in said
    assert "**shared**: 97.00 ± 0.00\xa0% over 2 seeds" in said
    assert "The mean of “shared” is 1.00 percentage points below that of “separate”" in said
    assert "not trained here yet" in said  # the comparison is no result of the preset itself


def test_commands_machine_versions_and_date_stand_beneath(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, a_training(0.98, 0, "quick"), a_training(0.98, 1, "quick"), a_memory("lstm", 104))
    page = open_page("evidence")
    assert page.code[0].value.splitlines() == [
        "python -m lstm_core reproduce --preset quick --seeds 0,1",
        "python -m lstm_core reproduce --memory",
    ]
    assert "Made 2026-11-21 on A <processor> with Python 3.11.7, TensorFlow 2.21.0." in text(page)


def test_a_damaged_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> Results:
        raise DataDamaged("The reproduced results are damaged: <b>no</b>.")

    monkeypatch.setattr(results, "results", damaged)
    page = open_page("evidence")
    assert "The reproduced results are damaged: <b>no</b>." in text(page)


def test_the_network_that_ships_is_told_apart_from_the_presets() -> None:
    card = shipped_card()
    said = text(open_page("evidence"))
    assert f"`{card.command}` trains it, in {card.steps:,} steps" in said
    assert f"It reads {accuracy(card.test_accuracy)} of MNIST's test images correctly." in said
