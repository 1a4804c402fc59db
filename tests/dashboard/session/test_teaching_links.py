"""The links of docs/teaching.md lead to what there is, and their drawing can be read."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.inside.panels import PANELS, Panel
from dashboard.lesson.sections import SECTIONS, Section
from dashboard.session.hidden import PAGES
from dashboard.train import address
from lstm_core.drawing.link_text import drawing_of_text
from lstm_core.settings.descriptions import FIELDS

LESSON = Path(__file__).parents[3] / "docs" / "teaching.md"
LINKS = [line.strip() for line in LESSON.read_text(encoding="utf-8").splitlines() if line.startswith("    /")]
PARTS: dict[str, tuple[str, tuple[Panel, ...] | tuple[Section, ...]]] = {
    "/inside": ("panel", PANELS),
    "/learn": ("section", SECTIONS),
}
HIDEABLE = {*PAGES, *FIELDS, *(part.name.replace(" ", "-") for _, parts in PARTS.values() for part in parts)}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_of_the_lesson_says_what_there_is(link: str) -> None:
    parts = urlsplit(link)
    query = dict(parse_qsl(parts.query, strict_parsing=True))
    assert set(query.pop("hide", "train").split(",")) <= HIDEABLE
    if drawing := query.pop("drawing", ""):
        found = drawing_of_text(drawing)
        assert isinstance(found, dict)
        assert found["objects"]
    if parts.path in PARTS:
        name, there = PARTS[parts.path]
        assert query.pop(name) in [part.name for part in there]
        assert not query
    elif parts.path == "/train":
        assert not address.read(query).problems
    else:
        assert (parts.path, query) == ("/", {})


def test_the_lesson_has_links() -> None:
    assert len(LINKS) >= 6
