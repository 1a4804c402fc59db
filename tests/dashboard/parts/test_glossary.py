"""The words of the field, marked in texts."""

from __future__ import annotations

import re

import pytest

from dashboard.parts.glossary import TERMS, marked, term, with_terms, word_list


@pytest.mark.parametrize("word", TERMS)
def test_a_marked_word_is_reached_by_key_and_described_by_its_sentence(word: str) -> None:
    marked = term(word)
    (described,) = re.findall(r'aria-describedby="([^"]+)"', marked)
    assert f'role="tooltip" id="{described}"' in marked
    assert 'tabindex="0"' in marked
    assert TERMS[word] in marked


def test_what_a_text_says_instead_is_escaped() -> None:
    assert "<b>" not in term("gate", "<b>gates</b>")
    assert "&lt;b&gt;gates" in term("gate", "<b>gates</b>")


def test_words_of_a_text_are_marked_and_the_rest_is_left() -> None:
    assert with_terms("<p>The <dfn>head</dfn>.</p>") == f"<p>The {term('head')}.</p>"
    assert with_terms('two <dfn title="logit">logits</dfn>') == f"two {term('logit', 'logits')}"


def test_a_word_that_the_table_lacks_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        with_terms("<dfn>gizmo</dfn>")


def test_the_list_has_every_word_in_the_order_of_the_alphabet() -> None:
    words = re.findall("<dt>(.*?)</dt>", word_list())
    assert words == sorted(TERMS)


@pytest.mark.parametrize("sentence", TERMS.values())
def test_sentences_are_sentences(sentence: str) -> None:
    assert sentence[0].isupper()
    assert sentence.endswith(".")


def test_a_word_of_a_plain_text_is_marked_where_it_stands_first() -> None:
    assert marked("a < gate, a gate", "gate") == f"a &lt; {term('gate')}, a gate"
    assert marked("nothing & nobody", "gate") == "nothing &amp; nobody"
