"""The second drawing of a comparison: a sample, a test digit, or one that was kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.session import digits, state
from dashboard.session.current_reading import sample_image
from lstm_core.data.info import DIGITS, thing_of
from lstm_core.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dashboard.session.current_reading import CurrentReading

_KEY = "inside-two-digit"
_KEPT = "inside-two-kept-image"
_SOURCE, _DIGIT, _IMAGE = "second", "digit", "image"
"""Keys of widgets, and names in the address."""

_PER_CLASS = 1

_SAMPLE, _TEST, _KEPT_ONE = "A sample digit", "A test digit", "The one I kept"


@dataclass(frozen=True)
class OtherDigit:
    """What the network reads second: ``(rows, columns)`` float32 in [0, 1], and what it is called."""

    image: NDArray[np.float32]
    name: str


def choose_digit(current: CurrentReading) -> OtherDigit:
    """The source and its choice."""
    kept = st.session_state.get(_KEPT)
    test_only = current.weights.names != DIGITS  # no samples are drawn of other classes than digits
    sources = [_TEST] if test_only else [_SAMPLE, _TEST]
    if kept is not None and kept.shape == current.image.shape:
        sources.append(_KEPT_ONE)
    if st.session_state.get(_SOURCE, sources[0]) not in sources:
        del st.session_state[_SOURCE]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key=f"{_KEY}-choice"):
        source = st.segmented_control(
            "Second drawing",
            sources,
            default=sources[0],
            format_func=lambda source: source.replace("digit", _thing(current)),
            required=True,
            key=_SOURCE,
            bind="query-params",
            persist_state="session",
        )
        label = _label(current) if source == _SAMPLE and not test_only else _usual(current)
        if current.drawn:
            st.button(
                "Keep my drawing",
                icon=":material/bookmark:",
                key=f"{_KEY}-keep",
                on_click=_keep,
                args=(current.image,),
                help="Keep this drawing, then draw another one and compare the two here.",
            )
    if source == _TEST and (picked := _test_digit(current)) is not None:
        return picked
    if source == _KEPT_ONE and kept is not None:
        return OtherDigit(kept, "the one I kept")
    if test_only:
        return OtherDigit(sample_image(current.weights), f"a sample {_thing(current)}")
    return OtherDigit(_sample(label, *current.image.shape), f"sample {label}")


def _thing(current: CurrentReading) -> str:
    """What is read, in a word."""
    thing = thing_of(current.weights.class_names)
    return "image" if thing == "class" else thing


def _label(current: CurrentReading) -> int:
    """Which of the ten samples; while none is chosen, a digit that is not what is read first."""
    usual = _usual(current)
    chosen = st.selectbox(
        "Digit",
        range(10),
        index=None,
        placeholder=str(usual),
        key=_DIGIT,
        bind="query-params",
        persist_state="session",
        width=110,
    )
    return usual if chosen is None else int(chosen)


def _usual(current: CurrentReading) -> int:
    return 3 if int(current.trace.logits[-1].argmax()) == 2 else 2


def _test_digit(current: CurrentReading) -> OtherDigit | None:
    from dashboard.parts.gallery import gallery
    from lstm_core.data.info import Split

    info = digits.dataset_for(current.weights)
    if info is None:
        st.info(f"There are no test images for this network. A sample {_thing(current)} is read instead.")
        return None
    try:
        test = digits.test_digits(info.name, info.fingerprint)
    except DataError:
        thing = _thing(current)
        st.info(
            f"{info.title}'s test {thing}s are not on this machine yet. A sample {thing} is read instead."
        )
        st.page_link(
            "pages/train.py", label="Download or upload them on the Train page", icon=":material/download:"
        )
        return None
    page = state.gallery_page()
    indices = digits.gallery_indices(test, _PER_CLASS, page)
    if (st.session_state.get(_IMAGE) or 0) >= len(test.labels):
        del st.session_state[_IMAGE]
    image = st.session_state.get(_IMAGE)
    key = f"{_KEY}-gallery-{info.name}-{page}"
    gallery(
        Split(test.images[indices], test.labels[indices]).pixels(),
        [
            f"{_thing(current).capitalize()} {test.called(test.labels[index])}, test image {index}"
            for index in indices
        ],
        name=f"Test images of {info.title}",
        key=key,
        chosen=indices.index(image) if image in indices else None,
        on_choose=lambda at: _pick(indices[at]),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        image = st.number_input(
            f"Test image, 0 to {len(test.labels) - 1}",
            0,
            len(test.labels) - 1,
            value=None,
            placeholder="pick one",
            key=_IMAGE,
            bind="query-params",
            persist_state="session",
            width=190,
        )
        st.button(
            f"Other {_thing(current)}s",
            icon=":material/shuffle:",
            key=f"{_KEY}-others",
            on_click=state.turn_gallery_page,
        )
    if image is None:
        st.caption(f"Pick one. Until then a sample {_thing(current)} is read.")
        return None
    pixels = Split(test.images[[image]], test.labels[[image]]).pixels()
    return OtherDigit(pixels[0], f"test image {image}, {_thing(current)} {test.called(test.labels[image])}")


def _pick(image: int) -> None:
    st.session_state[_IMAGE] = image


def _keep(image: NDArray[np.float32]) -> None:
    st.session_state[_KEPT] = image


@st.cache_data(show_spinner=False, max_entries=40)
def _sample(label: int, rows: int, columns: int) -> NDArray[np.float32]:
    from lstm_core.drawing.stroke_digits import stroke_digit

    return stroke_digit(label, rows, columns)
