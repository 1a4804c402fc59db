"""The lesson on the Learn page, one section a file, in the order of the published tutorials."""
