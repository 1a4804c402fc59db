"""Data sets of one's own as they are kept: a folder for each, under the home folder.

    <root>/data/<name>/
        data_set.json       what is known of it: `Kept`
        images.npz          images and labels of each split

A folder is made under another name and renamed, so nobody finds half of one. The name is validated before it
becomes a path. Reading changes nothing; what cannot be read is said with the reason and stays where it is.
"""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lstm_core.array_files import DamagedArrays, read_npz
from lstm_core.data.info import DATASETS, Dataset, DatasetInfo, Split, checked_data_name
from lstm_core.data.own.look import Look
from lstm_core.data.own.splits import Splits
from lstm_core.errors import DataDamaged, DataMissing, InvalidValue, StorageError
from lstm_core.files import make_folder, open_regular, read_bounded, write_text, write_whole

_DESCRIPTION, _ARRAYS = "data_set.json", "images.npz"
_MOST_DESCRIPTION = 2**20
_SPLITS = ("train", "validation", "test")


class Kept(BaseModel):
    """What is known of a data set of one's own.

    Attributes:
        info: what everything else needs of it.
        counts: images of each class, for training, validation and test together.
        turned_over, transposed, repeated: as `lstm_core.data.own.look.Look` has them.
        split: how training, validation and test images were chosen, in words.
        notes: what a person should know, in sentences.
        sources: the files it was made of, by their names.
        added: seconds since the epoch.
    """

    model_config = ConfigDict(frozen=True)

    info: DatasetInfo
    counts: dict[str, int]
    turned_over: bool = False
    transposed: bool = False
    repeated: int = 0
    split: str = ""
    notes: list[str] = Field(default_factory=list)
    sources: list[str] = Field(default_factory=list)
    added: float = 0.0

    @property
    def name(self) -> str:
        return self.info.name


@dataclass(frozen=True)
class Unreadable:
    """A data set that cannot be used, and why."""

    name: str
    problem: str


