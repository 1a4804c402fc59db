from __future__ import annotations

from typing import Any

from lstm_core.figures import player

ROWS = player.row_frames(5)


def buttons(row: int) -> list[dict[str, Any]]:
    made = player.buttons(ROWS, row - 1, top=40, plays={"Play": 250, "Slow": 1000})
    found: list[dict[str, Any]] = made["buttons"]
    return found


def steps(row: int) -> dict[str, list[str] | None]:
    """Where each button leads."""
    return {button["label"]: button["args"][0] for button in buttons(row)}


def test_the_steps_lead_to_the_neighbours() -> None:
    assert (steps(3)["‹ Back"], steps(3)["Next ›"]) == (["2"], ["4"])


def test_the_steps_stop_at_the_ends() -> None:
    assert steps(1)["‹ Back"] == ["1"]
    assert steps(5)["Next ›"] == ["5"]


def test_it_plays_on_from_the_row_and_from_the_last_starts_over() -> None:
    assert steps(3)["Play"] == steps(3)["Slow"] == ["4", "5"]
    assert steps(5)["Play"] == ROWS


def test_slow_motion_is_slower() -> None:
    play, slow, pause = buttons(3)[:3]
    assert slow["args"][1]["frame"]["duration"] > play["args"][1]["frame"]["duration"]
    assert pause["args"][0] == [None]


def test_the_slider_has_a_step_for_every_row() -> None:
    slider = player.slider(ROWS, 1, top=40, around=None)
    assert [step["label"] for step in slider["steps"]] == ["1", "2", "3", "4", "5"]
    assert [step["args"][0] for step in slider["steps"]] == [["1"], ["2"], ["3"], ["4"], ["5"]]
    assert slider["active"] == 1
