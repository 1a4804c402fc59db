"""Addresses as they once were."""

from __future__ import annotations

import pytest

from dashboard.session.old_addresses import address_today


@pytest.mark.parametrize(
    ("path", "query", "today"),
    [
        ("/inside", "section=what+if&interventions=stop%3A5", "panel=what+if&interventions=stop%3A5"),
        ("/behind/a/proxy/inside", "hide=train&section=the+cell", "hide=train&panel=the+cell"),
        ("/inside", "section=gates&panel=alike&row=3", "panel=alike&row=3"),
        ("/inside", "section=", "panel="),
        ("/inside", "panel=gates&row=3", None),
        ("/inside", "", None),
        ("/learn", "section=forget+gate", None),
    ],
)
def test_what_an_old_address_named_is_named_as_today(path: str, query: str, today: str | None) -> None:
    assert address_today(path, query) == today
