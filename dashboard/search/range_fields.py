"""What becomes of a field in a search: widgets for a range or a set, made from the field's description."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.train.choice_titles import TITLES
from dashboard.train.number_field import number_field
from lstm_core.errors import InvalidValue
from lstm_core.search.space import LOGARITHMIC, SearchedField, searched_field
from lstm_core.search.suggestions import suggested_field
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters


def range_field(name: str, base: HyperParameters) -> SearchedField | None:
    """The widgets of one field; what they say, or None with the problem below them."""
    suggested = suggested_field(name, base)
    with st.container(border=True, gap="xsmall", key=f"search-field-{name}"):
        st.markdown(f"**{FIELDS[name].label}**", help=FIELDS[name].help)
        text = _layers(suggested) if name == "units" else _values(suggested)
        try:
            return searched_field(f"{name}={text}")
        except InvalidValue as error:
            show_error(error)
            return None


def _values(suggested: SearchedField) -> str:
    name, field = suggested.name, suggested.description
    if field.choices:
        chosen = st.pills(
            f"{field.label}: what to try",
            field.choices,
            default=[choice for choice in suggested.choices if choice in field.choices],
            selection_mode="multi",
            format_func=lambda choice: TITLES.get(name, {}).get(choice, choice),
            key=f"search-set-{name}",
            persist_state="session",
            label_visibility="collapsed",
        )
        return "|".join(chosen)
    if suggested.choices:
        return _text(suggested, "Values, with | between them", "0|32|64")
    low, high, how = st.columns([2, 2, 2], vertical_alignment="bottom")
    whole = field.kind is int
    for column, end, value in ((low, "from", suggested.low), (high, "to", suggested.high)):
        key = f"search-{end}-{name}"
        if key not in st.session_state:
            st.session_state[key] = int(value) if whole else float(value)
        with column:
            number_field(name, f"{field.label}: {end}", key=key, persist_state="session")
    with how:
        log = st.toggle(
            "Logarithmic scale",
            value=suggested.log,
            key=f"search-log-{name}",
            persist_state="session",
            help="Tries as many values between 0.001 and 0.01 as between 0.01 and 0.1: right for learning "
            "rates, and wherever it matters how many times larger a value is.",
        )
    ends = [st.session_state[f"search-{end}-{name}"] for end in ("from", "to")]
    if None in ends:
        return ""
    return f"{ends[0]}..{ends[1]}{LOGARITHMIC if log else ''}"


def _layers(suggested: SearchedField) -> str:
    return _text(suggested, "Layers to try, with | between them", "64 | 128 | 64, 64")


def _text(suggested: SearchedField, label: str, placeholder: str) -> str:
    key = f"search-text-{suggested.name}"
    if key not in st.session_state:
        st.session_state[key] = " | ".join(str(choice).replace(",", ", ") for choice in suggested.choices)
    found: str = st.text_input(
        label, key=key, persist_state="session", placeholder=placeholder, max_chars=400
    )
    return found
