"""The form of the Train page: field descriptions → widgets → `HyperParameters`.

Every widget's value lasts for the session under the key `widget_key` gives, so the form is as it was left
when a person comes back from another page; and it stands in the address (see `train.address`), so it
survives a refresh and travels in a link.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.parts import browser
from dashboard.parts.messages import show_error, show_warning
from dashboard.session import services
from dashboard.train import address, last_row_only
from dashboard.train.address import EPOCHS, PRESET, Values
from dashboard.train.choice_titles import TITLES, dataset_titles
from dashboard.train.field_notes import field_note
from dashboard.train.form_values import Checked, check, differences, steps_of
from dashboard.train.kernel_upload import kernel_upload
from dashboard.train.number_field import number_field, what_is_allowed
from dashboard.train.preset_picker import preset_of, preset_picker
from dashboard.train.units_field import units_field
from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import InvalidValue
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import Device
from lstm_core.settings.first_weights import for_settings
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import DEFAULT_PRESET, OWN, PRESETS
from lstm_core.settings.validation import with_valid_fields

_FILLED = "train-form-filled"
_ADDRESS_PROBLEMS = "train-address-problems"
_WRITTEN = "train-address-written"
_LENGTH = "train-length"
_OPENED = "train-opened-for-problems"

_LINES: Mapping[str, Sequence[Sequence[str]]] = {
    "Network and data": (("dataset", "units"), ("dropout", "supervised_rows", "augmentation")),
    "Learning": (
        ("optimizer", "learning_rate", "momentum"),
        ("schedule", "batch_size", "clip_norm"),
        ("steps", "evaluate_every", "evaluation_batch_size"),
        ("patience", "kept_weights"),
    ),
    "Machine": (("device", "precision", "seed"),),
}
"""Headings, and under each the fields that everybody needs, line by line."""

_FROM_FILE = ("initial_kernel",)
"""The line that stands there only when the first weights come from a file."""

_FOLDED: Mapping[str, Sequence[Sequence[str]]] = {
    "Cell and state": (
        ("cell", "direction"),
        ("layer_weights", "initial_state"),
        ("input_projection", "input_dropout", "forget_bias"),
    ),
    "Starting weights": (
        ("initializer", "dense_initializer"),
        ("dense_stddev", "dense_bias"),
        _FROM_FILE,
    ),
    "Computation": (("computation", "layout"), ("returned", "loss")),
}
"""Titles of what is folded away, with what the tutorials do differently."""


def widget_key(field: str) -> str:
    """Under which `st.session_state` keeps the form's value of ``field``."""
    return f"train-{field}"


def fill(values: Mapping[str, Any], preset: str) -> None:
    """Put form values into the form; fields left out take those of ``preset``."""
    st.session_state[widget_key(PRESET)] = preset
    for name, value in {**address.preset_values(preset, values.get("dataset", "")), **values}.items():
        st.session_state[widget_key(name)] = value
    st.session_state[_LENGTH] = "epochs" if EPOCHS in values else "steps"
    st.session_state[_FILLED] = True


def start_over() -> None:
    """Fill the form with the preset that a new training starts from."""
    fill({}, DEFAULT_PRESET)


def chosen_preset() -> str:
    """The preset that the form started from."""
    return preset_of(st.session_state[widget_key(PRESET)])


def fill_with(settings: HyperParameters) -> None:
    """Put settings into the form, as changes to the preset they are nearest to."""
    values = address.as_form(settings.model_dump())
    nearest = min(PRESETS, key=lambda name: len(differences(name, values)))
    fill(values, nearest)


def chosen_dataset() -> str:
    """The dataset that stands in the form."""
    dataset: str = st.session_state[widget_key("dataset")]
    return dataset


def take_from_address() -> None:
    """Fill the form when the page is opened, or reached with the browser's Back, by what the address says."""
    query = st.query_params.to_dict()
    back = browser.history_navigation() and address.asks_for_settings(query)
    if back or _FILLED not in st.session_state:
        wish = address.read(query)
        st.session_state[_ADDRESS_PROBLEMS] = list(wish.problems)
        fill(wish.values, wish.preset)


