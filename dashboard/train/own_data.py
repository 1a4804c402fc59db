"""A section of the Train page: bring a data set of one's own, look at it, take it, and learn from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.parts.quantities import plain
from dashboard.session import services
from dashboard.train import forms
from lstm_core.data.info import NAME_RULE, checked_data_name
from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import InvalidValue, LstmError

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from lstm_core.data.own.look import Look

_ROUND, _NAME, _LOOKED, _REFUSED, _TAKEN = (
    f"own-data-{part}" for part in ("round", "name", "looked", "refused", "taken")
)
_MEGABYTES = 200
_MOST_SHOWN = 30
"""Classes whose images are shown."""

_WAYS = {"auto": "find out", "yes": "yes", "no": "no"}


def show_own_data() -> None:
    """Bring files, look at what is in them, take them as a data set; and what was taken before."""
    if name := st.session_state.pop(_TAKEN, ""):
        st.toast(f"The data set {plain(name)} is kept and chosen in the form.", icon=":material/check:")
    with st.expander("Your own data", icon=":material/folder_open:", key="own-data"):
        st.markdown(
            "Pictures of anything small, in 2 to 100 classes: a **.zip** of one folder per class, a "
            "**.csv** table "
            "(label, then the pixels), **.npz** arrays, IDX files such as MNIST's, or pen strokes "
            "as **.jsonl**."
        )
        with st.container(horizontal=True, gap="medium", key="own-data-files"):
            files = _uploader("Images to learn from", "files")
            tests = _uploader("Images to test with (may be left out)", "tests")
        if files:
            _look_and_take(files, tests)
        _kept()


def _uploader(label: str, key: str) -> list[UploadedFile]:
    number = st.session_state.setdefault(_ROUND, 0)  # another one is empty
    return st.file_uploader(
        label, accept_multiple_files=True, max_upload_size=_MEGABYTES, key=f"own-data-{key}-{number}"
    )


def _look_and_take(files: Sequence[UploadedFile], tests: Sequence[UploadedFile]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="own-data-ways"):
        dark = _way("Dark ink on light paper?", "dark")
        lying = _way("Rows and columns exchanged?", "lying")
    look, problem = _looked(files, tests, dark, lying)
    if look is None:
        show_error(problem)
        return
    _show(look)
    st.text_input(
        "Name of the data set",
        key=_NAME,
        max_chars=40,
        help=f"What the form and `--dataset` call it: {NAME_RULE}.",
        width=320,
    )
    st.button(
        "Take it",
        icon=":material/check:",
        type="primary",
        key="own-data-take",
        on_click=_take,
        args=(look, [file.name for file in (*files, *tests)]),
    )
    if refused := st.session_state.pop(_REFUSED, ""):
        show_error(refused)


def _way(label: str, key: str) -> str:
    chosen = st.segmented_control(
        label,
        list(_WAYS),
        default="auto",
        required=True,
        format_func=lambda way: _WAYS[way],
        key=f"own-data-{key}",
    )
    return chosen or "auto"


def _looked(
    files: Sequence[UploadedFile], tests: Sequence[UploadedFile], dark: str, lying: str
) -> tuple[Look | None, str]:
    """What is in the files, or why it is no data set; looked at once for each choice of files and ways."""
    wanted = (*(file.file_id for file in files), "test", *(file.file_id for file in tests), dark, lying)
    known = st.session_state.get(_LOOKED)
    place = st.empty()  # there also when nothing is looked at, so that what follows is not made anew
    if known is None or known[0] != wanted:
        if known is None or known[0][:-2] != wanted[:-2]:
            st.session_state[_NAME] = _suggested(files[0].name)
        bar = place.progress(0.0, text="Looking at it…")
        found = _look(files, tests, dark, lying, lambda done: bar.progress(0.0, text=f"{done:,} images…"))
        place.empty()
        st.session_state[_LOOKED] = known = (wanted, *found)
    return known[1], known[2]


def _look(
    files: Sequence[UploadedFile],
    tests: Sequence[UploadedFile],
    dark: Any,
    lying: Any,
    say: Callable[[int], object],
) -> tuple[Look | None, str]:
    from lstm_core.data.own.bring import from_uploads
    from lstm_core.data.own.look import look_at

    def progress(done: int) -> None:
        if done % 200 == 0:
            say(done)

    contents, tested = ([(file.name, file.getvalue()) for file in some] for some in (files, tests))
    try:
        return look_at(from_uploads(contents, tested, progress), dark_on_light=dark, transposed=lying), ""
    except LstmError as error:
        return None, str(error)


def _suggested(file: str) -> str:
    """A name after the file's, that no data set has yet."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", file.partition(".")[0]).strip("-")[:36]
    try:
        stem = checked_data_name(stem)
    except InvalidValue:
        stem = "my-data"
    taken = {name.casefold() for name in OwnSets(services.store().root).names()}
    names = (stem, *(f"{stem}-{number}" for number in range(2, 100)))
    return next((name for name in names if name.casefold() not in taken), stem)


