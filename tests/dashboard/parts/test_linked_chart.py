"""What a browser sends of a figure is taken for what it may be: anything."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from dashboard.parts.linked_chart import report_touch


def touches(monkeypatch: pytest.MonkeyPatch, sent: Any) -> list[tuple[int, int | None]]:
    told: list[tuple[int, int | None]] = []
    monkeypatch.setattr(st, "session_state", {"events": {"touched": sent}})
    report_touch("events", 28, lambda row, unit: told.append((row, unit)))
    return told


def test_row_and_unit_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert touches(monkeypatch, {"row": 28, "unit": 7}) == [(28, 7)]
    assert touches(monkeypatch, {"row": 1, "unit": None}) == [(1, None)]


@pytest.mark.parametrize(
    "sent",
    [None, {}, [], "row", {"row": 0}, {"row": 29}, {"row": 2.5}, {"row": "3"}, {"row": True}, {"unit": 3}],
)
def test_what_is_no_row_is_ignored(monkeypatch: pytest.MonkeyPatch, sent: Any) -> None:
    assert touches(monkeypatch, sent) == []


@pytest.mark.parametrize("unit", ["3", 0, -1, 2.5, True, [1]])
def test_what_is_no_unit_chooses_none(monkeypatch: pytest.MonkeyPatch, unit: Any) -> None:
    assert touches(monkeypatch, {"row": 3, "unit": unit}) == [(3, None)]
