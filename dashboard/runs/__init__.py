"""The Runs page: the list of what was trained, and what can be done with each of them."""
