"""What the form's settings come to: tensor shapes, parameters, and the time training will take."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.parts import key_figures, quantities
from dashboard.parts.messages import show_error
from dashboard.session import services
from dashboard.train.form_values import Checked
from lstm_core.errors import NotEnoughMemory, StorageError
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.speeds import beside_now, measurements
from lstm_core.runs.waiting_line import WaitingLine
from lstm_core.settings.computation import choose_computation, choose_precision
from lstm_core.settings.devices import Device, choose
from lstm_core.settings.estimate import Estimate, Measurement, estimate
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.memory import check_fits, need
from lstm_core.settings.shapes import LayerShape, layer_shapes, parameter_count


def show_summary(checked: Checked) -> None:
    """Shapes, parameters and estimated time, or which fields keep them from being known."""
    with st.container(key="train-summary"):
        _summary(checked)


def in_short(checked: Checked) -> str:
    """Estimated time and parameters in a few words; empty while some field keeps them from being known."""
    settings = checked.settings
    if settings is None:
        return ""
    guess = _guess(settings, checked.device)
    return f"{quantities.span(guess.low, guess.high)} · {parameter_count(settings):,} parameters"


def _guess(settings: HyperParameters, device: Device) -> Estimate:
    store = services.store()
    beside = beside_now(store, settings, device)
    return estimate(settings, device, _earlier(device), noted_obstacle(store.root), beside)


def _summary(checked: Checked) -> None:
    settings = checked.settings
    if settings is None:
        fields = ", ".join(f"`{name}`" for name in checked.problems)
        st.error(f"This cannot be trained yet. Please correct {fields}.", icon=":material/error:")
        return
    obstacle = noted_obstacle(services.store().root)
    guess = _guess(settings, checked.device)
    key_figures.show_key_figures(
        ("Parameters", f"{parameter_count(settings):,}"),
        ("Estimated time", quantities.span(guess.low, guess.high)),
        ("Speed", quantities.speed(guess.steps_per_second)),
    )
    computed, multiplied = (
        choose_computation(settings, checked.device, obstacle),
        choose_precision(settings, checked.device, obstacle),
    )
    st.caption(
        f"On {quantities.plain(checked.device.title)}, computed by `{computed.name}` "
        f"({quantities.plain(computed.why)}) in {multiplied.name} ({multiplied.why}), "
        "with start, validations and the test at the end. "
        f"Estimated from {quantities.plain(guess.basis)}. {_need(settings, checked.device, obstacle)}"
    )
    if reason := why_too_large(settings, checked.device):
        show_error(reason)
    st.html(_table(settings))


def usual_seconds(settings: HyperParameters) -> float:
    """How many seconds a training will take here, its test included. Raises `DeviceUnavailable`."""
    return _guess(settings, choose(settings.device, services.devices())).seconds


def seconds_of_many(settings: HyperParameters, *rounds: int) -> float:
    """How many seconds many trainings take here, side by side where this machine trains them so.

    Args:
        settings: of every one, but for small differences.
        rounds: how many trainings; those of one round begin after all of the round before.

    Raises:
        DeviceUnavailable: the device that the settings name is not there.
        InvalidValue: the number of processes that a person chose is none.
    """
    store = services.store()
    device = choose(settings.device, services.devices())
    obstacle = noted_obstacle(store.root)
    together = WaitingLine(store).places().together(settings, obstacle)

    def seconds(trainings: int) -> float:
        at_once = min(trainings, together)
        each = estimate(settings, device, _earlier(device), obstacle, at_once - 1).seconds
        return each * trainings / at_once

    return sum(map(seconds, rounds))


def why_too_large(settings: HyperParameters, device: Device) -> str:
    """Why this machine has no room for the training; empty when it has."""
    root = services.store().root
    try:
        check_fits(settings, device, root, obstacle=noted_obstacle(root))
    except (NotEnoughMemory, StorageError) as error:
        return str(error)
    return ""


def _need(settings: HyperParameters, device: Device, obstacle: str) -> str:
    """Of a GPU's memory nothing is known."""
    needed = need(settings, device, obstacle)
    disk = f"{quantities.size(needed.disk)} on disk"
    return f"Needs about {disk if device.is_gpu else f'{quantities.size(needed.memory)} of memory, {disk}'}."


@st.cache_data(ttl=10, show_spinner=False)
def _earlier(device: Device) -> list[Measurement]:
    return measurements(services.store(), device)


def _table(settings: HyperParameters) -> str:
    rows = "".join(_row(shape) + _state_row(shape) for shape in layer_shapes(settings))
    order = "rows × batch × numbers" if settings.layout == "time-major" else "batch × rows × numbers"
    return (
        f'<div class="shapes"><table><caption>Tensors, layer by layer: {order}</caption>'
        '<thead><tr><th scope="col">Layer</th><th scope="col">Output</th><th scope="col">Parameters</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _row(shape: LayerShape) -> str:
    parameters = f"{shape.parameters:,}" if shape.parameters else "–"
    quiet = ' class="quiet"' if not shape.parameters else ""
    return (
        f'<tr{quiet}><th scope="row">{escape(shape.name)}</th><td>{_size(shape.output)}</td>'
        f"<td>{parameters}</td></tr>"
    )


def _state_row(shape: LayerShape) -> str:
    """What the layer remembers after its last row; every part of it has one shape."""
    if not shape.state:
        return ""
    size = _size(next(iter(shape.state.values()))) + (" each" if len(shape.state) > 1 else "")
    return (
        f'<tr class="quiet state"><th scope="row">final {escape(", ".join(shape.state))}</th>'
        f"<td>{size}</td><td>–</td></tr>"
    )


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)
