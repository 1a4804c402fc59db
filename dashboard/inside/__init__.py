"""The panels of the Inside page, one a file."""
