"""Everything that imports TensorFlow, Keras or JAX: models, steps, and the training process."""
