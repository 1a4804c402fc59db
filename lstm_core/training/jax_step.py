"""A training step as one function that JAX compiles, from the images to the new weights.

Weights and the optimiser's means stay on the device from step to step, and nobody waits for a step before its
loss is asked for.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import keras

if TYPE_CHECKING:
    from lstm_core.training.tensorflow_step import Loss, Step


def training_step(model: keras.Model, loss: Loss, accuracy: Loss) -> Step:
    """One step of ``model.optimizer`` on the batch's mean loss, compiled anew for every size of batch."""
    optimizer = model.optimizer
    variables = model.trainable_variables, model.non_trainable_variables, optimizer.variables

    def read(trainable: Any, others: Any, means: Any, images: Any, labels: Any) -> Any:
        logits, others = model.stateless_call(trainable, others, images, training=True)
        mean = loss(labels, logits).mean()
        with keras.StatelessScope(zip(optimizer.variables, means, strict=True)):
            scaled = optimizer.scale_loss(mean)
        return scaled, (others, mean, accuracy(labels, logits).mean())

    @partial(jax.jit, donate_argnums=0)
    def step(state: Any, images: Any, labels: Any) -> Any:
        trainable, others, means = state
        gradients, (others, *found) = jax.grad(read, has_aux=True)(trainable, others, means, images, labels)
        trainable, means = optimizer.stateless_apply(means, gradients, trainable)
        return (trainable, others, means), found

    def take(images: Any, labels: Any, learning_rate: float) -> Any:
        optimizer.learning_rate = learning_rate
        state = tuple([variable.value for variable in kind] for kind in variables)
        state, found = step(state, images, labels)
        for kind, values in zip(variables, state, strict=True):
            for variable, value in zip(kind, values, strict=True):
                variable.assign(value)
        return found

    return take
