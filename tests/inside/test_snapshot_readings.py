from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dashboard.inside.while_learning import snapshots_of
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.inside.snapshot_readings import LearningStory, Snapshots, learning_story
from lstm_core.reading.trace import read
from lstm_core.reading.verdict import verdict
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters
from tests.networks import random_weights

IMAGE = np.random.default_rng(0).uniform(size=(8, 8)).astype(np.float32)
STEPS = (1, 8, 40)
WEIGHTS = {step: random_weights((9, 5), seed=step, scale=1.0) for step in STEPS}
SNAPSHOTS: Snapshots = {step: (lambda step=step: WEIGHTS[step]) for step in reversed(STEPS)}  # type: ignore[misc]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = RunStore(tmp_path).create(hyperparameters({"dataset": "digits", "units": (9, 5), "steps": 40}))
    for step, weights in WEIGHTS.items():
        made.save_snapshot(step, weights)
    return made


def test_every_snapshot_reads_the_image_in_the_order_of_training() -> None:
    story = learning_story(SNAPSHOTS, IMAGE)
    assert story.steps == STEPS
    assert story.probabilities.dtype == np.float32
    for step, probabilities, came_to in zip(STEPS, story.probabilities, story.verdicts, strict=True):
        np.testing.assert_array_equal(probabilities, read(WEIGHTS[step], IMAGE).probabilities)
        assert came_to == verdict(probabilities, IMAGE)
    assert not story.unread


def test_a_class_has_its_probability_by_row_and_step() -> None:
    story = learning_story(SNAPSHOTS, IMAGE)
    found = story.class_probabilities(4)
    assert found.shape == (8, 3)
    assert found[6, 1] == story.probabilities[1, 6, 4]
    for label in (-1, 10):
        with pytest.raises(InvalidValue, match="label"):
            story.class_probabilities(label)


def test_the_label_is_settled_from_the_step_after_which_it_stays() -> None:
    def story(*labels: int) -> LearningStory:
        readings = np.eye(10, dtype=np.float32)[list(labels), None]
        return LearningStory(tuple(range(10, 10 + len(labels))), readings, IMAGE[:1])

    assert story(3, 5, 3, 3).settled_step == 12
    assert story(3, 3).settled_step == 10
    assert story(1, 2).settled_step == 11


def test_a_runs_snapshots_are_read_in_the_precision_they_are_kept_in(run: Run) -> None:
    story = learning_story(snapshots_of(run), IMAGE)
    assert story.steps == STEPS
    np.testing.assert_allclose(story.probabilities, learning_story(SNAPSHOTS, IMAGE).probabilities, atol=5e-3)


def test_a_damaged_snapshot_is_told_and_the_others_are_read(run: Run) -> None:
    (run.folder / "snapshots" / "step-00000008.npz").write_bytes(b"torn")
    story = learning_story(snapshots_of(run), IMAGE)
    assert story.steps == (1, 40)
    assert list(story.unread) == [8]
    assert "damaged" in story.unread[8]


def test_a_snapshot_that_went_while_the_others_were_read_is_told(run: Run) -> None:
    snapshots = snapshots_of(run)
    (run.folder / "snapshots" / "step-00000001.npz").unlink()
    assert "no weights file" in learning_story(snapshots, IMAGE).unread[1]


def test_without_a_snapshot_there_is_no_story(run: Run) -> None:
    for path in (run.folder / "snapshots").iterdir():
        path.write_bytes(b"")
    with pytest.raises(WeightsError, match="No snapshot of this training can be read"):
        learning_story(snapshots_of(run), IMAGE)
    with pytest.raises(WeightsError, match="no snapshot"):
        learning_story({}, IMAGE)


def test_networks_that_read_other_images_are_told() -> None:
    with pytest.raises(WeightsError, match="8 × 8 pixels, and this one has 6 × 8"):
        learning_story(SNAPSHOTS, IMAGE[:6])


def test_networks_with_other_classes_are_no_one_training() -> None:
    mixed = {**SNAPSHOTS, 90: lambda: random_weights((9, 5), classes=7)}
    with pytest.raises(WeightsError, match="different classes"):
        learning_story(mixed, IMAGE)
