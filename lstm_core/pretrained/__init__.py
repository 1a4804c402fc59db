"""The weights that ship with the project, their card, the snapshots of their training, and what makes these."""
