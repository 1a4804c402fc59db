"""The weights as arrays, and a digit read with them row by row. NumPy only."""
