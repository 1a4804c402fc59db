"""Train, cache and read multi-layer LSTMs on handwritten digits.

Read a digit with the network that ships:

>>> import lstm_core
>>> weights = lstm_core.shipped_weights()
>>> image = lstm_core.stroke_digit(3, weights.rows, weights.columns)
>>> trace = lstm_core.read(weights, image)
>>> trace.probabilities.shape
(28, 10)
>>> lstm_core.verdict(trace.probabilities, image).label
3
>>> trace.layers[0].forget_gate.shape
(28, 256)

Train one, or be answered from the run that was trained with the same settings before:

>>> settings = lstm_core.hyperparameters({"dataset": "digits", "units": (16,), "steps": 30})
>>> run = lstm_core.train(settings)
>>> run.status.state
'finished'
>>> run.weights().layers[0].units
16

What is named here is imported when it is first asked for, so that importing this package costs nothing.
Neither it nor anything on the reading side imports TensorFlow or Keras. The rooms below it have more; the map
is in ARCHITECTURE.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lstm_core.data.datasets import load as load
    from lstm_core.drawing.normalise import normalise as normalise
    from lstm_core.drawing.photograph import ink_from_file as ink_from_file
    from lstm_core.drawing.stroke_digits import stroke_digit as stroke_digit
    from lstm_core.drawing.strokes import ink_from_strokes as ink_from_strokes
    from lstm_core.errors import InvalidValue as InvalidValue
    from lstm_core.errors import LstmError as LstmError
    from lstm_core.pretrained.shipped import shipped_weights as shipped_weights
    from lstm_core.reading.evaluation import evaluate as evaluate
    from lstm_core.reading.trace import Trace as Trace
    from lstm_core.reading.trace import read as read
    from lstm_core.reading.trace import read_batch as read_batch
    from lstm_core.reading.verdict import Verdict as Verdict
    from lstm_core.reading.verdict import sentence as sentence
    from lstm_core.reading.verdict import verdict as verdict
    from lstm_core.reading.weights import LstmWeights as LstmWeights
    from lstm_core.reading.weights import load_weights as load_weights
    from lstm_core.reading.weights import save_weights as save_weights
    from lstm_core.runs.run import Run as Run
    from lstm_core.runs.store import RunStore as RunStore
    from lstm_core.runs.store import home as home
    from lstm_core.runs.train import train as train
    from lstm_core.settings.hyperparameters import HyperParameters as HyperParameters
    from lstm_core.settings.presets import PRESETS as PRESETS
    from lstm_core.settings.validation import hyperparameters as hyperparameters
    from lstm_core.settings.validation import with_changes as with_changes

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "data.datasets": ["load"],
        "drawing.normalise": ["normalise"],
        "drawing.photograph": ["ink_from_file"],
        "drawing.stroke_digits": ["stroke_digit"],
        "drawing.strokes": ["ink_from_strokes"],
        "errors": ["InvalidValue", "LstmError"],
        "pretrained.shipped": ["shipped_weights"],
        "reading.evaluation": ["evaluate"],
        "reading.trace": ["Trace", "read", "read_batch"],
        "reading.verdict": ["Verdict", "sentence", "verdict"],
        "reading.weights": ["LstmWeights", "load_weights", "save_weights"],
        "runs.run": ["Run"],
        "runs.store": ["RunStore", "home"],
        "runs.train": ["train"],
        "settings.hyperparameters": ["HyperParameters"],
        "settings.presets": ["PRESETS"],
        "settings.validation": ["hyperparameters", "with_changes"],
    },
)
