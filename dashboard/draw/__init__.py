"""The Draw page: the canvas, the other sources of a digit, and the reading."""
