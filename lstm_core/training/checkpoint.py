"""What a checkpoint holds: every variable a training needs to go on, under a name of its own.

The names are this project's, so that no order in which Keras lists its variables decides which is which:
those of `LstmWeights.arrays` for weights, ``dropout_1/rate`` and ``dropout_1/seed`` for dropout, and
``optimizer/iteration`` or ``optimizer/layer0_kernel/momentum`` for the optimiser. Version 0.1 named them by
their place in Keras' lists; such a checkpoint is still read where all its shapes fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import WeightsError
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.training.model import AdjustableDropout
from lstm_core.training.model_weights import model_variables

COUNTS = ("step", "images_seen")
"""How far the training has come; they stand beside the variables."""

MOST_NAMED = 3
"""Arrays that an error message names."""


def named_variables(
    model: keras.Model, optimizer: keras.optimizers.Optimizer, settings: HyperParameters
) -> dict[str, Any]:
    """Every variable of a model made with ``settings`` and of its optimiser, by its name in a checkpoint.

    Not among them are the generators of random numbers in Keras' own recurrent layers, which nothing is
    drawn from.
    """
    named: dict[str, Any] = {}
    for name, variable in model_variables(model, settings).items():
        if all(variable is not other for other in named.values()):  # layers can share their weights
            named[name] = variable
    # Keras names what an optimiser keeps of a variable after the variable's path.
    kept = {variable.path.replace("/", "_"): name for name, variable in named.items()}
    for layer in model.layers:
        if isinstance(layer, AdjustableDropout):
            named |= {f"{layer.name}/rate": layer.rate, f"{layer.name}/seed": layer.seed_generator.state}
    for variable in optimizer.variables:
        owner = next((path for path in kept if variable.name.startswith(f"{path}_")), "")
        what = variable.name.removeprefix(f"{owner}_")
        named[f"optimizer/{kept[owner]}/{what}" if owner else f"optimizer/{what}"] = variable
    return named


def put(
    state: Mapping[str, NDArray[Any]],
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    settings: HyperParameters,
) -> None:
    """Copy the arrays of a checkpoint into the variables of `named_variables`.

    Raises:
        WeightsError: it is of another network or optimiser; nothing is changed.
    """
    if "variable0000" in state:
        listed = [*model.variables, *optimizer.variables]
        named = {f"variable{index:04d}": variable for index, variable in enumerate(listed)}
    else:
        named = named_variables(model, optimizer, settings)
    if lacking := [name for name in COUNTS if name not in state or state[name].shape != ()]:
        raise WeightsError(f"The checkpoint does not say its {' and '.join(lacking)}.")
    needed = {name: tuple(variable.shape) for name, variable in named.items()}
    found = {name: array.shape for name, array in state.items() if name not in COUNTS}
    unlike = [name for name in {**needed, **found} if needed.get(name) != found.get(name)]
    if unlike:
        each = (
            f"{name} is {_shape(found.get(name))} in it and {_shape(needed.get(name))} in the network"
            for name in unlike[:MOST_NAMED]
        )
        more = f", and {len(unlike) - MOST_NAMED} more" if len(unlike) > MOST_NAMED else ""
        raise WeightsError(
            f"The checkpoint is of another network or optimiser than its settings: {'; '.join(each)}{more}."
        )
    if broken := next((name for name in needed if not np.can_cast(state[name].dtype, float)), ""):
        raise WeightsError(f"The checkpoint holds no numbers under {broken}.")
    for name, variable in named.items():
        variable.assign(state[name])


def _shape(shape: tuple[int, ...] | None) -> str:
    return "missing" if shape is None else f"of shape {shape}"
