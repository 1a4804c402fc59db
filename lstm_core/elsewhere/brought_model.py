"""A model from elsewhere becomes a run of its own, so that every page and command can use it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lstm_core.elsewhere.model_file import Model, read_model
from lstm_core.errors import InvalidValue
from lstm_core.runs.names import MAX_NAME, checked_name, shown_name, without_marks
from lstm_core.runs.run import Run
from lstm_core.runs.status import Origin
from lstm_core.runs.store import RunStore

MAX_CLASS_NAME = 40


@dataclass(frozen=True)
class Brought:
    """The answer to a wish to bring a model in.

    Attributes:
        run: the model as a run.
        notes: what was taken for granted, in sentences.
        known: why no new run was made, or nothing.
    """

    run: Run
    notes: tuple[str, ...] = ()
    known: str = ""


def bring_in(
    store: RunStore, content: bytes, file_name: str, name: str = "", classes: Sequence[str] = ()
) -> Brought:
    """Read a model and keep it as a run that is finished and has no training.

    The same network with the same classes is kept once.

    Args:
        store: where it is kept.
        content: of the file.
        file_name: of the file, which is only shown.
        name: what to call the run; the file's name unless told.
        classes: what each class is called; the digits 0, 1, … unless told.

    Raises:
        ModelRejected: it is damaged, or no network of the kind that is read here.
        InvalidValue: a name that cannot be shown, or as many classes as the model has not.
        StorageError: it cannot be read or written at this moment.
    """
    name = checked_name(name) if name.strip() else name_from_file(file_name)
    model = read_model(content)
    class_names = checked_classes(classes, model) or model.weights.class_names
    origin = Origin(
        file=shown_name(_last_part(file_name))[:MAX_NAME],
        form=model.form,
        sha256=hashlib.sha256(content).hexdigest(),
        rows=model.weights.rows,
        columns=model.weights.columns,
        classes=model.weights.classes,
        class_names=class_names,
        notes=model.notes,
    )
    key = _key(model, class_names)
    if run := store.find(key):
        return Brought(run, model.notes, "This network was brought in before; this is that run.")
    weights = replace(model.weights, class_names=class_names)
    return Brought(store.bring_in(weights, model.settings, key, origin, name), model.notes)


def name_from_file(file_name: str) -> str:
    """Such as "my model" of ``my_model.keras``; what cannot be seen is left out."""
    stem = re.sub(r"\.(keras|h5|hdf5|npz)$", "", _last_part(file_name), flags=re.IGNORECASE)
    words = " ".join(without_marks(re.sub(r"[_\s]+", " ", stem)).split())
    return words[:MAX_NAME].rstrip() or "A model from elsewhere"


def _last_part(file_name: str) -> str:
    """Of a path, in the style of any system."""
    return re.split(r"[\\/]", file_name)[-1]


def checked_classes(classes: Sequence[str], model: Model) -> tuple[str, ...]:
    """Names of the classes, of which there must be as many as the model has; nothing for digits.

    Raises:
        InvalidValue: too many or too few, two alike, or one that is empty, long or cannot be shown.
    """
    names = tuple(" ".join(name.split()) for name in classes)
    if not names:
        return ()
    for name in names:
        if not 0 < len(name) <= MAX_CLASS_NAME or without_marks(name) != name:
            raise InvalidValue("classes", f"names of 1 to {MAX_CLASS_NAME} characters that can be seen", name)
    if len(names) != model.weights.classes:
        raise InvalidValue(
            "classes", f"{model.weights.classes} names, one for each output of the model", ", ".join(names)
        )
    if len(set(names)) < len(names):
        raise InvalidValue("classes", "names of which no two are alike", ", ".join(names))
    return names


def _key(model: Model, class_names: tuple[str, ...]) -> str:
    """Unlike the key of any training, as its settings say nothing of how the network came about."""
    found = hashlib.sha256(repr((model.weights.fingerprint, class_names)).encode())
    return f"elsewhere-{found.hexdigest()[:16]}"
