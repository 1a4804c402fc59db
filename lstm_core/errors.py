"""Everything that can go wrong, as one tree.

    LstmError
    ├── InvalidValue        a value breaks a rule: names the field, the rule and the value
    ├── DataError
    │   ├── DataMissing     no file was found and none could be downloaded
    │   ├── DataDamaged     a file was found, but its content is not what it claims to be
    │   └── DataRefused     what a person brought is no data set that can be learnt from
    ├── ImageRejected       an upload or a drawing that cannot be read as a picture of a digit
    ├── WeightsError        a weights file that is damaged or does not fit what it is used for
    │   └── ModelRejected   a model from elsewhere that cannot be read, or that is no network of this kind
    ├── RunError
    │   ├── RunMissing      no run has that identifier
    │   ├── RunDamaged      a run folder whose files cannot be read
    │   │   └── RunNewer    a newer version of this program made it
    │   └── RunBusy         the run is being trained, so it cannot be deleted or started again
    ├── SearchError         a search cannot be used as asked
    │   ├── SearchMissing   no search has that name
    │   └── SearchBusy      another process goes on with the search
    ├── DeviceUnavailable   the chosen accelerator is not there
    ├── NotEnoughMemory     a training needs more than there is
    ├── PackageMissing      an optional package is not installed: names what to install
    ├── TrainingDiverged    the loss is no longer a finite number
    └── StorageError        the disk is full, or a file cannot be read or written at this moment
        └── LockHeld        another process holds a lock and does not let go

Messages are written for the person in front of the screen: what happened, and what to do.
The low-level cause travels as ``__cause__`` for the log.
"""

from __future__ import annotations

MAX_SHOWN = 80
"""Characters of a wrong value that a message repeats."""


class LstmError(Exception):
    """Base of every error this package raises on purpose."""


class InvalidValue(LstmError, ValueError):
    """A value that breaks a rule.

    Attributes:
        field: name of the hyperparameter or argument.
        rule: what is allowed, in words.
        value: what came.
    """

    def __init__(self, field: str, rule: str, value: object) -> None:
        super().__init__(f"`{field}` must be {rule}; got {_shown(value)}")
        self.field = field
        self.rule = rule
        self.value = value


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python likes to write
        return "a number with thousands of digits"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


class DataError(LstmError):
    """The images to learn from are missing or damaged."""


class DataMissing(DataError):
    """No file was found and none could be downloaded."""


class DataDamaged(DataError):
    """A file was found, but its content is not what it claims to be."""


class DataRefused(DataError):
    """What a person brought is no data set that can be learnt from."""


class ImageRejected(LstmError):
    """An upload or a drawing that cannot be read as a picture of a digit."""


class WeightsError(LstmError):
    """A weights file that is damaged or does not fit what it is used for."""


class ModelRejected(WeightsError):
    """A model from elsewhere that cannot be read, or that is no network of the kind this project reads."""


class RunError(LstmError):
    """A run folder cannot be used as asked."""


class RunMissing(RunError):
    """No run has that identifier."""


class RunDamaged(RunError):
    """A run folder whose files cannot be read."""


class RunNewer(RunDamaged):
    """A newer version of this program made the run, so this one does not understand all of it."""


class RunBusy(RunError):
    """The run is being trained, so it cannot be deleted or started again."""


class SearchError(LstmError):
    """A search cannot be used as asked."""


class SearchMissing(SearchError):
    """No search has that name."""


class SearchBusy(SearchError):
    """Another process goes on with the search, so this one cannot."""


class DeviceUnavailable(LstmError):
    """The chosen accelerator is not there."""


class NotEnoughMemory(LstmError):
    """A training needs more memory than there is."""


class PackageMissing(LstmError):
    """An optional package is not installed; the message says how to install it."""


class TrainingDiverged(LstmError):
    """The loss is no longer a finite number."""


class StorageError(LstmError):
    """The disk is full, or a file cannot be read or written at this moment."""


class LockHeld(StorageError):
    """Another process holds a lock and does not let go."""
