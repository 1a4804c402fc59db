"""The Compare page: what differs between runs, and whether it made a difference."""
