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
    "batch": "The images that a network learns from, or reads, at once.",
    "bias": "A number that is added to a sum whatever is read; it is learnt like a weight.",
    "candidate": "What an LSTM unit could write into its cell state at this row: a number between −1 and 1.",
    "cell state": "The long memory c of an LSTM unit: at each row a share of it is kept and "
    "something is added.",
    "confidence interval": "A 95\N{NO-BREAK SPACE}% interval is made by a method whose range holds the "
    "true value in 95 of 100 such experiments. Where that of a difference contains 0, the difference may be "
    "chance.",
    "cross-entropy": "The loss of a verdict: minus the natural logarithm of the probability given to "
    "the right digit. It is 0 for a sure and right verdict, and its unit is the nat.",
    "dropout": "While a network trains, some outputs of a layer, drawn by chance, are set to 0, so "
    "that no unit relies on a single other one. When a digit is read, nothing is dropped.",
    "extrapolation": "What a network says where its training asked it nothing, such as after an early row "
    "when only the last row is supervised. It may be right, but it never learnt to be.",
    "fused": "Several steps of a computation done in one piece, so that what lies between them need not be "
    "kept. The results are the same.",
    "gate": "A number between 0 and 1 that multiplies another one: 0 lets nothing through, 1 lets "
    "everything.",
    "gradient": "By how much a result changes for a small change of each number that it depends on. Training "
    "follows the gradient of the loss downwards.",
    "head": "The last step of the network: from the top layer’s hidden state it makes one logit "
    "for each digit.",
    "hidden state": "What an LSTM unit shows, h: the next row, the layer above and the head read it. It lies "
    "between −1 and 1.",
    "latch": "To keep the memory and let hardly anything in: the forget gate stays near 1 and the input gate "
    "near 0.",
    "logit": "The score that the head gives a digit, any number. Softmax makes probabilities of all logits.",
    "margin": "How far one digit is ahead of another: its logit minus the other’s.",
    "nat": "The unit of a cross-entropy with the natural logarithm. Even odds on ten digits cost ln "
    "10, which is 2.303 nats.",
    "saturate": "A gate saturates when its sum is so large, up or down, that it stays close to 1 or "
    "0 and hardly moves.",
    "seed": "The number from which all chance of a training is drawn: the first weights and the order of the "
    "images. The same seed makes the same network, another seed another one.",
    "settled": "The verdict is settled at the first row with ink from which the digit stays at least "
    f"{SETTLED_RATIO} times as probable as any other, to the last row.",
    "snapshot": "The weights of a network as they were at one step of its training.",
    "softmax": "It makes probabilities of the logits: e to the power of each, divided by their sum.",
    "supervised row": "A row after which the network’s verdict counts in the loss while it trains.",
    "unit": "One of the equal cells of a layer: it has a cell state and a hidden state of its own, each one "
    "number.",
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


def marked(text: str, word: str) -> str:
    """Plain ``text`` as HTML, with ``word`` marked where it stands first, if it does at all."""
    before, found, after = text.partition(word)
    return escape(before) + (term(word) if found else "") + escape(after)


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
