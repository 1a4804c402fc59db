"""How many of the person's drawings the chosen network reads rightly, and which it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.hand.drawings import as_split, own_drawings, readings
from dashboard.hand.on_draw import open_on_draw
from dashboard.parts import picture
from dashboard.parts.key_figures import show_key_figures
from dashboard.parts.quantities import plain
from lstm_core.reading.percents import percent

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights

MOST_WRONG = 24


def show_accuracy(weights: LstmWeights, *, taught: bool) -> None:
    """The number, and each drawing that is read wrongly, which a button opens on Draw.

    Args:
        weights: the network's.
        taught: whether it was taught drawings of this collection, perhaps these ones.
    """
    kept = own_drawings(weights.names).kept
    if not kept:
        st.caption("This says how well the network reads your hand, once there is a drawing.")
        return
    split = as_split(kept, weights)
    probabilities = readings(split, weights)
    read_as = probabilities.argmax(axis=1)
    wrong = [number for number in range(len(kept)) if read_as[number] != split.labels[number]]
    right = len(kept) - len(wrong)
    show_key_figures(
        ("Read rightly", f"{right:,} of {len(kept):,}"),
        ("Share", percent(right / len(kept), 0)),
    )
    if taught:
        st.caption(
            ":material/info: This network may have learnt from these drawings, so the number flatters it. "
            "What it reads of drawings that it was not taught stands under “Teach it your hand”."
        )
    if not wrong:
        st.caption("None is read wrongly." if len(kept) > 1 else "It is read rightly.")
        return
    st.markdown("**Read wrongly**; a click opens the drawing on Draw.")
    pixels = split.pixels()
    with st.container(horizontal=True, gap="small", key="hand-wrong"):
        for number in wrong[:MOST_WRONG]:
            one, label = kept[number], weights.names[read_as[number]]
            with st.container(width=88, gap=None, horizontal_alignment="center", key=f"hand-wrong-{one.id}"):
                st.html(picture.tag(pixels[number], f"Your {one.label}", "own-drawing"))
                if st.button(
                    f"{plain(one.label)} → {plain(label)}",
                    key=f"hand-wrong-open-{one.id}",
                    type="tertiary",
                    help=f"Your {plain(one.label)}, read as {plain(label)} "
                    f"({percent(float(probabilities[number].max()))}). Open it on Draw",
                ):
                    open_on_draw(one)
    if len(wrong) > MOST_WRONG:
        st.caption(f"The first {MOST_WRONG} of {len(wrong):,}.")
