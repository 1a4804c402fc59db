"""Which preset the form starts from, where it comes from, and what is not as usual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from dashboard.parts.quantities import accuracy, plain
from dashboard.train.address import Values
from dashboard.train.form_values import Difference, differences
from lstm_core.settings.presets import PRESETS, Preset

REFERENCE = "reference"
"""The preset that the others are held against."""

_EDITED = "*"
"""Ends the choice's value while the form differs from the preset, so that the preset itself can be chosen."""

_CHANGED = " <small>changed from the preset</small>"


def preset_of(choice: str) -> str:
    """The preset that a value of the choice stands for."""
    return choice.removesuffix(_EDITED)


def preset_picker(values: Values, *, key: str, follow: Callable[[], None]) -> None:
    """The choice, what there is to know of it, and what differs from it and from the reference.

    Args:
        values: what stands in the form.
        key: of the choice.
        follow: fills the form with the chosen preset.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="train-preset-row"):
        chosen = preset_of(st.session_state[key])
        changed = differences(chosen, values)
        st.session_state[key] = shown = chosen + _EDITED * bool(changed)
        st.selectbox(
            "Start from",
            [*PRESETS] if shown in PRESETS else [shown, *PRESETS],
            format_func=_title,
            key=key,
            persist_state="session",
            on_change=follow,
            width=320,
            help="Settings to start from. Choosing one fills the whole form.",
        )
        st.button(
            "Back to the preset",
            icon=":material/undo:",
            on_click=follow,
            disabled=not changed,
            help="Undo every change to the preset",
        )
    _about(PRESETS[chosen])
    st.markdown(
        "Changed: " + " ".join(f":orange-badge[{plain(str(change))}]" for change in changed)
        if changed
        else ":gray-badge[As in the preset]"
    )
    _against_the_reference(differences(REFERENCE, values), {change.name for change in changed})


def _title(choice: str) -> str:
    title = PRESETS[preset_of(choice)].title
    return title if choice in PRESETS else f"{title}, changed"


def _about(preset: Preset) -> None:
    published = preset.published_accuracy
    lines = [preset.about]
    if preset.source:
        lines.append(f":material/menu_book: {preset.source}.")
        reached = (
            f"Published: {accuracy(published)} of the test images"
            if published
            else "No accuracy is published"
        )
        lines.append(f":material/target: {reached}. {preset.chosen_here}")
    st.caption("  \n".join(lines))


def _against_the_reference(found: Sequence[Difference], changed: set[str]) -> None:
    if not found:
        st.caption("These are the settings of the reference.")
        return
    settings = "1 setting differs" if len(found) == 1 else f"{len(found)} settings differ"
    with st.expander(f"{settings} from the reference", key="train-against-reference", type="compact"):
        rows = "".join(
            f'<tr><th scope="row">{escape(one.label)}</th><td>{escape(one.usual or "–")}</td>'
            f"<td><mark>{escape(one.chosen)}</mark>{_CHANGED if one.name in changed else ''}</td></tr>"
            for one in found
        )
        st.html(
            '<div class="shapes differences"><table><thead><tr><th scope="col">Setting</th>'
            '<th scope="col">Reference</th><th scope="col">Here</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
