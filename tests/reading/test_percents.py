"""Shares in percent: written in one way, wherever a person reads one."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_core.reading import percents
from lstm_core.reading.percents import accuracy, at_least, at_most, in_words, percent, told_apart

ROOT = Path(__file__).parents[2]


def test_the_examples_are_right() -> None:
    found = doctest.testmod(percents)
    assert found.attempted >= 8 and not found.failed


@pytest.mark.parametrize(
    ("share", "sign", "words"),
    [
        (0.0, "0\xa0%", "0\xa0%"),
        (1e-9, "<\xa00.1\xa0%", "less than 0.1\xa0%"),
        (0.0004, "<\xa00.1\xa0%", "less than 0.1\xa0%"),
        (0.001, "0.1\xa0%", "0.1\xa0%"),
        (0.5, "50.0\xa0%", "50.0\xa0%"),
        (0.9991, "99.9\xa0%", "99.9\xa0%"),
        (0.9999, ">\xa099.9\xa0%", "more than 99.9\xa0%"),
        (1.0, "100\xa0%", "100\xa0%"),
    ],
)
def test_rounding_never_says_nothing_or_everything_where_there_is_a_little(
    share: float, sign: str, words: str
) -> None:
    assert percent(share) == sign
    assert in_words(share) == words


def test_accuracies_have_two_digits() -> None:
    assert [accuracy(share) for share in (0.9962, 0.98, 0.99996)] == [
        "99.62\xa0%",
        "98.00\xa0%",
        ">\xa099.99\xa0%",
    ]


@pytest.mark.parametrize("share", [0.0, 0.04, 0.0402, 0.29, 0.5, 0.9598, 0.96, 0.99999, 1.0])
def test_bounds_are_true_of_the_share(share: float) -> None:
    low, high = (float(text.removesuffix("\xa0%")) for text in (at_least(share), at_most(share)))
    assert low <= 100 * share + 1e-9 and high >= 100 * share - 1e-9
    assert high - low < 0.1001


def test_two_shares_are_told_apart_where_they_can_be() -> None:
    assert told_apart(0.48124, 0.48121) == ("48.124\xa0%", "48.121\xa0%")
    assert told_apart(0.3, 0.3) == ("30.0\xa0%", "30.0\xa0%")


def python_files() -> list[Path]:
    folders = (ROOT / "lstm_core", ROOT / "dashboard", ROOT / "pages")
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def written_otherwise(tree: ast.AST) -> Iterator[int]:
    """Lines with a share that is formatted by Python, or a number and the sign without a no-break space."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FormattedValue) or not node.format_spec:
            continue
        if ast.unparse(node.format_spec).rstrip("'\"").endswith("%"):
            yield node.lineno
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            drawn = "<extra>" in node.value  # what Plotly shows at the pointer, where no line breaks
            if not drawn and re.search(r"(^|\d) %(?![\w({])", node.value):
                yield node.lineno


def test_no_text_for_people_has_a_style_of_its_own() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in python_files()
        for line in written_otherwise(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert not found, "use lstm_core.reading.percents: " + ", ".join(found)


def test_the_look_at_the_texts_finds_other_styles() -> None:
    for text in ('f"{share:.2%}"', 'f"{100 * share:.1f} % sure"', 'say("a 95 % interval")'):
        assert list(written_otherwise(ast.parse(text))), text
    assert not list(written_otherwise(ast.parse('"""At 95 % or so."""')))


def test_scripts_have_a_style_of_their_own_nowhere() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "dashboard").rglob("*.js"))
        if re.search(r"\} %", re.sub(r"(?m)^\s*//.*$", "", file.read_text(encoding="utf-8")))
    ]
    assert not found
