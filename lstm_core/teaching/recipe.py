"""How a network is taught somebody's drawings: which settings, and how many steps fit into the time there is.

The numbers were chosen with ``python -m benchmarks own_hand``; they are round on purpose.
"""

from __future__ import annotations

import math
from typing import Any

from lstm_core.data.held_back import held_back
from lstm_core.data.info import DatasetInfo
from lstm_core.errors import InvalidValue
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.parent import Parent
from lstm_core.runs.speeds import beside_now, measurements
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import Material
from lstm_core.runs.usable_devices import devices_here
from lstm_core.settings.devices import choose
from lstm_core.settings.estimate import estimate
from lstm_core.settings.fine_tuning import FineTuning
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters, with_changes

SHARE = 0.125
"""Of every batch that are drawings. With half of it more is forgotten than with a quarter or an eighth, and
nothing is learnt better."""

LEARNING_RATE, LEARNING_RATE_ALONE = 0.001, 0.0003
PULL, PULL_ALONE = 0.03, 0.05
"""Back to the parent after every step; without the data set of before, nothing else keeps what was learnt."""

BATCH, BATCH_ALONE = 128, 64

FEWEST_STEPS, MOST_STEPS = 40, 1_000
SECONDS = 2.0, 600.0
"""The least and the most that a teaching may take."""

FAMILIAR_SECONDS = 1.0
"""To measure what is familiar to the network, at the end."""

_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
"""First digits of the numbers of steps, so that a speed a little higher asks for the same run."""

_FINER_BELOW = 16
"""Rows of images whose strokes are so few pixels wide that they are varied on a finer grid."""


def fine_tuning(parent: Parent, material: Material, *, with_data_set: bool = True) -> HyperParameters:
    """The settings that teach ``material`` to ``parent``; the number of steps is still open.

    Args:
        parent: the network to start from.
        material: the drawings, and the parent's weights.
        with_data_set: whether images of the parent's data set are mixed with the drawings. Without them each
            step goes a little way back to the parent's weights instead.

    Raises:
        InvalidValue: the drawings cannot be learnt from, such as a single one of a network of its own.
    """
    weights, before = parent.weights, parent.settings
    values: dict[str, Any] = before.model_dump()
    values |= {
        "initializer": "keras",
        "initial_kernel": "",
        "optimizer": "adam",
        "learning_rate": LEARNING_RATE if with_data_set else LEARNING_RATE_ALONE,
        "schedule": "one-cycle",
        "clip_norm": 1.0,
        "batch_size": min(BATCH, before.info.train),
        "precision": "auto",
        "device": "auto",
        "seed": 0,
        "fine_tuning": FineTuning(
            parent=weights.fingerprint,
            drawings=material.fingerprint,
            share=SHARE if with_data_set else 1.0,
            augmentation="finer" if weights.rows < _FINER_BELOW else "handwriting",
            pull=PULL if with_data_set else PULL_ALONE,
        ),
    }
    if not with_data_set:
        info = drawings_alone(material)
        values |= {"dataset": info.name, "own_data": info, "batch_size": min(BATCH_ALONE, info.train)}
    return hyperparameters(values)


def drawings_alone(material: Material) -> DatasetInfo:
    """The drawings as the whole data set of a run: those kept back choose and test."""
    weights, back = material.parent, int(held_back(material.labels).sum())
    learnt, read = len(material.labels) - back, back or len(material.labels)
    return DatasetInfo(
        name=f"drawings-{material.fingerprint[:12]}",
        title="your drawings",
        rows=weights.rows,
        columns=weights.columns,
        classes=weights.classes,
        train=learnt,
        validation=read,
        test=read,
        fingerprint=material.fingerprint,
        class_names=weights.names,
    )


def steps_within(
    seconds: float, settings: HyperParameters, store: RunStore, *, passes: int = 1
) -> HyperParameters:
    """``settings`` with as many steps as fit into ``seconds``, by the speed of earlier runs in ``store``.

    Fewer than `FEWEST_STEPS` would teach nothing, so that many are taken on a machine that is too slow.

    Args:
        seconds: from the start of the training to its end.
        settings: what is to be trained.
        store: the runs of this machine.
        passes: how often the steps are taken: 2 where a twin is taught as well, to measure with.

    Raises:
        InvalidValue: ``seconds`` is out of range.
        DeviceUnavailable: there is no device.
    """
    least, most = SECONDS
    if not least <= seconds <= most:
        raise InvalidValue("seconds", f"a number from {least:g} to {most:g}", seconds)
    device = choose(settings.device, devices_here(store.root))
    speeds, obstacle = measurements(store, device), noted_obstacle(store.root)
    beside = beside_now(store, settings, device)
    one, two = (
        estimate(with_changes(settings, steps=steps, evaluate_every=1), device, speeds, obstacle, beside)
        for steps in (1, 2)
    )
    step = 1 / one.steps_per_second
    validation = two.seconds - one.seconds - step
    # The test images are read before, too.
    before = validation * settings.info.test / settings.info.validation
    rest = one.seconds - step + before + FAMILIAR_SECONDS
    slower = one.high / one.seconds  # three times where nothing was measured here
    steps = (seconds - rest) / (slower * step) / passes
    return with_steps(_rounded(min(max(steps, FEWEST_STEPS), MOST_STEPS)), settings)


def with_steps(steps: int, settings: HyperParameters) -> HyperParameters:
    """``settings`` with so many steps, and a validation at their end. Raises `InvalidValue`."""
    return with_changes(settings, steps=steps, evaluate_every=max(1, steps))


def _rounded(steps: float) -> int:
    """The greatest round number that is not greater."""
    unit = 10 ** math.floor(math.log10(steps))
    return int(max(digit * unit for digit in _ROUND if digit * unit <= steps))
