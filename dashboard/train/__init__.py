"""The Train page: the form, the training that is followed, and its result."""
