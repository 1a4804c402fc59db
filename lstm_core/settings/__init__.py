"""What a training is asked to do: hyperparameters, their rules, presets, shapes and estimates."""