class OwnSets:
    """All data sets of one's own under one root folder.

    Args:
        root: the home folder; made when first written to.
        clock: seconds since the epoch.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.root = root
        self.clock = clock

    @property
    def folder(self) -> Path:
        return self.root / "data"

    def add(self, name: str, look: Look, splits: Splits, sources: Sequence[str] = ()) -> Kept:
        """Keep a data set. The same one under the same name again is answered with what is there.

        Raises:
            InvalidValue: the name cannot be used, or another data set has it.
            StorageError: it cannot be written.
        """
        name = checked_data_name(name)
        if name.casefold() in DATASETS:
            raise InvalidValue(
                "name", f"another one than those that come with the project ({', '.join(DATASETS)})", name
            )
        info = DatasetInfo(
            name=name,
            title=name,
            rows=look.rows,
            columns=look.columns,
            classes=len(look.class_names),
            train=len(splits.train),
            validation=len(splits.validation),
            test=len(splits.test),
            fingerprint=_fingerprint(look.class_names, splits),
            class_names=look.class_names,
        )
        for other in self.names():
            if other.casefold() == name.casefold():
                if other == name and (there := self._described(name)) and there.info == info:
                    return there
                raise InvalidValue("name", f"one that no other data set has; remove {other!r} first", name)
        kept = Kept(
            info=info,
            counts=dict(look.counts()),
            turned_over=look.turned_over,
            transposed=look.transposed,
            repeated=look.repeated,
            split=splits.how,
            notes=list(look.notes),
            sources=[Path(source).name[:120] for source in sources][:20],
            added=self.clock(),
        )
        self._write(kept, splits)
        return kept

    def _write(self, kept: Kept, splits: Splits) -> None:
        coming = self.folder / f".{kept.name}.{uuid.uuid4().hex[:8]}.new"
        make_folder(coming)
        try:
            arrays: dict[str, Any] = {}
            for part in _SPLITS:
                piece: Split = getattr(splits, part)
                arrays |= {f"{part}_images": piece.images, f"{part}_labels": piece.labels}
            with write_whole(coming / _ARRAYS) as file:
                np.savez(file, **arrays)
            write_text(coming / _DESCRIPTION, kept.model_dump_json(indent=2) + "\n")
            coming.replace(self.folder / kept.name)
        except OSError as error:
            raise StorageError(f"The data set cannot be kept: {error.strerror or error}.") from error
        finally:
            shutil.rmtree(coming, ignore_errors=True)

    def names(self) -> list[str]:
        """Of every data set that is there, by the alphabet, also of those that cannot be read."""
        try:
            found = [path.name for path in self.folder.iterdir() if not path.name.startswith(".")]
        except OSError:
            return []
        return sorted(name for name in found if _is_name(name) and (self.folder / name).is_dir())

    def all(self) -> list[Kept]:
        """Every data set that can be read, by the alphabet."""
        return [found for name in self.names() if (found := self._described(name))]

    def unreadable(self) -> list[Unreadable]:
        """The others, with the reason."""
        found = []
        for name in self.names():
            try:
                self.get(name)
            except (DataDamaged, StorageError) as error:
                found.append(Unreadable(name, str(error)))
        return found

    def get(self, name: str) -> Kept:
        """What is known of a data set.

        Raises:
            DataMissing: there is none of that name.
            DataDamaged: its description is damaged.
            StorageError: it cannot be read at this moment.
        """
        if not _is_name(name) or not (self.folder / name).is_dir():
            there = ", ".join(self.names()) or "none yet"
            raise DataMissing(f"There is no data set {name!r} among your own ({there}).")
        path = self.folder / name / _DESCRIPTION
        try:
            kept = Kept.model_validate_json(read_bounded(path, _MOST_DESCRIPTION))
        except ValidationError as error:
            raise DataDamaged(f"{path} is damaged. Remove the data set and add it again.") from error
        if kept.name != name:
            raise DataDamaged(f"{path} is of a data set called {kept.name!r}, not {name!r}.")
        return kept

    def _described(self, name: str) -> Kept | None:
        try:
            return self.get(name)
        except (DataMissing, DataDamaged, StorageError):
            return None

    def load(self, name: str) -> Dataset:
        """The images. Raises as `get`; also `DataDamaged` when they are not those that were added."""
        kept = self.get(name)
        path = self.folder / name / _ARRAYS
        try:
            with open_regular(path) as file:
                arrays = read_npz(file)
            names = kept.info.class_names
            train, validation, test = (
                Split(arrays[f"{part}_images"], arrays[f"{part}_labels"], names) for part in _SPLITS
            )
        except (DamagedArrays, KeyError) as error:
            raise DataDamaged(
                f"{path} is damaged ({error}). Remove the data set and add it again."
            ) from error
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error
        splits = Splits(train, validation, test, kept.split)
        if _fingerprint(kept.info.class_names, splits) != kept.info.fingerprint:
            raise DataDamaged(f"{path} was changed or is damaged. Remove the data set and add it again.")
        for piece in (train, validation, test):
            piece.images.setflags(write=False)
            piece.labels.setflags(write=False)
        return Dataset(kept.info, train, validation, test)

    def remove(self, name: str) -> None:
        """Delete a data set for good; runs that learnt from it stay.

        Raises:
            DataMissing: there is none of that name.
            StorageError: it cannot be deleted.
        """
        if not _is_name(name) or not (self.folder / name).is_dir():
            self.get(name)
        going = self.folder / f".{name}.{uuid.uuid4().hex[:8]}.deleted"
        try:
            (self.folder / name).replace(going)
        except OSError as error:
            raise StorageError(f"The data set {name!r} cannot be removed: {error.strerror}.") from error
        shutil.rmtree(going, ignore_errors=True)


def _is_name(name: str) -> bool:
    try:
        checked_data_name(name)
    except InvalidValue:
        return False
    return True


def _fingerprint(class_names: Sequence[str], splits: Splits) -> str:
    """SHA-256 over the names of the classes and over images and labels of each split."""
    digest = hashlib.sha256("\0".join(class_names).encode())
    for part in _SPLITS:
        piece: Split = getattr(splits, part)
        digest.update(f"{part} {piece.images.shape} {piece.images.dtype} {piece.labels.dtype}".encode())
        digest.update(np.ascontiguousarray(piece.images).data)
        digest.update(np.ascontiguousarray(piece.labels).data)
    return digest.hexdigest()