def write_address(values: Values) -> None:
    """Let the address say what the form says."""
    query = address.write(chosen_preset(), values)
    address.put_into_address(query)
    if st.session_state.get(_WRITTEN, query) != query:
        st.session_state[_ADDRESS_PROBLEMS] = []
    st.session_state[_WRITTEN] = query


def settings_in_form(devices: Sequence[Device]) -> HyperParameters | None:
    """What stands in the form, for other pages; None while it is wrong, or was never opened."""
    return check(_values(), devices).settings if _FILLED in st.session_state else None


def form(devices: Sequence[Device], below_presets: Callable[[], None]) -> Checked:
    """Show the form and check what stands in it.

    Args:
        devices: those on this machine, the one `auto` takes first.
        below_presets: shows what stands between the presets and the fields.
    """
    values = _values()
    checked = check(values, devices, lambda settings: for_settings(settings, services.store().root))
    write_address(values)
    # In one place, so that what follows stays open when notes come and go.
    with st.container(key="train-presets"):
        with st.container(key="train-link-problems"):
            for problem in st.session_state.get(_ADDRESS_PROBLEMS, []):
                show_warning(
                    f"The link could not be followed in full: {problem}. The preset's value stands instead.",
                    icon="link_off",
                )
        preset_picker(values, key=widget_key(PRESET), follow=_follow_preset)
    below_presets()
    if values["supervised_rows"] == "last":
        last_row_only.show_in_form(_supervise_every_row)
    for title, lines in _LINES.items():
        st.markdown(f"#### {title}")
        _fields(lines, devices, checked)
    st.markdown("#### What tutorials do differently")
    changed = {change.name for change in differences(chosen_preset(), values)}
    for title, lines in _FOLDED.items():
        inside = {name for names in lines for name in names}
        problems = len(inside & checked.problems.keys())
        with st.expander(
            title + _marks(problems, len(inside & changed)),
            expanded=_had_problems(title, problems),
            key=f"train-folded-{title}",  # by which it stays open when its marks change
        ):
            _fields(lines, devices, checked)
    return checked


def _had_problems(title: str, problems: int) -> bool:
    """Whether to open: for a problem, and it does not close the moment that is mended."""
    had: set[str] = st.session_state.setdefault(_OPENED, set())
    if problems:
        had.add(title)
    return title in had


def _marks(problems: int, changed: int) -> str:
    """What is to be known of fields that are folded away."""
    marks = f" :red-badge[:material/error: {problems} to correct]" if problems else ""
    return marks + (f" :orange-badge[{changed} changed]" if changed else "")


def _fields(lines: Sequence[Sequence[str]], devices: Sequence[Device], checked: Checked) -> None:
    for names in lines:
        if names == _FROM_FILE and st.session_state[widget_key("initializer")] != "csv":
            continue
        shares = [2 if name == "units" else 1 for name in names]
        for name, column in zip(names, st.columns(shares, gap="medium"), strict=True):
            with column:
                _field(name, devices, checked)


def _values() -> Values:
    """What stands in the form; Streamlit knows it before the widgets are shown."""
    values = {name: st.session_state[widget_key(name)] for name in FIELDS}
    if values["initializer"] != "csv":
        values["initial_kernel"] = ""  # the file stays chosen, in case a person comes back to it
    if st.session_state[_LENGTH] == "epochs":
        values[EPOCHS] = st.session_state[widget_key(EPOCHS)]
    return values


def _follow_preset() -> None:
    """Fill the form; a preset for own data with the data set chosen before, or the first of one's own."""
    chosen = chosen_preset()
    if not PRESETS[chosen].for_own_data:
        fill({}, chosen)
        return
    own = OwnSets(services.store().root).names()
    dataset = chosen_dataset() if chosen_dataset() in own or not own else own[0]
    fill({"dataset": dataset}, chosen)


def choose_own_data(name: str) -> None:
    """Fill the form to learn from a data set of one's own."""
    fill({"dataset": name}, OWN)


