from __future__ import annotations

import json
import subprocess
import sys

import pytest

from lstm_core.figures import theme

LIGHT, DARK, DARK_STREAMLIT = "#FFFFFF", "#0E1117", "#171614"


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("page", [LIGHT, DARK, DARK_STREAMLIT])
@pytest.mark.parametrize("colour", [theme.ACCENT, theme.QUIET, theme.TRAINING, theme.VALIDATION])
def test_marks_stand_out_on_light_and_dark_pages(colour: str, page: str) -> None:
    assert contrast(colour, page) >= 3.0


def test_button_texts_are_readable() -> None:
    assert contrast(theme.BUTTON["font"]["color"], theme.BUTTON["bgcolor"]) >= 7.0


def test_ticks_of_few_rows_name_each_and_of_many_every_fifth() -> None:
    assert theme.every_row(8) == {"tickvals": [1, 2, 3, 4, 5, 6, 7, 8]}
    assert theme.every_row(28) == {"tickvals": [1, 5, 10, 15, 20, 25]}


@pytest.mark.parametrize(
    ("text", "letters", "lines"),
    [
        ("cell state", 12, "cell state"),
        ("probability of digit 3", 12, "probability<br>of digit 3"),
        ("gate, candidate", 12, "gate,<br>candidate"),
        ("extraordinarily long", 8, "extraordinarily<br>long"),
    ],
)
def test_texts_are_broken_between_words(text: str, letters: int, lines: str) -> None:
    assert theme.in_lines(text, letters) == lines


def test_layouts_do_not_share_state() -> None:
    theme.layout(100)["template"]["layout"]["colorway"].clear()
    assert theme.layout(100)["template"]["layout"]["colorway"]


def test_config_is_json() -> None:
    assert json.loads(json.dumps(theme.CONFIG)) == theme.CONFIG


def test_figures_import_neither_pandas_nor_plotly_express() -> None:
    program = (
        "import sys, lstm_core.figures.evolution, plotly.colors, lstm_core.figures.confusion,"
        "lstm_core.figures.learning_curves, lstm_core.figures.accuracy_by_rows,"
        "lstm_core.figures.live_reading, lstm_core.figures.verdict_bars;"
        "print({'pandas', 'plotly.express', 'tensorflow', 'keras', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
