"""What was reproduced: its file and its statistics."""

from __future__ import annotations

import json
import math
import os
import statistics
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import ttest_ind

from lstm_core.data.info import DATASETS
from lstm_core.errors import DataDamaged, InvalidValue, StorageError
from lstm_core.evidence.experiments import COMPARISONS, settings_of
from lstm_core.evidence.results import FILE, MIB, MemoryResult, Results, TrainingResult, results, save
from lstm_core.evidence.summaries import MeanDifference, Summary, comparison, mean_difference, summary
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.run_key import run_key
from lstm_core.settings.shapes import parameter_count
from lstm_core.settings.validation import with_changes

ORIGIN = {"device": "A processor", "versions": {"python": "3.11.7", "keras": "3.15.1"}, "date": "2026-11-21"}


def a_training(
    accuracy: float, seed: int = 0, preset: str = "huang-2017", seconds: float = 60.0, **varied: Any
) -> TrainingResult:
    settings = settings_of(preset, varied, seed)
    return TrainingResult(
        command=f"python -m lstm_core reproduce --preset {preset}",
        preset=preset,
        varied=varied,
        seed=seed,
        key=run_key(settings),
        steps=settings.steps,
        accuracy=accuracy,
        seconds=seconds,
        **ORIGIN,
    )


def a_memory(network: str = "lstm", mebibytes: int = 100, **other: Any) -> MemoryResult:
    values = {
        "command": "python -m lstm_core reproduce --memory",
        "network": network,
        "images": 10_000,
        "extra_bytes": mebibytes * MIB,
        "measured": "resident",
        **ORIGIN,
    }
    return MemoryResult.model_validate(values | other)


def held(*trainings: TrainingResult) -> Results:
    found = Results()
    for training in trainings:
        found = found.with_training(training)
    return found


def of(*accuracies: float, published: float | None = None) -> Summary:
    return Summary("some", published, tuple(a_training(a, seed) for seed, a in enumerate(accuracies)))


def test_mean_and_spread_by_hand() -> None:
    three = of(0.97, 0.98, 0.96)
    assert three.n == 3
    assert three.accuracies == (0.97, 0.98, 0.96)
    assert three.mean == pytest.approx(0.97)
    assert three.spread == (0.96, 0.98)


def in_precision(seed: int, precision: str | None, computation: str | None = "fused") -> TrainingResult:
    more = {"precision": precision, "computation": computation, "versions": {"backend": "tensorflow"}}
    return a_training(0.9, seed).model_copy(update=more)


def test_a_summary_says_what_its_seeds_were_computed_with() -> None:
    def words(*trainings: TrainingResult) -> str:
        return Summary("some", None, trainings).computed_in_words

    in_16, in_32, early = in_precision(0, "bfloat16"), in_precision(1, "float32"), in_precision(2, None, None)
    assert words(in_16) == words(in_16, in_16) == "by TensorFlow, fused, in bfloat16"
    assert words(in_16, in_32) == "by TensorFlow, fused, in bfloat16 and in float32"
    assert words(in_32, in_precision(1, "float32", "keras")) == (
        "by TensorFlow, fused, in float32 and by TensorFlow, keras, in float32"
    )
    assert words(in_16, early) == "by TensorFlow, fused, in bfloat16; of 1 of the 2 seeds this was not kept"
    assert words(early) == ""


