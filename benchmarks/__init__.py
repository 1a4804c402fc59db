"""Measurements beside a peer in the same run, printed as ratios. Never part of the tests."""
