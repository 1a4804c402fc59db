"""Variables of a training by names of this project, whatever Keras calls them and however it orders them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lstm_core.data.info import Dataset
from lstm_core.errors import WeightsError
from lstm_core.settings.devices import Device
from lstm_core.settings.validation import hyperparameters
from lstm_core.training.checkpoint import named_variables
from lstm_core.training.trainer import Trainer
from tests.networks import same_weights

CPU = Device("cpu", "a processor")
NETWORKS: list[dict[str, Any]] = [
    {},
    {"optimizer": "rmsprop", "computation": "by-hand"},
    {"optimizer": "sgd", "cell": "gru"},
    {"cell": "rnn"},
    {"direction": "both", "computation": "whole-sequence"},
    {"initial_state": "trainable", "input_projection": 5, "input_dropout": 0.2},
    {"layer_weights": "shared", "input_projection": 4},
]


def trainer(digits: Dataset, steps: int = 0, **values: Any) -> Trainer:
    plain = {"dataset": "digits", "units": (4, 4), "batch_size": 16, "precision": "float32", "dropout": 0.3}
    made = Trainer(hyperparameters({**plain, **values}), digits, CPU)
    for _ in range(steps):
        made.advance(digits.train.pixels()[:16], digits.train.labels[:16].astype(np.int64))
    return made


def by_place(made: Trainer) -> dict[str, Any]:
    """A checkpoint as version 0.1 wrote it."""
    listed = [*made.model.variables, *made.optimizer.variables]
    arrays = {f"variable{i:04d}": np.array(keras.ops.convert_to_numpy(v)) for i, v in enumerate(listed)}
    return {**arrays, "step": np.int64(made.step), "images_seen": np.int64(made.images_seen)}


@pytest.mark.parametrize("values", NETWORKS, ids=str)
def test_the_names_are_the_same_in_every_process_and_leave_nothing_out(
    digits: Dataset, values: dict[str, Any]
):
    one, two = trainer(digits, **values), trainer(digits, **values)
    names = [[*named_variables(made.model, made.optimizer, made.settings)] for made in (one, two)]
    assert names[0] == names[1]  # though Keras counts its layers on
    named = {id(variable) for variable in named_variables(one.model, one.optimizer, one.settings).values()}
    needed = [
        variable
        for variable in [*one.model.variables, *one.optimizer.variables]
        if "seed_generator" not in variable.path
    ]
    assert {id(variable) for variable in needed} <= named
    dropouts = [name for name in names[0] if name.endswith("/seed")]
    assert len(dropouts) == 2 + 2 * bool(values.get("input_dropout"))


@pytest.mark.parametrize("values", NETWORKS, ids=str)
def test_a_checkpoint_of_version_0_1_is_gone_on_from(digits: Dataset, values: dict[str, Any]):
    half, whole, again = (trainer(digits, steps, **values) for steps in (1, 2, 0))
    again.restore(by_place(half))
    assert (again.step, again.images_seen) == (1, 16)
    again.advance(digits.train.pixels()[:16], digits.train.labels[:16].astype(np.int64))
    assert same_weights(again.weights(), whole.weights())


def test_what_is_restored_does_not_depend_on_the_order(digits: Dataset):
    made = trainer(digits, 2)
    state = made.state()
    assert state["layer0_recurrent_kernel"].shape == state["layer1_recurrent_kernel"].shape
    again = trainer(digits, seed=1)
    again.restore(dict(reversed(state.items())))
    assert same_weights(again.weights(), made.weights())
    np.testing.assert_array_equal(
        again.state()["optimizer/layer1_recurrent_kernel/velocity"],
        state["optimizer/layer1_recurrent_kernel/velocity"],
    )


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda state: state.pop("step"), "does not say its step"),
        (lambda state: state.pop("layer0_bias"), "layer0_bias is missing in it and of shape"),
        (lambda state: state.update(more=np.zeros(3)), r"more is of shape \(3,\) in it and missing in the"),
        (lambda state: state.update(layer0_bias=np.zeros(16, "U3")), "holds no numbers under layer0_bias"),
        (lambda state: state.pop("optimizer/iteration"), "optimizer/iteration is missing"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused_and_changes_nothing(
    digits: Dataset, spoil: Any, said: str
):
    made = trainer(digits, 1)
    before, state = made.weights(), made.state()
    spoil(state)
    with pytest.raises(WeightsError, match=said):
        made.restore(state)
    assert same_weights(made.weights(), before)


def test_of_many_differences_a_few_are_named(digits: Dataset):
    other = trainer(digits, units=(5, 5)).state()
    with pytest.raises(WeightsError, match=r"layer0_recurrent_kernel .*, and \d+ more\.$"):
        trainer(digits).restore(other)