def test_results_of_before_it_was_kept_are_read_and_written_with_it(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    early = a_training(0.9).model_dump(mode="json")
    del early["computation"], early["precision"]
    file.write_text(json.dumps({"format": 1, "trainings": [early]}))
    assert results(file).trainings == (a_training(0.9),)
    save(held(a_training(0.9), in_precision(1, "float32")), file)
    assert results(file).trainings[1].precision == "float32"


def test_the_deviation_is_the_samples() -> None:
    # Squared distances from 0.97 are 0, 1e-4 and 1e-4; divided by n − 1 = 2.
    assert of(0.97, 0.98, 0.96).deviation == pytest.approx(math.sqrt(2e-4 / 2))


def test_a_single_seed_has_no_deviation() -> None:
    one = of(0.97)
    assert (one.mean, one.spread, one.deviation) == (0.97, (0.97, 0.97), None)


def test_the_time_of_one_training_is_the_median() -> None:
    slow_once = [a_training(0.9, seed, seconds=s) for seed, s in enumerate((60.0, 600.0, 62.0))]
    assert Summary("some", None, tuple(slow_once)).seconds == 62.0


@pytest.mark.parametrize(("published", "reached"), [(0.98, True), (0.9801, False), (0.9, True), (None, None)])
def test_published_is_reached_when_the_best_seed_is_as_good(published: float | None, reached: bool) -> None:
    assert of(0.97, 0.98, published=published).published_is_reached is reached


def test_another_seed_lies_where_students_t_says() -> None:
    # Mean 0.97, deviation 0.01; Student's t with two degrees of freedom exceeds 4.303 in 2.5 % of all cases.
    low, high = of(0.97, 0.98, 0.96).prediction_interval or (0.0, 0.0)
    half = 4.3027 * 0.01 * math.sqrt(4 / 3)
    assert low == pytest.approx(0.97 - half, abs=1e-6)
    assert high == 1.0
    assert of(0.5, 0.6, 0.4).prediction_interval == pytest.approx(
        (0.5 - 10 * half, 0.5 + 10 * half), abs=1e-4
    )
    assert of(0.97, 0.98).prediction_interval is None


@pytest.mark.parametrize(("published", "within"), [(0.988, True), (0.99, False), (None, False)])
def test_published_is_within_what_another_seed_reaches(published: float | None, within: bool) -> None:
    assert of(0.981, 0.982, 0.983, 0.985, published=published).published_is_within_reach is within


def test_a_summary_takes_every_seed_of_the_preset_in_order() -> None:
    found = held(a_training(0.985, 2), a_training(0.983, 0), a_training(0.9, 0, preset="gzj-2018"))
    reached = summary("huang-2017", found)
    assert reached is not None
    assert reached.name == "huang-2017"
    assert reached.published == PRESETS["huang-2017"].published_accuracy
    assert [(one.seed, one.accuracy) for one in reached.trainings] == [(0, 0.983), (2, 0.985)]


def test_what_was_trained_with_other_settings_does_not_count_for_the_preset() -> None:
    varied = a_training(0.1, steps=5)
    outdated = a_training(0.2, seed=1).model_copy(update={"key": "0" * 16})
    assert summary("huang-2017", held(varied, outdated)) is None


def test_an_unknown_preset_or_experiment_is_named() -> None:
    with pytest.raises(InvalidValue, match="one of quick"):
        summary("best", Results())
    with pytest.raises(InvalidValue, match="one of shared"):
        comparison("best", Results())


def sides() -> list[TrainingResult]:
    return [
        a_training(0.98 - 0.01 * number, seed, side.preset, **side.varied)
        for number, side in enumerate(COMPARISONS["shared"].sides)
        for seed in (0, 1, 2)
    ]


def test_separate_and_shared_weights_stand_side_by_side() -> None:
    separate, shared = comparison("shared", held(*sides()))
    assert (separate.name, shared.name) == ("separate", "shared")
    assert (separate.n, shared.n) == (3, 3)
    assert separate.mean == pytest.approx(0.98)
    assert shared.mean == pytest.approx(0.97)


def test_a_comparison_with_one_side_is_none() -> None:
    assert comparison("shared", held(*sides()[:3])) == ()


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("shared", "layer_weights"),
        ("shared-narrow", "layer_weights"),
        ("layers", "units"),
        ("dropout-few", "dropout"),
        ("dropout-many", "dropout"),
        ("rows", "supervised_rows"),
    ],
)
def test_the_sides_of_an_experiment_differ_in_one_thing_alone(name: str, field: str) -> None:
    first, *others = (settings_of(side.preset, side.varied, 0) for side in COMPARISONS[name].sides[:2])
    for other in others:
        assert with_changes(first, **{field: getattr(other, field)}) == other
        assert first != other


def test_a_third_side_differs_in_the_number_or_size_of_its_layers() -> None:
    for name in ("layers", "shared-narrow"):
        first, _, third = (settings_of(side.preset, side.varied, 0) for side in COMPARISONS[name].sides)
        assert with_changes(first, units=third.units) == third


def test_one_layer_has_as_many_parameters_as_four_that_share() -> None:
    _, shared, one = (settings_of(side.preset, side.varied, 0) for side in COMPARISONS["shared-narrow"].sides)
    assert parameter_count(shared) == parameter_count(one)


def test_every_experiment_is_tested_to_differ_in_one_thing() -> None:
    assert set(COMPARISONS) == {
        "shared", "shared-narrow", "layers", "dropout-few", "dropout-many", "rows"
    }  # fmt: skip


def test_the_wide_layer_has_about_as_many_parameters_as_the_two_narrow_ones() -> None:
    _, wide, two = (settings_of(side.preset, side.varied, 0) for side in COMPARISONS["layers"].sides)
    assert parameter_count(wide) == pytest.approx(parameter_count(two), rel=0.03)


def test_what_an_experiment_says_of_its_setup_is_so() -> None:
    for name, images in (("dropout-few", "1,297"), ("dropout-many", "55,000")):
        experiment = COMPARISONS[name]
        settings = settings_of(experiment.sides[0].preset, experiment.sides[0].varied, 0)
        assert f"{DATASETS[settings.dataset].train:,}" == images
        assert images in experiment.setup
    for experiment in COMPARISONS.values():
        for side in experiment.sides:
            settings = settings_of(side.preset, side.varied, 0)
            assert f"{settings.steps:,} steps" in experiment.setup
            assert str(settings.units[0]) in experiment.setup


def test_the_interval_of_a_difference_is_that_of_scipy() -> None:
    first, second = of(0.97, 0.975, 0.98, 0.972), of(0.981, 0.979, 0.99)
    oracle = ttest_ind(second.accuracies, first.accuracies, equal_var=False).confidence_interval(0.95)
    found = mean_difference(first, second)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high))
    assert found.mean == pytest.approx(
        statistics.fmean(second.accuracies) - statistics.fmean(first.accuracies)
    )


