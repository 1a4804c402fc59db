"""The form for a new search: where to start from, what to vary, and how far to go."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import show_error
from dashboard.search.opened import folders, open_search
from dashboard.search.range_fields import range_field
from dashboard.search.second import SECOND_TITLES
from dashboard.session import services
from dashboard.train import forms
from dashboard.train.address import as_form
from dashboard.train.form_values import differences
from dashboard.train.network_summary import seconds_of_many
from dashboard.train.number_field import number_field
from lstm_core.errors import InvalidValue, LstmError
from lstm_core.search.begin import begin_search
from lstm_core.search.plan import DEFAULT_TRIALS, FRESH_SEEDS, MOST_TRIALS, SECOND_OBJECTIVES
from lstm_core.search.process import start
from lstm_core.search.space import SEARCHED, SearchedField
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import DEFAULT_PRESET, PRESETS
from lstm_core.settings.validation import with_changes

_FORM = "form"
"""Choice of what to start from that stands for what the Train page's form says."""

_FIRST = ("learning_rate", "dropout")
"""Fields that are varied until a person says otherwise."""


@dataclass(frozen=True)
class _Start:
    """What every trial has in common, and the preset that it comes from."""

    settings: HyperParameters
    preset: str


def show_new_search() -> None:
    """The form and its button."""
    left, right = st.columns([8, 5], gap="large")
    with left:
        st.markdown("#### What every trial has in common")
        start_from = _start_from()
        st.markdown("#### What is searched")
        fields = _fields(start_from.settings)
    with right, st.container(key="search-aside"):
        st.markdown("#### How far")
        _budget(start_from, fields)


def _start_from() -> _Start:
    form = forms.settings_in_form(services.devices())
    options = [*([_FORM] if form else []), *(name for name in PRESETS if not PRESETS[name].for_own_data)]
    chosen = st.selectbox(
        "Start from",
        options,
        index=options.index(DEFAULT_PRESET) if not form else 0,
        format_func=_title,
        key="search-start-from",
        persist_state="session",
        help="Settings that are the same in every trial, but for those that are searched.",
    )
    if chosen == _FORM and form:
        preset, settings = forms.chosen_preset(), form
        changed = differences(preset, as_form(form.model_dump()))
        said = ", ".join(quantities.plain(str(change)) for change in changed) or "nothing changed"
        st.caption(f"As on the Train page: {PRESETS[preset].title}, {said}.")
    else:
        preset, settings = chosen, PRESETS[chosen].settings()
        st.caption(PRESETS[preset].about)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        steps = _steps(settings, chosen)
        st.page_link("pages/train.py", label="Change other settings on Train", icon=":material/tune:")
    with contextlib.suppress(InvalidValue):
        settings = with_changes(settings, steps=steps, evaluate_every=_validations(settings, steps))
    return _Start(settings, preset)


def _title(choice: str) -> str:
    return "The form on the Train page" if choice == _FORM else PRESETS[choice].title


def _steps(settings: HyperParameters, chosen: str) -> int:
    key = f"search-steps-{chosen}"
    if key not in st.session_state:
        st.session_state[key] = settings.steps
    number_field("steps", "Steps of every trial", key=key, persist_state="session", width=200)
    return st.session_state[key] or settings.steps


def _validations(settings: HyperParameters, steps: int) -> int:
    """Steps between two validations: as often in a shorter training as in the whole one."""
    if steps >= settings.steps:
        return settings.evaluate_every
    return max(1, round(settings.evaluate_every * steps / settings.steps))


def _fields(base: HyperParameters) -> list[SearchedField | None]:
    """The chosen fields; None for one with a problem."""
    chosen = st.multiselect(
        "Settings to vary",
        SEARCHED,
        default=_FIRST,
        format_func=lambda name: FIELDS[name].label,
        key="search-fields",
        persist_state="session",
        placeholder="Choose at least one",
        help="Each becomes a range or a set. The fewer, the more a search of a few dozen trials can say.",
    )
    return [range_field(name, base) for name in chosen]


def _budget(start_from: _Start, fields: Sequence[SearchedField | None]) -> None:
    number, minutes = st.columns(2)
    trials = number.number_input(
        "Trials",
        1,
        MOST_TRIALS,
        DEFAULT_TRIALS,
        key="search-trials",
        persist_state="session",
        help="Each trains one network. Trials that are stopped early count, too.",
    )
    limit = minutes.number_input(
        "Minutes at most",
        min_value=1.0,
        value=None,
        step=10.0,
        format="%g",
        key="search-minutes",
        persist_state="session",
        placeholder="no limit",
        help="No trial is begun after that.",
    )
    second = st.selectbox(
        "Also keep small",
        [None, *SECOND_OBJECTIVES],
        format_func=lambda name: SECOND_TITLES[name].lower() if name else "nothing",
        key="search-second",
        persist_state="session",
        help="With a second objective the search looks for all that no other trial beats in both: small "
        "networks that read well. No trial is stopped early then.",
    )
    prune = st.toggle(
        "Stop trials that fall behind",
        value=True,
        disabled=second is not None,
        key="search-prune",
        persist_state="session",
        help="A trial whose validation accuracy is below the median of the others after as many images is "
        "stopped, but not in its first half under a one-cycle schedule, or its first third under a constant "
        "rate.",
    )
    name = st.text_input(
        "Name of the search",
        key="search-name",
        max_chars=40,
        placeholder=folders().free_name(start_from.preset),
        help="Small letters, digits, dots, hyphens and underscores. Its runs begin with it.",
    )
    st.caption(_in_words(start_from.settings, trials))
    ready = bool(fields) and None not in fields
    pressed = st.button(
        "Search",
        icon=":material/search:",
        key="search-start",
        type="primary",
        width="stretch",
        disabled=not ready,
        help="" if ready else "Choose what to vary, and correct what is marked.",
    )
    if pressed:
        ranges = [str(field) for field in fields if field]
        try:
            folder = begin_search(
                services.store().root,
                start_from.settings,
                ranges,
                preset=start_from.preset,
                name=name.strip(),
                trials=trials,
                minutes=limit,
                second=second,
                prune=prune,
            )
            start(folder)
        except LstmError as error:
            show_error(error)
            return
        open_search(folder.name)
        st.rerun()


def _in_words(settings: HyperParameters, trials: int) -> str:
    """What the search does when the button is pressed, and about how long it takes."""
    seconds = None
    with contextlib.suppress(LstmError):  # the device may be gone, or the number of processes be none
        seconds = seconds_of_many(settings, trials, FRESH_SEEDS)
    long = ""
    if seconds:
        long = (
            f" If all are trained to their end, that takes {quantities.span(seconds, seconds)}, the "
            f"{FRESH_SEEDS} trainings of the winner included."
        )
    return (
        f"Trains {trials:,} networks and chooses by validation accuracy. The winner is "
        f"then trained again with {FRESH_SEEDS} fresh seeds. It goes on when this page is closed.{long}"
    )
