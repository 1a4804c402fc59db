"""What a run holds that goes on from another network: where it started, the drawings, and what changed.

Three files of the run's folder:

    parent.npz          the weights it started from
    drawings.npz        images, and what each shows, none where the data set alone is learnt; it can be
                        brought like any other file of images
    teaching.json       whose child it is, and its figures before and after: `Teaching`

They lie in the folder, so that the run can begin and go on whatever becomes of its parent and of the
collection that the drawings came from.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lstm_core.array_files import DamagedArrays, read_npz
from lstm_core.arrays import ByteArray
from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue, RunDamaged, StorageError, WeightsError
from lstm_core.files import open_regular, write_text, write_whole
from lstm_core.reading.weights import LstmWeights, load_weights, save_weights
from lstm_core.runs.json_files import read_model
from lstm_core.runs.names import shown_name
from lstm_core.runs.run import Run
from lstm_core.settings.hyperparameters import HyperParameters

PARENT, DRAWINGS, TEACHING = "parent.npz", "drawings.npz", "teaching.json"

_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]


class OwnDrawings(BaseModel):
    """The drawings kept back, read before and after; the network that read them had not learnt them.

    Attributes:
        of: how many were kept back.
        right_before: how many of them the parent reads rightly.
        right_after: how many the network reads rightly that was taught the others.
    """

    model_config = ConfigDict(frozen=True)

    of: _Count
    right_before: _Count
    right_after: _Count


class TestImages(BaseModel):
    """The test images of the parent's data set, read before and after.

    Attributes:
        dataset: its title, for people.
        images: how many there are.
        accuracy_before, accuracy_after: share read rightly after the last row.
        loss_before, loss_after: mean cross-entropy after the last row, in nats.
    """

    __test__ = False  # not a pytest class
    model_config = ConfigDict(frozen=True)

    dataset: str
    images: _Count
    accuracy_before: _Share
    accuracy_after: _Share
    loss_before: float
    loss_after: float


class Teaching(BaseModel):
    """Whose child a run is, and what its training changed.

    Attributes:
        parent: identifier of the run it started from; empty for the network that ships with the project.
        parent_name: of that run, for people.
        drawings: how many the network was taught in the end, those kept back included; 0 where none were.
        own: the drawings kept back; None before they were read, or where there are too few to keep some back.
        test: the test images; None before they were read, or where the data set is not on this machine.
        changes: of a training without drawings, the settings that are other than the parent's, as typed.
        without: why the data set is not among what it learnt from, in a sentence; empty where it is.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    parent: str = ""
    parent_name: Annotated[str, AfterValidator(shown_name)]
    drawings: _Count
    own: OwnDrawings | None = None
    test: TestImages | None = None
    changes: dict[str, str] = {}
    without: str = ""


@dataclass(frozen=True)
class Material:
    """What a run needs to go on from its parent: it is written into its folder when the run is made.

    Attributes:
        parent: the weights to start from.
        images: ``(n, rows, columns)`` uint8, n ≥ 0; paper is 0, full ink is 255.
        labels: ``(n,)`` uint8, indices into the names of the parent's classes.
        teaching: what is known before the training.
    """

    parent: LstmWeights
    images: ByteArray
    labels: ByteArray
    teaching: Teaching

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the drawings and their labels, as 64 hexadecimal digits; empty where there are none."""
        if not len(self.images):
            return ""
        found = hashlib.sha256(f"{self.images.shape}".encode())
        found.update(np.ascontiguousarray(self.images, np.uint8).data)
        found.update(np.ascontiguousarray(self.labels, np.uint8).data)
        return found.hexdigest()

    @property
    def drawings(self) -> Split:
        """The drawings with their labels."""
        return Split(self.images, self.labels, self.parent.class_names)


def teaching_of(run: Run) -> Teaching | None:
    """What is known of how ``run`` went on from its parent; None of a run that has none.

    The figures come while it trains: `Teaching.own` and `Teaching.test` are None until then.

    Raises:
        RunDamaged: the file cannot be read.
        StorageError: it cannot be read at this moment.
    """
    path = run.folder / TEACHING
    return read_model(path, Teaching) if path.exists() else None


def save_teaching(run: Run, teaching: Teaching) -> None:
    """Write `Teaching` anew. Raises `StorageError`."""
    write_text(run.folder / TEACHING, teaching.model_dump_json(indent=2))


def save_material(run: Run, material: Material) -> None:
    """Write all three files of a run that is being made. Raises `StorageError`."""
    save_weights(material.parent, run.folder / PARENT)
    with write_whole(run.folder / DRAWINGS) as file:
        names = np.array(material.parent.names)
        np.savez_compressed(file, images=material.images, labels=names[material.labels])
    save_teaching(run, material.teaching)


def check_material(settings: HyperParameters, material: Material | None) -> None:
    """Raises `InvalidValue` unless ``material`` is what ``settings`` name, or both are none."""
    tuning = settings.fine_tuning
    if (tuning is None) != (material is None):
        rule = "submitted with the parent's weights and the drawings, as `teach` and `go_on` do"
        raise InvalidValue("fine_tuning", rule, "neither" if material is None else "settings without it")
    if tuning and material and tuning.parent != material.parent.fingerprint:
        raise InvalidValue("fine_tuning.parent", "the fingerprint of the parent's weights", tuning.parent)
    if tuning and material and tuning.drawings != material.fingerprint:
        raise InvalidValue("fine_tuning.drawings", "the fingerprint of the drawings", tuning.drawings)


def load_material(run: Run) -> Material:
    """What ``run`` was made with.

    Raises:
        RunDamaged: a file is missing or damaged, or is not what the run's settings name.
        StorageError: a file cannot be read at this moment.
    """
    try:
        parent = load_weights(run.folder / PARENT)
        with open_regular(run.folder / DRAWINGS) as file:
            arrays = read_npz(file)
        at = {name: label for label, name in enumerate(parent.names)}
        images, labels = (
            arrays["images"],
            np.array([at[name] for name in arrays["labels"].tolist()], np.uint8),
        )
    except (WeightsError, DamagedArrays, KeyError, FileNotFoundError) as error:
        raise _damaged(error) from error
    except OSError as error:
        raise StorageError(f"The drawings of run {run.id} cannot be read: {error.strerror}.") from error
    teaching = teaching_of(run)
    if teaching is None:
        raise _damaged(f"{TEACHING} is missing")
    material = Material(parent, images, labels, teaching)
    try:
        check_material(run.hyperparameters, material)
    except InvalidValue as error:
        raise _damaged(error) from error
    return material


def _damaged(reason: object) -> RunDamaged:
    return RunDamaged(
        f"What the run was to be taught is damaged ({str(reason).rstrip('.')}). Teach the network again."
    )
