"""Named settings to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lstm_core.data.info import DatasetInfo
from lstm_core.errors import InvalidValue
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters, with_valid_fields


@dataclass(frozen=True)
class Preset:
    """Settings with a name and a sentence on what they are for.

    Attributes:
        name: as in a link or on the command line.
        title, about: for people.
        values: what differs from the defaults of `HyperParameters`.
        source: the published tutorial it comes from, or nothing for this project's own.
        published_accuracy: on MNIST's test images, as its author states it; ``None`` where none is stated.
        chosen_here: what the author leaves open, or today's libraries do otherwise.
        for_own_data: whether batch, steps and validations follow from the size of the data set, as `by_size`
            says.
    """

    name: str
    title: str
    about: str
    values: Mapping[str, Any]
    source: str = ""
    published_accuracy: float | None = None
    chosen_here: str = ""
    for_own_data: bool = False

    def settings(self, dataset: str | None = None) -> HyperParameters:
        """What it trains; with ``dataset`` on another data set than its own. Raises `InvalidValue`."""
        values = {**self.values, **({"dataset": dataset} if dataset else {})}
        if self.for_own_data:
            values |= by_size(with_valid_fields(values).info)
        return hyperparameters(values)


def by_size(info: DatasetInfo) -> Mapping[str, Any]:
    """Batch, steps and validations for a data set of this size.

    A small data set is seen more often, since each image is varied anew every time; a large one needs fewer
    passes.
    """
    batch = max(1, min(64, info.train // 4))
    seen = min(max(60 * info.train, 60_000), 192_000)
    steps = min(round(seen / batch), 3_000)
    return {
        "batch_size": batch,
        "steps": steps,
        "evaluate_every": max(1, steps // 10),
        "evaluation_batch_size": 500,
    }


_ALL = (
    Preset(
        "quick",
        "Quick",
        "Two layers of 256 that learn to give a verdict after every row, in 800 steps with a one-cycle "
        "schedule: better than the 98.58\N{NO-BREAK SPACE}% that tutorials reach with this network, in "
        "little time.",
        {
            "supervised_rows": "all",
            "dropout": 0.0,
            "learning_rate": 0.01,
            "schedule": "one-cycle",
            "clip_norm": 1.0,
            "steps": 800,
            "evaluate_every": 200,
        },
    ),
    Preset(
        "tutorial",
        "Tutorial",
        "Two layers of 256, dropout 0.5, Adam at 0.001 for 2,000 steps: the network most tutorials train. It "
        "learns from its verdict after the last row only.",
        {},
    ),
    Preset(
        "reference",
        "Reference",
        "Our best recipe, made to read what people draw and to give a verdict after every row. "
        "The network that comes with the dashboard was trained with it and with more forms of handwriting.",
        {
            "supervised_rows": "all",
            "dropout": 0.1,
            "augmentation": "handwriting-2",
            "learning_rate": 0.003,
            "schedule": "one-cycle",
            "clip_norm": 1.0,
            "steps": 16000,
            "evaluate_every": 500,
        },
    ),
    Preset(
        "digits",
        "Small digits",
        "The 8 × 8 UCI digits that come with the project: no download, trained in seconds. The images are "
        "varied on a finer grid, so that digits by other writers are read, too.",
        {
            "dataset": "digits",
            "units": (96, 96),
            "supervised_rows": "all",
            "dropout": 0.1,
            "augmentation": "finer",
            "learning_rate": 0.01,
            "schedule": "one-cycle",
            "clip_norm": 1.0,
            "batch_size": 64,
            "steps": 900,
            "evaluate_every": 75,
            "evaluation_batch_size": 300,
        },
    ),
    Preset(
        "own",
        "Your own data",
        "For a small data set of your own: two layers of 128, every image varied anew each time it "
        "is seen, and as "
        "many steps as the number of images asks for.",
        {
            "dataset": "digits",
            "units": (128, 128),
            "supervised_rows": "all",
            "dropout": 0.2,
            "augmentation": "handwriting",
            "learning_rate": 0.005,
            "schedule": "one-cycle",
            "clip_norm": 1.0,
        },
        for_own_data=True,
    ),
    Preset(
        "huang-2017",
        "Huang 2017 · easy to understand",
        "Rows of 28 pixels through two layers of 256 units, outputs dropped with probability 0.5, and the "
        "loss averaged over the classes too.",
        {
            "precision": "float32",
            "units": (256, 256),
            "dropout": 0.5,
            "forget_bias": 1.0,
            "initializer": "packed-glorot",
            "initial_state": "zero",
            "returned": "state",
            "dense_initializer": "truncated-normal",
            "dense_stddev": 0.1,
            "dense_bias": 0.1,
            "loss": "class-mean",
            "optimizer": "adam",
            "learning_rate": 0.001,
            "batch_size": 128,
            "steps": 2000,
            "evaluate_every": 200,
            "evaluation_batch_size": 500,
        },
        source="“Multi-layer LSTM easy to understand”, two articles, in Chinese and English, 2017",
        published_accuracy=0.9858,
        chosen_here="The text also gives 0.9825. Adam's epsilon is Keras' 1e-7 instead of 1e-8.",
    ),
    Preset(
        "gzj-2018",
        "GZJ 2018 · principles and implementation",
        "One layer of 28 units, unrolled into 28 separate inputs as `static_rnn` did, with RMSProp.",
        {
            "precision": "float32",
            "units": (28,),
            "dropout": 0.0,
            "computation": "unrolled",
            "layout": "time-major",
            "forget_bias": 1.0,
            "initializer": "packed-glorot",
            "dense_initializer": "normal",
            "dense_stddev": 0.01,
            "optimizer": "rmsprop",
            "learning_rate": 0.001,
            "batch_size": 128,
            "steps": 5000,
            "evaluate_every": 500,
            "evaluation_batch_size": 256,
        },
        source="“LSTM principles and implementation”, 2018",
        chosen_here="The number of steps is not stated; 5,000 here. RMSProp's decay 0.9 is Keras' own.",
    ),
    Preset(
        "stacked-2020",
        "Stacked 2020 · written by hand",
        "A list of sizes per layer, every equation written out with matmul, sigmoid and tanh on [h, x], and "
        "an initial state that is learnt.",
        {
            "precision": "float32",
            "units": (128, 64),
            "dropout": 0.0,
            "computation": "by-hand",
            "layout": "time-major",
            "initial_state": "trainable",
            "initializer": "xavier",
            "learning_rate": 0.001,
            "batch_size": 128,
            "steps": 2000,
            "evaluate_every": 200,
        },
        source="Notes on multi-layer LSTM, 2020",
        chosen_here="Of the sizes [20, 30], [128, 64] and [32, 32, 64] the second; optimiser, batch and "
        "steps are not stated for MNIST. The others learn a sine's cosine on the Learn page.",
    ),
    Preset(
        "projected-2019",
        "Projected 2019 · step by step",
        "Every row goes through a fully connected layer of 64 before one layer of 128 units; normal(0, 1) "
        "weights in the dense layers; 100,000 images in all.",
        {
            "precision": "float32",
            "units": (128,),
            "dropout": 0.0,
            "input_projection": 64,
            "initializer": "packed-glorot",
            "dense_initializer": "normal",
            "dense_stddev": 1.0,
            "dense_bias": 0.1,
            "optimizer": "adam",
            "learning_rate": 0.001,
            "batch_size": 128,
            "steps": 782,
            "evaluate_every": 20,
        },
        source="“Step by step LSTM on MNIST”, 2019",
        chosen_here="100,000 images are 782 steps of 128.",
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.name: preset for preset in _ALL})


OWN = "own"
"""The preset for data sets of one's own."""

DEFAULT_PRESET = "quick"
"""What a first training starts from."""


def preset(name: str) -> Preset:
    """Raises `InvalidValue` for a name that is none."""
    if name not in PRESETS:
        raise InvalidValue("preset", f"one of {', '.join(PRESETS)}", name)
    return PRESETS[name]
