"""Data sets: found, checked, split, cut into batches and varied. NumPy only."""
