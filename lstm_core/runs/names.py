"""Names of runs: those people give, and those that settings suggest."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from lstm_core.data.info import DATASETS
from lstm_core.errors import InvalidValue
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import with_changes

MAX_NAME = 80


_JOINERS = "\u200c\u200d"
"""Zero-width characters that change how letters of Persian and of Indian scripts, and emoji, are drawn."""

_BLANK = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Characters that are drawn as nothing, though Unicode counts most of them among letters and marks."""


def checked_name(name: str) -> str:
    """``name`` with single spaces.

    Raises:
        InvalidValue: it is empty, long or cannot be shown; or it holds marks that cannot be seen, with which
            two names that look alike could differ, or text be shown in another order than it has.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidValue("name", f"1 to {MAX_NAME} characters long", name)
    if without_marks(name) != name:
        raise InvalidValue("name", "made of characters that can be seen", name)
    return name


def shown_name(name: str) -> str:
    """A name from a file as it can be shown: in one line, without marks; never empty."""
    return without_marks(" ".join(name.split())) or "unnamed"


def without_marks(name: str) -> str:
    """``name`` without what cannot be seen: control characters, marks of direction, zero-width characters.

    A joiner stays where it joins: after a character beyond ASCII, as only scripts and emoji there need it.
    """
    kept: list[str] = []
    for character in name:
        before = kept[-1] if kept else " "
        joins = character in _JOINERS and not before.isascii() and before not in _JOINERS
        if joins or _is_seen(character):
            kept.append(character)
    return "".join(kept)


def _is_seen(character: str) -> bool:
    """Whether a character is drawn as something, if only as a space."""
    if character in _BLANK:
        return False
    # Newer emoji than Python's tables know are unassigned there.
    if unicodedata.category(character) == "Cn":
        return "\U0001f000" <= character <= "\U0001faff"
    return unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs")


def default_name(settings: HyperParameters) -> str:
    """Such as ``mnist 256-256 adam 0.004``, and what is unusual, or a published preset's; and a seed but 0.

    The learning rate is left out where it is the one that presets like these settings have.
    """
    key = run_key(with_changes(settings, seed=0))
    published = [
        found.name for found in PRESETS.values() if found.source and run_key(found.settings()) == key
    ]
    seed = [f"seed {settings.seed}"] if settings.seed else []
    units = "-".join(map(str, settings.units))
    words = published or [settings.dataset, units, settings.optimizer, *_rate(settings), *_unusual(settings)]
    return " ".join([*words, *seed])[:MAX_NAME].rstrip()


def _rate(settings: HyperParameters) -> Iterator[str]:
    """The learning rate where it is not the usual one."""
    if _is_unusual(settings, "learning_rate"):
        yield f"{settings.learning_rate:g}"


def _is_unusual(settings: HyperParameters, field: str) -> bool:
    """Whether no preset that is trained on such data in such a way has this value of the field.

    Where there is no such preset, the field's default is the usual value.
    """
    own = settings.dataset not in DATASETS
    alike = [
        preset.values
        for preset in PRESETS.values()
        if preset.for_own_data == own and (own or _value(preset.values, "dataset") == settings.dataset)
        if all(_value(preset.values, name) == getattr(settings, name) for name in _WAY)
    ]
    usual = [_value(values, field) for values in alike] or [HyperParameters.model_fields[field].default]
    return getattr(settings, field) not in usual


_WAY = ("optimizer", "schedule", "augmentation")
"""Fields on which it depends which learning rate, dropout and batch size are usual."""


def _value(values: Mapping[str, Any], field: str) -> Any:
    """Of a preset."""
    return values.get(field, HyperParameters.model_fields[field].default)


def _unusual(settings: HyperParameters) -> Iterator[str]:
    """Words for what makes it another network than the usual one, or computed in another way."""
    if settings.cell != "lstm":
        yield settings.cell
    if settings.direction == "both":
        yield "both ways"
    if settings.layer_weights == "shared":
        yield "shared"
    if settings.input_projection:
        yield f"projected {settings.input_projection}"
    if settings.initial_state == "trainable":
        yield "learnt start"
    if settings.initializer != "keras":
        yield settings.initializer
    if settings.computation != "auto":
        yield settings.computation.replace("-", " ")
    if settings.supervised_rows == "all":
        yield "every row"
    if settings.augmentation != "none":
        yield settings.augmentation
    if _is_unusual(settings, "dropout"):
        yield f"dropout {settings.dropout:g}"
    if _is_unusual(settings, "batch_size"):
        yield f"batch {settings.batch_size}"
