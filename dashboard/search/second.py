"""What may be kept small beside a high accuracy, in words."""

from __future__ import annotations

from collections.abc import Mapping

from lstm_core.search.plan import Objective

SECOND_TITLES: Mapping[Objective, str] = {"parameters": "Parameters", "seconds": "Seconds of training"}
