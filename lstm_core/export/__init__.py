"""A run as a script for plain Keras."""