def _supervise_every_row() -> None:
    for name, value in last_row_only.EVERY_ROW.items():
        st.session_state[widget_key(name)] = value


def _field(name: str, devices: Sequence[Device], checked: Checked) -> None:
    """One field with its problem, or what there is to say about it, below."""
    idle = name in checked.idle
    if name == "steps":
        _length(checked)
    elif name == "units":
        units_field(widget_key(name))
    elif name == "initial_kernel":
        _initial_kernel(checked.problems.get(name, ""))
        return
    elif name == "device":
        _choice(name, ["auto", *(device.name for device in devices)], _device_titles(devices))
    elif name == "dataset":
        titles = dataset_titles(OwnSets(services.store().root).all())
        _choice(name, [*titles], titles, on_change=_fit_to_data)
    elif FIELDS[name].choices:
        _choice(name, FIELDS[name].choices, TITLES.get(name, {}), disabled=idle)
    else:
        _number(name, disabled=idle)
    if name in checked.problems:
        show_error(checked.problems[name])
    elif note := checked.idle.get(name) or field_note(name, checked):
        st.caption(note)


def _initial_kernel(problem: str) -> None:
    """The file, unless a wrong value leaves open which shape it needs."""
    shaping = ("dataset", "units", "input_projection")
    with contextlib.suppress(InvalidValue):
        shape = with_valid_fields({name: st.session_state[widget_key(name)] for name in shaping})
        kernel_upload(shape, widget_key("initial_kernel"), problem)


def _label(name: str) -> str:
    field = FIELDS[name]
    said = not field.unit or field.unit in field.label.lower()
    return field.label if said else f"{field.label} ({field.unit})"


def _number(name: str, *, disabled: bool = False) -> None:
    number_field(name, _label(name), key=widget_key(name), persist_state="session", disabled=disabled)


def _fit_to_data() -> None:
    """A preset for own data has other steps for another data set."""
    if PRESETS[chosen_preset()].for_own_data:
        fill({"dataset": chosen_dataset()}, chosen_preset())


def _choice(
    name: str,
    options: Sequence[str],
    titles: Mapping[str, str],
    *,
    disabled: bool = False,
    on_change: Callable[[], None] | None = None,
) -> None:
    if (asked := st.session_state[widget_key(name)]) not in options:
        options = [*options, asked]  # a link may ask for a device that is not here
    st.selectbox(
        _label(name),
        options,
        format_func=lambda option: titles.get(option, option),
        key=widget_key(name),
        persist_state="session",
        disabled=disabled,
        on_change=on_change,
        help=what_is_allowed(name),
    )


def _device_titles(devices: Sequence[Device]) -> dict[str, str]:
    titles = {device.name: f"{device.name.upper()} · {device.title}" for device in devices}
    return {"auto": "automatic", **titles}


def _length(checked: Checked) -> None:
    """Steps or epochs, whichever a person counts in."""
    if st.session_state[_LENGTH] == "epochs":
        st.number_input(
            "Length (epochs)",
            value=None,
            step=1.0,
            format="%g",
            key=widget_key(EPOCHS),
            persist_state="session",
            help="How often every training image is seen. " + FIELDS["steps"].help,
        )
    else:
        _number("steps")
    st.segmented_control(
        "Count the length in",
        ["steps", "epochs"],
        required=True,
        key=_LENGTH,
        persist_state="session",
        on_change=_convert_length,
        label_visibility="collapsed",
    )


def _convert_length() -> None:
    state = st.session_state
    dataset, batch = state[widget_key("dataset")], max(1, state[widget_key("batch_size")] or 1)
    if state[_LENGTH] == "epochs":
        steps = state[widget_key("steps")] or 1
        with contextlib.suppress(InvalidValue):  # of a data set that is gone
            train = with_valid_fields({"dataset": dataset}).info.train
            state[widget_key(EPOCHS)] = float(f"{steps * batch / train:.4g}")
    else:
        try:
            state[widget_key("steps")] = steps_of(state.get(widget_key(EPOCHS)), dataset, batch)
        except InvalidValue:
            state[widget_key("steps")] = FIELDS["steps"].default
