"""A run as a script of its own: plain `keras` and `numpy`, no import of this project.

The script holds what its settings need and nothing else. It trains the same network on the same split of the
images; first weights, the order of the images and dropout are drawn by other generators, so it reaches the
accuracy of the run within the spread of seeds, not the same numbers. With weights that were exported from a
run it computes what the run computes. It computes in the precision that it names in its head: a run's own, or
that of the settings, or float32 where these leave it open. Its text is the template beside this module.
"""

from __future__ import annotations

import functools
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_core.settings.computation import POLICIES
from lstm_core.settings.computed import THEN, Computed
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import LOOPED, WRITTEN_OUT

if TYPE_CHECKING:
    from jinja2 import Template

COLUMNS = 100
"""The width of a script."""

SHORT_CALL = 80
"""The most characters of a call that stands on one line."""


def standalone_script(settings: HyperParameters, computed: Computed | None = None) -> str:
    """Python source, at most `COLUMNS` wide, that trains and tests a network with these settings.

    Args:
        settings: of the network and its training.
        computed: what the run was computed with, if the script is of a run.

    Augmentation, a program of its own, is left out, and the script says so where there is one. First weights
    from a CSV file come from the file itself, which the script takes as an argument.
    """
    computed = computed or Computed()
    text = _template().render(
        settings.model_dump(exclude={"own_data"}), **_derived(settings), **_computed(settings, computed)
    )
    return _with_short_calls_joined(_with_short_calls_joined(text))  # the cells, then the layers around them


@functools.cache
def _template() -> Template:
    import jinja2  # here, as only who asks for a script should wait for it

    environment = jinja2.Environment(  # noqa: S701 (a script is no HTML: nothing in it may be escaped)
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["wrapped"] = _wrapped
    path = Path(__file__).with_name("keras_script.py.jinja")
    return environment.from_string(path.read_text(encoding="utf-8"))


def _derived(settings: HyperParameters) -> dict[str, Any]:
    """What the template needs besides the settings themselves, which it knows by their names."""
    written_out, looped = settings.computation in WRITTEN_OUT, settings.computation in LOOPED
    stock = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}[settings.cell]
    own = {"unrolled": "Unrolled", "whole-sequence": "layers.RNN"}
    return {
        "info": settings.info,
        "changed": _changed(settings),
        "mnist": settings.dataset == "mnist",
        "csv": settings.initializer == "csv",
        "drawn": settings.initializer not in ("keras", "csv"),
        # A stock LSTM starts its forget gates at 1 by itself, and at nothing else.
        "own_bias": settings.cell == "lstm" and (settings.forget_bias != 1 or written_out),
        "written_out": written_out,
        "looped": looped,
        "stock": stock,
        "layer_class": "ByHand" if written_out else own.get(settings.computation, f"layers.{stock}"),
        "cell_path": "" if written_out else ".cell",  # from a layer to what holds its weights
        "time_major": settings.layout == "time-major",
        "both_directions": settings.direction == "both",
        "shared": settings.layer_weights == "shared",
        "trainable_state": settings.initial_state == "trainable",
        "from_state": settings.returned == "state",
        "every_row": settings.supervised_rows == "all",
        "class_mean": settings.loss == "class-mean",
        "one_cycle": settings.schedule == "one-cycle",
        "keep_best": settings.kept_weights == "best",
    }


def _computed(settings: HyperParameters, computed: Computed) -> dict[str, Any]:
    """What the template says of the run's precision and what it takes for its own."""
    precision = settings.precision if computed.precision is None else computed.precision
    policy = POLICIES.get(precision.split(THEN)[-1], POLICIES["auto"])
    return {
        "run_computed": str(computed),
        "policy": policy,
        "mixed": policy != "float32",
        "fused": "fused" in (computed.computation, settings.computation),
    }


def _changed(settings: HyperParameters) -> str:
    """The settings that are not at their defaults and that the script does not show elsewhere in its head."""
    shown_elsewhere = {"dataset", "units", "cell", "augmentation", "device", "initial_kernel", "precision"}
    return "; ".join(
        f"{field.label.lower()}: {getattr(settings, name)}"
        for name, field in FIELDS.items()
        if name not in shown_elsewhere and getattr(settings, name) != field.default
    )


def _wrapped(text: str) -> str:
    """A paragraph of the docstring, however its lines are broken in the template."""
    return textwrap.fill(text, COLUMNS - 4, break_long_words=False, break_on_hyphens=False) + "\n"


def _with_short_calls_joined(source: str) -> str:
    """Short calls on one line, of those whose arguments stand on a line each."""

    def joined(call: re.Match[str]) -> str:
        arguments = [line.strip().removesuffix(",") for line in call["arguments"].splitlines()]
        line = f"{call['name']}({', '.join(arguments)})"
        return line if len(line) <= SHORT_CALL else call[0]

    # An argument ends in a comma, unlike the first line of a call within a call: inner ones go first.
    return re.sub(r"(?P<name>\b[\w.]+)\(\n(?P<arguments>(?: +[^ )].*,\n)+) *\)", joined, source)
