"""Train, cache and read multi-layer LSTMs on handwritten digits.

The map, in the order things flow:

- learning: `hyperparameters` → `datasets`, `augmentation`, `batches` → `model` → `training`
  (inside the process that `worker` runs) → `events` in a run folder (`runs`, `jobs`)
- reading: `drawing` → `weights` + `trace` → `verdict` → `figures`

Importing this package, or anything on the reading side, imports neither TensorFlow nor Keras.
"""
