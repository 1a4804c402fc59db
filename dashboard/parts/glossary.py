"""The words of the field: one plain sentence for each, shown where a word is marked in a text.

A marked word shows its sentence to whoever points at it, comes to it with the Tab key or touches it. It is
HTML for `st.html`, for `st.markdown` with ``unsafe_allow_html``, and for the markup of components,
which write ``<dfn>gate</dfn>``; see `dashboard.parts.component`. `glossary.css` lays it out.
"""

from __future__ import annotations

import re
from html import escape, unescape

import streamlit as st

from lstm_core.reading.verdict import SETTLED_RATIO

TERMS = {
    "candidate": "What an LSTM unit could write into its cell state at this row: a number between −1 and 1.",
    "cell state": "The long memory c of an LSTM unit: at each row a share of it is kept and "
    "something is added.",
    "cross-entropy": "The loss of a verdict: minus the natural logarithm of the probability given to "
    "the right digit. It is 0 for a sure and right verdict, and its unit is the nat.",
    "dropout": "While a network trains, some outputs of a layer, drawn by chance, are set to 0, so "
    "that no unit relies on a single other one. When a digit is read, nothing is dropped.",
    "gate": "A number between 0 and 1 that multiplies another one: 0 lets nothing through, 1 lets "
    "everything.",
    "head": "The last step of the network: from the top layer’s hidden state it makes one logit "
    "for each digit.",
    "hidden state": "What an LSTM unit shows, h: the next row, the layer above and the head read it. It lies "
    "between −1 and 1.",
    "latch": "To keep the memory and let hardly anything in: the forget gate stays near 1 and the input gate "
    "near 0.",
    "logit": "The score that the head gives a digit, any number. The softmax makes probabilities of all ten.",
    "margin": "How far one digit is ahead of another: its logit minus the other’s.",
    "nat": "The unit of a cross-entropy with the natural logarithm. Even odds on ten digits cost ln "
    "10, which is 2.303 nats.",
    "saturate": "A gate saturates when its sum is so large, up or down, that it stays close to 1 or "
    "0 and hardly moves.",
    "settled": "The verdict is settled at the first row with ink from which the digit stays at least "
    f"{SETTLED_RATIO} times as probable as any other, to the last row.",
    "snapshot": "The weights of a network as they were at one step of its training.",
    "softmax": "It makes probabilities of the logits: e to the power of each, divided by their sum.",
    "supervised row": "A row after which the network’s verdict counts in the loss while it trains.",
}
"""Each word, and one sentence or two about it."""


def term(word: str, shown: str | None = None) -> str:
    """``word`` of `TERMS`, marked, as HTML.

    Args:
        word: as it stands in the table.
        shown: what the text says instead, such as a plural.

    Raises:
        KeyError: the table has no such word.
    """
    name = f"word-{word.replace(' ', '-')}"
    return (
        f'<dfn class="term" tabindex="0" aria-describedby="{name}">{escape(shown or word)}'
        f'<span class="term-says" role="tooltip" id="{name}">{escape(TERMS[word])}</span></dfn>'
    )


def with_terms(markup: str) -> str:
    """HTML whose ``<dfn>gate</dfn>`` or ``<dfn title="gate">gates</dfn>`` became marked words.

    Raises:
        KeyError: the table has no such word.
    """
    return re.sub(r'<dfn(?: title="([^"]+)")?>([^<]+)</dfn>', _marked, markup)


def markdown(text: str) -> None:
    """``text``, Markdown of this project's own, with its ``<dfn>`` words marked."""
    st.markdown(with_terms(text), unsafe_allow_html=True)


def word_list() -> str:
    """All words and what they mean, as HTML."""
    lines = (f"<dt>{escape(word)}</dt><dd>{escape(says)}</dd>" for word, says in TERMS.items())
    return f'<dl class="words">{"".join(lines)}</dl>'


def _marked(found: re.Match[str]) -> str:
    shown = unescape(found[2])
    return term(found[1] or shown, shown)
