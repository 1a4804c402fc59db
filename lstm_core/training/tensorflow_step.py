"""A training step and a reading as TensorFlow graphs that work on parts of a batch side by side.

On a CPU the cores share the batch, each with a part of its own, a lane, from the images to the gradients;
nobody waits for anybody until the gradients are summed. The other way, every core helping with every
operation, waits at each of the thousands of small operations that a recurrent network is made of (60 against
85 ms for a step of 2 × 256 units on two cores). On a GPU there is one lane.

AutoGraph is not needed, and would write the functions anew into files of the temporary folder, which stay
there when the process is killed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

FEWEST_IMAGES = 16
"""In a lane: fewer, and the matrix products become too thin."""

Tensor = Any
Loss = Callable[[Tensor, Tensor], Tensor]
"""``(batch,)`` labels and ``(batch, rows, classes)`` logits → ``(batch,)``."""

Step = Callable[[Any, Any, float], tuple[Tensor, Tensor]]
"""Images ``(batch, rows, columns)``, labels ``(batch,)``, learning rate → mean loss and accuracy before the
step."""


def training_step(model: keras.Model, loss: Loss, accuracy: Loss, lanes: int) -> Step:
    """One step of ``model.optimizer`` on the batch's mean loss, compiled anew for every size of batch."""
    optimizer = model.optimizer
    variables = model.trainable_variables

    @tf.function(autograph=False)
    def step(images: Tensor, labels: Tensor, learning_rate: Tensor) -> tuple[Tensor, Tensor]:
        # An operation outside of the graph would take 0.4 ms of every step.
        optimizer.learning_rate = learning_rate
        batch = images.shape[0]
        gradients, losses, right = [], [], []
        for part, its_labels in zip(_split(images, lanes), _split(labels, lanes), strict=True):
            with tf.GradientTape() as tape:
                logits = model(part, training=True)
                share = tf.reduce_sum(loss(its_labels, logits)) / batch
                scaled = optimizer.scale_loss(share)
            gradients.append(tape.gradient(scaled, variables))
            losses.append(share)
            right.append(tf.reduce_sum(accuracy(its_labels, logits)))
        optimizer.apply([tf.add_n(parts) for parts in zip(*gradients, strict=True)], variables)
        return tf.add_n(losses), tf.add_n(right) / batch

    graph = _graph_of_shapes(step)
    return lambda images, labels, learning_rate: graph(images, labels, np.float32(learning_rate))


def reader(model: keras.Model, lanes: int) -> Callable[[Any], Tensor]:
    """Images → class probabilities after every row, ``(batch, rows, classes)``, dropout off."""

    @tf.function(autograph=False)
    def read(images: Tensor) -> Tensor:
        parts = [tf.nn.softmax(model(part, training=False)) for part in _split(images, lanes)]
        return tf.concat(parts, axis=0)

    return _graph_of_shapes(read)


def _graph_of_shapes(function: Any) -> Callable[..., Any]:
    """``function`` of arrays, one type each, without TensorFlow's search for the graph that fits them.

    That search compares what is known of every argument, and takes 0.3 ms of each step.
    """
    graphs: dict[tuple[Any, ...], Any] = {}

    def call(*arrays: Any) -> Any:
        shapes = tuple(array.shape for array in arrays)
        tensors = [tf.constant(array) for array in arrays]
        if shapes not in graphs:
            graphs[shapes] = function.get_concrete_function(*tensors)
        return graphs[shapes](*tensors)

    return call


def _split(batch: Tensor, lanes: int) -> list[Tensor]:
    size = batch.shape[0]
    lanes = max(1, min(lanes, size // FEWEST_IMAGES))
    return tf.split(batch, [size // lanes + (lane < size % lanes) for lane in range(lanes)])
