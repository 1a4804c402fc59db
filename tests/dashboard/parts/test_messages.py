"""Messages that show what came from outside do no harm."""

from __future__ import annotations

from dashboard.parts import messages
from lstm_core.errors import InvalidValue


def test_a_message_shows_what_came_from_outside_letter_by_letter() -> None:
    said = messages.harmless(InvalidValue("units", "1 to 16 layers", "![](http://evil/x.png)"))
    assert said.startswith("`units` must be")
    assert "\\!\\[\\]\\(\u2060http\\://evil/x\\.png\\)" in said


def test_a_message_keeps_its_list() -> None:
    assert messages.harmless("Looked in:\n\n- a_b\n- c-d") == "Looked in\\:\n\n- a\\_b\n- c\\-d"
