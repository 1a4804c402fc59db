"""The part of a training that goes on from another network: where it starts, what it learns, what it changed.

What drawings changed is measured on drawings that the network has not learnt. So a network is taught
first without those kept back, which are then read; and then, from the parent's weights again, with all of
them. The network that stays has learnt every drawing there is; the figure is that of its slightly less
experienced twin.
"""

from __future__ import annotations

from lstm_core.arrays import BoolArray
from lstm_core.data.batches import Batches, Prefetcher, Stream
from lstm_core.data.held_back import held_back
from lstm_core.data.info import Dataset, DatasetInfo, Split
from lstm_core.data.mixed_batches import MixedBatches
from lstm_core.reading.evaluation import TestResult, evaluate, numpy_reader
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.run import Run
from lstm_core.runs.taught import OwnDrawings, Teaching, TestImages, load_material, save_teaching, teaching_of
from lstm_core.settings.fine_tuning import FineTuning
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.training.trainer import Trainer
from lstm_core.training.watchdog import Watchdog


class Lesson:
    """Goes on from the parent of a run, and teaches its drawings if it has any.

    Args:
        run: a run whose settings have a `FineTuning`.
        tuning: these.
        trainer: new, of these settings; it starts from the parent's weights.
        dataset: the parent's, or the drawings alone.
        watchdog: is told of every progress.

    Raises:
        RunDamaged: what the run was to be taught is missing or damaged.
        WeightsError: the parent is another network than the settings describe.
        StorageError: a file cannot be read at this moment.
    """

    def __init__(
        self, run: Run, tuning: FineTuning, trainer: Trainer, dataset: Dataset, watchdog: Watchdog
    ) -> None:
        self.run = run
        self.tuning = tuning
        self.trainer = trainer
        self.dataset = dataset
        self.watchdog = watchdog
        self.material = load_material(run)
        self._back = held_back(self.material.labels)
        self._test_before: TestResult | None = None
        trainer.start_from(self.material.parent, 0, 0)
        trainer.hold_near(self.material.parent, tuning.pull)

    def stream(self, drawings: Split | None = None) -> Stream:
        """What to learn from: ``drawings``, or all of them, mixed with the images of the data set.

        Where the drawings are the data set they are all there is; without drawings, the data set is.
        """
        if not self.tuning.teaches:
            return stream_of(self.dataset, self.trainer.settings)
        if not self.tuning.with_data_set:
            return self._varied(self.dataset.train)
        old = stream_of(self.dataset, self.trainer.settings)
        return MixedBatches(self._varied(drawings or self.material.drawings), old, self.tuning.share)

    def _varied(self, drawings: Split) -> Batches:
        """Drawings in the forms that the person writes."""
        return Batches(
            drawings, seed=self.trainer.settings.seed, augmentation=self.tuning.augmentation, digits=False
        )

    @property
    def measuring(self) -> str:
        """What `measure` does, for the status."""
        if self._back.any():
            return "measuring without the drawings kept back"
        return "reading the test images with the network as it was"

    def measure(self) -> None:
        """Read the test images with the parent, and the drawings kept back with it and with a twin.

        The trainer has the parent's weights when this is called and when it ends. When a person stops the
        training meanwhile, what is left is not measured.
        """
        self._test_before = self._test() if self.tuning.with_data_set and self._goes_on() else None
        teaching = self._teaching()
        if teaching.own is None and self._back.any() and self.tuning.with_data_set:
            own = self._without_those_kept_back()
            save_teaching(self.run, teaching.model_copy(update={"own": own}))

    def _without_those_kept_back(self) -> OwnDrawings | None:
        parent, settings = self.trainer.state(), self.trainer.settings
        drawings = self.material.drawings
        back, others = _part(drawings, self._back), _part(drawings, ~self._back)
        try:
            with Prefetcher(self.stream(others)) as batches:
                for _ in range(settings.steps):
                    if not self._goes_on():
                        return None
                    self.trainer.advance(*batches.next(settings.batch_size))
            return OwnDrawings(
                of=len(back),
                right_before=_right(self.material.parent, back),
                right_after=_right(self.trainer.weights(), back),
            )
        finally:
            self.trainer.restore(parent)
            self.trainer.reset_means()

    def finish(self, result: TestResult) -> None:
        """Keep what it changed on the test images, read as ``result``. Raises `StorageError`."""
        if not self.tuning.with_data_set and self._back.any():  # these are the test images, never learnt
            back = self.dataset.test
            own = OwnDrawings(
                of=len(back),
                right_before=_right(self.material.parent, back),
                right_after=_right(self.trainer.weights(), back),
            )
            save_teaching(self.run, self._teaching().model_copy(update={"own": own}))
        if (before := self._test_before) is None:
            return
        test = TestImages(
            dataset=self.dataset.info.title,
            images=len(self.dataset.test),
            accuracy_before=before.accuracy,
            accuracy_after=result.accuracy,
            loss_before=before.loss,
            loss_after=result.loss,
        )
        save_teaching(self.run, self._teaching().model_copy(update={"test": test}))

    def _goes_on(self) -> bool:
        self.watchdog.mark()
        return not self.run.control.stop

    def _test(self) -> TestResult:
        return self.trainer.evaluate(self.dataset.test, lambda done: self.watchdog.mark())

    def _teaching(self) -> Teaching:
        return teaching_of(self.run) or self.material.teaching


def stream_of(dataset: Dataset, settings: HyperParameters, lesson: Lesson | None = None) -> Stream:
    """What a training learns from, batch by batch; the forms of digits are varied where they are digits."""
    if lesson:
        return lesson.stream()
    digits = not dataset.info.is_own
    return Batches(dataset.train, seed=settings.seed, augmentation=settings.augmentation, digits=digits)


def drawings_alone(run: Run, info: DatasetInfo) -> Dataset:
    """The data set of a run that learns drawings alone; those kept back choose and test, or else all.

    Raises:
        RunDamaged: the drawings are missing or damaged.
        StorageError: they cannot be read at this moment.
    """
    drawings = load_material(run).drawings
    back = held_back(drawings.labels)
    read = _part(drawings, back if back.any() else ~back)
    return Dataset(info, _part(drawings, ~back), read, read)


def _part(split: Split, chosen: BoolArray) -> Split:
    return Split(split.images[chosen], split.labels[chosen], split.class_names)


def _right(weights: LstmWeights, split: Split) -> int:
    """How many images are read rightly; with NumPy, as so few are not worth another compiled graph."""
    result = evaluate(numpy_reader(weights), split, len(split))
    return sum(row[label] for label, row in enumerate(result.confusion))
