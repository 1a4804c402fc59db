"""Train one run from its folder: obey its control file, report events, keep checkpoints.

The loop looks at the control file before every step, so a wish takes effect within one step. At every
validation it keeps the weights, a snapshot and a checkpoint, and a checkpoint at least every
`CHECKPOINT_SECONDS`; whoever kills the process loses no more than that. Until the first validation, steps
1, 2, 4, 8, … leave snapshots too, for learning is fastest then.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable
from typing import Any

from lstm_core.data.batches import Prefetcher
from lstm_core.data.info import Dataset, Split
from lstm_core.errors import InvalidValue, RunDamaged
from lstm_core.reading.evaluation import TestResult
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs import familiar
from lstm_core.runs.events import (
    Batch,
    Evaluation,
    Finished,
    Paused,
    Resumed,
    Snapshot,
    Started,
    Stopped,
    TrainingEvent,
    Tweaked,
)
from lstm_core.runs.missing_operations import note_obstacle
from lstm_core.runs.run import Run
from lstm_core.runs.status import Control, State
from lstm_core.runs.usable_devices import unused_gpus
from lstm_core.settings import first_weights
from lstm_core.settings.available import resident
from lstm_core.settings.computed import continued
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import Device, list_devices
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.memory import check_fits
from lstm_core.settings.validation import with_changes
from lstm_core.training import backend, finer_kernel
from lstm_core.training.best_validation import BestValidation
from lstm_core.training.continuation import go_on
from lstm_core.training.fine_tuning import Lesson, stream_of
from lstm_core.training.trainer import Trainer, loss_scale
from lstm_core.training.watchdog import Watchdog

CHECKPOINT_SECONDS = 30.0
REPORT_SECONDS = 0.5
PAUSED_POLL_SECONDS = 0.1

log = logging.getLogger("lstm_core.training.run_training")


def _is_power_of_two(step: int) -> bool:
    return step & (step - 1) == 0


class RunTraining:
    """Trains one run, once.

    Args:
        run: a queued run; `lstm_core.training.continuation` says where it goes on from.
        dataset: what its hyperparameters name.
        device: where.
        clock: seconds since the epoch, for events.
        watchdog: is told of every progress.
    """

    def __init__(
        self,
        run: Run,
        dataset: Dataset,
        device: Device,
        clock: Callable[[], float] = time.time,
        watchdog: Watchdog | None = None,
    ) -> None:
        self.run = run
        self.watchdog = watchdog or Watchdog()
        self.dataset = dataset
        self.device = device
        self.clock = clock
        self.original = run.hyperparameters
        self._control_seen: tuple[int, int] | None = None
        self._control = Control()
        self._earlier = run.status
        self._paused_seconds = 0.0
        self.lesson: Lesson | None = None
        self._started = self._seconds()

    def train(self) -> None:
        """Train to the end, or until a person stops it.

        Raises:
            LstmError: training cannot go on; what was learnt up to the last checkpoint is kept.
        """
        self._say("preparing", "building the network")
        # A wish that came while queued shapes the first step already; compare with it from then on.
        settings = self._wanted() or self.original
        root = self.run.folder.parent.parent
        self._check_fits(settings)
        initial_kernel = first_weights.for_settings(settings, root)
        if settings.augmentation == "finer":
            finer_kernel.use_compiled()
        self.trainer = Trainer(settings, self.dataset, self.device, initial_kernel)
        if tuning := settings.fine_tuning:
            self.lesson = Lesson(self.run, tuning, self.trainer, self.dataset, self.watchdog)
            self._say("preparing", self.lesson.measuring)
            self.lesson.measure()
        if note := go_on(self.run, self.trainer):
            log.warning("Run %s: %s", self.run.id, note)
        self.trainer.adjust(settings)
        if self.trainer.computation.name == "fused":
            note_obstacle(root, self.trainer.obstacle)
        way = {"computation": str(self.trainer.computation), "precision": str(self.trainer.precision)}
        if reason := self._without_gpu():
            log.warning("Run %s trains on the CPU: %s", self.run.id, reason)
            way["device_reason"] = reason
        environment = {**backend.versions(), "device": self.device.title, **way}
        before = self.run.environment() if self.trainer.step else {}
        self.run.save_environment(continued(before, environment))
        self._emit(Started(**self._now(), steps=settings.steps, device=self.device.title, note=note))
        self.best = BestValidation(self.run, self.original)
        self._mark_tweaks(self._in_force(), settings)
        self._say("preparing", "compiling the first step")
        while True:
            stopped = self._steps()
            result = self._test()
            if stopped or not self._more_wanted():
                break
        if self.lesson:
            self.lesson.finish(result)
        self._measure_familiar()
        note = " ".join(filter(None, (note, self.best.in_words(self.trainer.step))))
        end = Stopped if stopped else Finished
        self._emit(end(**self._now(), accuracy=result.accuracy))
        self._say("stopped" if stopped else "finished", note)

    def _check_fits(self, settings: HyperParameters) -> None:
        """Raises `NotEnoughMemory` or `StorageError` when there is less now than when it was asked for."""
        root = self.run.folder.parent.parent
        obstacle = backend.obstacle(settings, self.device)
        check_fits(settings, self.device, root, obstacle=obstacle, held=resident())

    def _without_gpu(self) -> str:
        """Why it trains on the CPU though nobody asked for that and the driver tells of a GPU."""
        if self.device.is_gpu or self.original.device != "auto":
            return ""
        return unused_gpus(backend.usable_devices(), list_devices())

    def _steps(self) -> bool:
        """Take every step that is left; true when a person stopped it before the last."""
        trainer = self.trainer
        stream = stream_of(self.dataset, trainer.settings, self.lesson)
        reported = kept = self._seconds()
        reported_step, first = trainer.step, True
        with Prefetcher(stream, position=trainer.images_seen) as prefetcher:
            while True:
                stop = self._obey()
                if trainer.step >= trainer.settings.steps or self.best.has_waited_enough:
                    return False
                if stop:
                    return True
                trainer.advance(*prefetcher.next(trainer.settings.batch_size))
                self.watchdog.mark()
                last = trainer.step == trainer.settings.steps
                validation_due = last or trainer.step % trainer.settings.evaluate_every == 0
                if first or validation_due or self._seconds() - reported >= REPORT_SECONDS:
                    loss, accuracy = trainer.means()
                    now = self._seconds()  # when all steps were taken that are reported
                    # The first step compiles, so it says nothing about speed.
                    speed = 0.0 if first else (trainer.step - reported_step) / max(now - reported, 1e-9)
                    self._emit(
                        Batch(
                            **self._now(),
                            loss=loss,
                            accuracy=accuracy,
                            learning_rate=trainer.learning_rate,
                            steps_per_second=speed,
                        )
                    )
                    trainer.reset_means()
                    reported, reported_step = now, trainer.step
                if first:
                    self._say("running")
                    first = False
                if validation_due:
                    self._validate()
                    reported = kept = self._seconds()
                    continue
                if _is_power_of_two(trainer.step) and trainer.step < trainer.settings.evaluate_every:
                    self._snapshot(trainer.weights())
                if self._seconds() - kept >= CHECKPOINT_SECONDS:
                    self._checkpoint()
                    kept = self._seconds()

    def _seconds(self) -> float:
        """A clock that stands still while training is paused."""
        return time.perf_counter() - self._paused_seconds

    def _wanted(self) -> HyperParameters | None:
        """The settings now wanted; ``None`` when the control file cannot be read, so that none are."""
        if damage := self.run.control_damage:
            log.warning("The control file is left aside: %s", damage)
            return None
        try:
            control = self.run.control
            settings = control.settings(self.original)
        except (InvalidValue, RunDamaged) as error:
            log.warning("The control file is left aside: %s", error)
            return None
        self._control = control
        return settings

    def _more_wanted(self) -> bool:
        """Whether a person asked for more steps while the last ones were tested."""
        self._tweak(self._wanted())
        return self.trainer.step < self.trainer.settings.steps and not self.best.has_waited_enough

    def _obey(self) -> bool:
        """Do what the control file says; true when training is to stop."""
        if not self._control_changed():
            return False
        self._tweak(self._wanted())
        if self._control.paused and not self._control.stop:
            self._pause()
        return self._control.stop

    def _control_changed(self) -> bool:
        try:
            found = (self.run.folder / "control.json").stat()
            # Two changes within one tick of the file system's clock are told apart by the inode.
            current = (found.st_mtime_ns, found.st_ino)
        except FileNotFoundError:
            current = None
        new = current != self._control_seen
        self._control_seen = current
        return new

    def _pause(self) -> None:
        self._checkpoint()
        began = time.perf_counter()
        self._emit(Paused(**self._now()))
        self._say("paused")
        with self.watchdog.resting():
            while self._control.paused and not self._control.stop:
                time.sleep(PAUSED_POLL_SECONDS)
                if self._control_changed():
                    self._tweak(self._wanted())
        self._paused_seconds += time.perf_counter() - began
        self._emit(Resumed(**self._now()))
        self._say("running")

    def _tweak(self, wanted: HyperParameters | None) -> None:
        before = self.trainer.settings
        if wanted is not None and wanted != before:
            self.trainer.adjust(wanted)
            self._mark_tweaks(before, wanted)
            self._save_status()

    def _in_force(self) -> HyperParameters:
        """The settings as the events told them, up to this step."""
        told: dict[str, Any] = {
            event.field: FIELDS[event.field].kind(event.after)
            for event in self.run.events()[0]
            if isinstance(event, Tweaked) and event.step <= self.trainer.step
        }
        return with_changes(self.original, **told)

    def _mark_tweaks(self, before: HyperParameters, after: HyperParameters) -> None:
        for field in FIELDS:
            old, new = getattr(before, field), getattr(after, field)
            if old != new:
                self._earlier = self._earlier.model_copy(update={"tweaked": True})
                self._emit(Tweaked(**self._now(), field=field, before=old, after=new))

    def _validate(self) -> None:
        weights = self.trainer.weights()
        self.run.delete_result()
        result = self._read(self.dataset.validation)
        # Measured as the training loss is, so that the two curves can be compared.
        every_row = self.original.supervised_rows == "all"
        loss = statistics.fmean(result.loss_by_rows) if every_row else result.loss
        loss *= loss_scale(self.original, self.dataset.info.classes)
        self._emit(Evaluation(**self._now(), loss=loss, accuracy=result.accuracy))
        self.best.note(self.trainer.step, result.accuracy, weights)
        self._snapshot(weights)
        self.run.save_weights(weights)
        self._checkpoint()

    def _snapshot(self, weights: LstmWeights) -> None:
        self.run.save_snapshot(self.trainer.step, weights)
        self._emit(Snapshot(**self._now()))

    def _checkpoint(self) -> None:
        self.run.save_checkpoint(self.trainer.state())
        self._save_status()

    def _test(self) -> TestResult:
        """Keep what was learnt, and read the test images with it."""
        self._say("running", "reading the test images")
        best = self.best.weights(self.trainer.step)
        self._kept = best or self.trainer.weights()
        self.run.delete_result()
        self.run.save_weights(self._kept)
        self.run.save_checkpoint(self.trainer.state())
        with self.trainer.reading_with(best):
            result = self._read(self.dataset.test)
        self.run.save_result(result)
        return result

    def _measure_familiar(self) -> None:
        """Keep what is familiar to the network, so that readings of anything else can be doubted."""
        if self.lesson and not self.lesson.tuning.with_data_set:
            return  # a few drawings do not say what is unlike them
        self._say("running", "measuring what is familiar")
        familiar.measure(self.run, self._kept, self.dataset, self.original.augmentation)

    def _read(self, split: Split) -> TestResult:
        return self.trainer.evaluate(split, lambda done: self.watchdog.mark())

    def _emit(self, event: TrainingEvent) -> None:
        self.run.append(event)

    def _now(self) -> dict[str, Any]:
        return {"step": self.trainer.step, "time": self.clock()}

    def _say(self, state: State, detail: str = "") -> None:
        self.watchdog.mark()
        self._state: State = state
        self._detail, self._since = detail, self.clock()
        self._save_status()

    def _save_status(self) -> None:
        now = {
            "state": self._state,
            "since": self._since,
            "detail": self._detail,
            "step": self.trainer.step if hasattr(self, "trainer") else self._earlier.step,
            "seconds": self._earlier.seconds + self._seconds() - self._started,
            "device": self.device.title,
            "peak_memory": max(self._earlier.peak_memory, backend.peak_memory(self.device)),
        }
        self.run.set_status(self._earlier.model_copy(update=now))
