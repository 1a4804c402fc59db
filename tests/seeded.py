"""Hypothesis as every test here uses it: the same examples each time, and no clock."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

seeded = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
