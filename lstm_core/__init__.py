"""Train, cache and read multi-layer LSTMs on handwritten digits.

The map, in the order things flow:

- learning: `hyperparameters`, `presets` → `datasets`, `augmentation`, `batches` → `model`, `trainer`,
  `backend` → `training` (inside the process that `worker` runs) → `events` in a run folder (`runs`, `jobs`)
- reading: `drawing` → `weights` + `trace` → `verdict` → `figures`
- before and after: `shapes`, `estimate`, `devices`; `history`, `evaluation`, `card`
- beneath: `errors`, `files`; the weights that ship: `pretrained`; the command line: `__main__`

Importing this package, or anything on the reading side, imports neither TensorFlow nor Keras.
"""