def test_sides_are_told_apart_only_where_chance_does_not_explain_it() -> None:
    near, far = of(0.97, 0.98, 0.96), of(0.9, 0.91, 0.89)
    for first, second, told in ((near, far, True), (far, near, True), (near, of(0.971, 0.98, 0.962), False)):
        found = mean_difference(first, second)
        assert found is not None
        assert found.is_told_apart is told
    assert mean_difference(near, of(0.9, 0.91)) is None


def test_equal_seeds_differ_by_a_difference_without_a_width() -> None:
    found = mean_difference(of(0.5, 0.5, 0.5), of(0.75, 0.75, 0.75))
    assert found == MeanDifference(0.25, 0.25, 0.25)


def test_a_mean_of_the_training_images_needs_every_seed() -> None:
    known = [a_training(0.9, seed).model_copy(update={"training_accuracy": 0.98}) for seed in (0, 1)]
    assert Summary("some", None, tuple(known)).training_mean == pytest.approx(0.98)
    assert Summary("some", None, (*known, a_training(0.9, 2))).training_mean is None


def test_a_result_takes_the_place_of_the_one_before() -> None:
    found = held(a_training(0.9), a_training(0.8, seed=1), a_training(0.7, steps=5), a_training(0.95))
    assert [(t.seed, t.varied, t.accuracy) for t in found.trainings] == [
        (0, {"steps": 5}, 0.7),
        (0, {}, 0.95),
        (1, {}, 0.8),
    ]
    found = found.with_memory(a_memory()).with_memory(a_memory("cnn", 900)).with_memory(a_memory("lstm", 90))
    found = found.with_memory(a_memory("lstm", 700, measured="allocator"))
    assert [(m.measured, m.network, m.mebibytes) for m in found.memory] == [
        ("allocator", "lstm", 700),
        ("resident", "cnn", 900),
        ("resident", "lstm", 90),
    ]


def test_a_result_takes_the_place_of_one_whose_changes_were_written_down_otherwise() -> None:
    old = a_training(0.9, precision="float32")
    new = a_training(0.95)  # the preset computes in float32 already, so this is the same training
    assert old.key == new.key
    assert held(old, new).trainings == (new,)
    assert held(new, old).trainings == (old,)


def test_no_two_results_that_ship_are_of_the_same_training() -> None:
    trained = [(one.preset, one.key) for one in results().trainings]
    assert len(set(trained)) == len(trained)


def test_the_order_of_arrival_does_not_show() -> None:
    trainings = sides()
    assert held(*trainings) == held(*reversed(trainings))


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    found = held(*sides()).with_memory(a_memory())
    save(found, tmp_path / "results.json")
    assert results(tmp_path / "results.json") == found


def test_nothing_saved_is_read_again_too(tmp_path: Path) -> None:
    save(Results(), tmp_path / "results.json")
    assert results(tmp_path / "results.json") == Results()


def test_the_file_has_one_line_for_each_result(tmp_path: Path) -> None:
    save(held(*sides()).with_memory(a_memory()), tmp_path / "results.json")
    lines = (tmp_path / "results.json").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith('{"') for line in lines) == 7
    assert json.loads("".join(lines))["format"] == 1


def test_without_a_file_nothing_was_reproduced(tmp_path: Path) -> None:
    assert results(tmp_path / "results.json") == Results()


def test_a_new_file_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    save(held(a_training(0.9)), path)
    assert results(path).trainings[0].accuracy == 0.9
    assert results(path) is results(path)
    save(held(a_training(0.8)), path)
    assert results(path).trainings[0].accuracy == 0.8


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "results.json")
    with pytest.raises(StorageError, match="a pipe or a device"):
        results(tmp_path / "results.json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"format": 2}',
        b'{"format": 1, "more": []}',
        b'{"format": 1, "memory": [{"network": "lstm"}]}',
    ],
)
def test_a_damaged_file_is_said_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(DataDamaged, match=r"results\.json are damaged.*python -m lstm_core reproduce"):
        results(tmp_path / "results.json")


@pytest.mark.parametrize(
    "change", [{"accuracy": 1.2}, {"accuracy": "NaN"}, {"seed": -1}, {"date": "yesterday"}, {"steps": 0}]
)
def test_impossible_values_are_damage(tmp_path: Path, change: dict[str, Any]) -> None:
    line = {**a_training(0.9).model_dump(mode="json"), **change}
    (tmp_path / "results.json").write_text(json.dumps({"format": 1, "trainings": [line]}))
    with pytest.raises(DataDamaged, match=rf"trainings\.0\.{next(iter(change))}"):
        results(tmp_path / "results.json")


def test_the_committed_file_can_be_read_and_names_no_folder() -> None:
    found = results()
    assert all(t.command.startswith("python -m lstm_core reproduce") for t in found.trainings)
    if FILE.exists():
        assert "/" not in "".join(result.command for result in (*found.trainings, *found.memory))