def _show(look: Look) -> None:
    import numpy as np

    from dashboard.parts import picture
    from lstm_core.data.own.sheet import sheet

    parts = {part: look.parts.count(part) for part in ("train", "validation", "test") if part in look.parts}
    told = ", ".join(f"{count:,} for {_PURPOSE[part]}" for part, count in parts.items())
    st.markdown(
        f"**{len(look.labels):,} images in {len(look.class_names)} classes, {look.rows} × "
        f"{look.columns} pixels**" + (f" ({told})" if told else "")
    )
    for note in look.notes:
        st.caption(f":material/info: {plain(note)}")
    rows = []
    for label, (name, count) in enumerate(list(look.counts().items())[:_MOST_SHOWN]):
        chosen = look.labels == label
        strip = sheet(look.images[chosen], look.labels[chosen] * 0, 1)
        image = picture.tag(
            1 - np.divide(strip, 255, dtype=np.float32), f"Some images of {name}", "own-data-strip"
        )
        rows.append(f'<tr><th scope="row">{escape(name)}</th><td>{count:,}</td><td>{image}</td></tr>')
    more = len(look.class_names) - _MOST_SHOWN
    st.html(
        '<div class="own-data-classes" tabindex="0" role="group" aria-label="The classes"><table><thead><tr>'
        '<th scope="col">Class</th><th scope="col">Images</th><th scope="col">Some of them, as the network '
        f"will see them</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    if more > 0:
        st.caption(f"And {more} more classes.")


_PURPOSE = {"train": "training", "validation": "validation", "test": "testing"}


def _take(look: Look, sources: Sequence[str]) -> None:
    """Keep the data set and let the form learn from it; runs before the page is drawn again.

    The name is the one in the field now: it may have changed since the button was drawn.
    """
    from lstm_core.data.own.splits import split

    name = st.session_state[_NAME].strip()
    try:
        kept = OwnSets(services.store().root).add(name, look, split(look), sources)
    except LstmError as error:
        st.session_state[_REFUSED] = str(error)
        return
    forms.choose_own_data(kept.name)
    st.session_state[_TAKEN] = kept.name
    st.session_state[_ROUND] += 1
    st.session_state.pop(_LOOKED, None)


def _kept() -> None:
    """The data sets that were taken, with what can be done with each."""
    sets = OwnSets(services.store().root)
    for kept in sets.all():
        info = kept.info
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"own-data-kept-{info.name}"
        ):
            st.markdown(
                f"**{plain(info.title)}** · {info.classes} classes · {info.rows} × {info.columns} · "
                f"{info.train + info.validation + info.test:,} images",
                width="stretch",
            )
            st.button(
                "Learn from it",
                key=f"own-data-choose-{info.name}",
                on_click=forms.choose_own_data,
                args=(info.name,),
            )
            with st.popover("Remove", help="Delete this data set"):
                st.caption("The images are deleted. Networks that learnt from them stay.")
                st.button(
                    f"Delete {plain(info.name)}",
                    type="primary",
                    key=f"own-data-remove-{info.name}",
                    on_click=_remove,
                    args=(info.name,),
                )
    for unreadable in sets.unreadable():
        show_error(f"The data set {unreadable.name} cannot be used: {unreadable.problem}")
    if refused := st.session_state.pop(_REFUSED, ""):
        show_error(refused)


def _remove(name: str) -> None:
    try:
        OwnSets(services.store().root).remove(name)
    except LstmError as error:
        st.session_state[_REFUSED] = str(error)
        return
    if forms.chosen_dataset() == name:
        forms.start_over()
