"""The weights that ship with the project, their card, and snapshots of their training."""
