"""One digit, read by the newest snapshot of a network while it learns, or by an earlier one after."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.chart import chart
from dashboard.parts.messages import show_warning
from dashboard.session import digits, services
from dashboard.session.current_reading import sample_digit
from dashboard.session.drawing import drawing_for
from dashboard.train import followed_run, last_row_only
from dashboard.train.followed_run import FollowedRun
from dashboard.train.start import start_with_every_row
from lstm_core.arrays import FloatArray
from lstm_core.data.info import DIGITS, DatasetInfo, Split
from lstm_core.errors import DataError, WeightsError
from lstm_core.runs.run import Run

if TYPE_CHECKING:
    from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class _Watched:
    """A reading as it is shown: its figure, its verdict in words, and whether it shows gates."""

    figure: Figure
    words: str
    gates: bool


def show_watched(followed: FollowedRun, *, busy: bool, narrow: bool) -> None:
    """The digit's rows, probabilities and mean gates, and what they come to."""
    run = followed.run
    info = run.hyperparameters.info
    drawn = drawing_for(info.rows, info.columns, run)
    image = _sample(info) if drawn is None else drawn
    with st.container(horizontal=True, vertical_alignment="center", key="watched-head"):
        thing = "image" if info.thing == "class" else info.thing
        whose = f"A sample {thing}" if drawn is None else "Your drawing"
        st.markdown(f"#### {whose}, read as it {'learns' if busy else 'learnt'}", width="content")
        if drawn is None:
            st.page_link(
                "pages/draw.py",
                label=f"Draw a {thing}" if thing != "image" else "Draw one",
                icon=":material/draw:",
                width="content",
            )
    last_row_only.show_at_reading(run.hyperparameters, lambda: start_with_every_row(run))
    with st.container(key="watched-place", gap="xsmall"):
        _reading(followed, image, busy=busy, narrow=narrow)


def _sample(info: DatasetInfo) -> FloatArray:
    """A digit; of classes that are no digits, the first test image, where that can be read."""
    if info.names != DIGITS:
        with contextlib.suppress(DataError):
            test = digits.test_digits(info.name, info.fingerprint)
            return Split(test.images[:1], test.labels[:1]).pixels()[0]
    return sample_digit(info.rows, info.columns)


def _reading(followed: FollowedRun, image: FloatArray, *, busy: bool, narrow: bool) -> None:
    run = followed.run
    # Later ones are from before it was continued from a checkpoint, and of a past that was given up.
    snapshots = [step for step in run.snapshots() if step <= followed.history.step]
    if not snapshots:
        st.info(
            "The first reading comes with the first validation, at step "
            f"{run.hyperparameters.evaluate_every:,}.",
            icon=":material/hourglass_top:",
        )
        return
    place = st.container(gap="xsmall")  # above the slider, so that nothing moves when the training ends
    step = snapshots[-1] if busy else _chosen_step(run, snapshots)
    with place:
        _reading_at(run, step, image, narrow)


def _reading_at(run: Run, step: int, image: FloatArray, narrow: bool) -> None:
    try:
        watched = _watched(run.id, step, run.snapshot_version(step), image, narrow)
    except WeightsError as error:
        show_warning(f"The weights of step {step:,} cannot be read: {error}")
        return
    st.html(f'<p class="watched-verdict"><b>Step {step:,}.</b> {escape(watched.words)}.</p>')
    chart(
        watched.figure,
        alt=f"The digit, its probabilities after each row and the mean gates, at step {step}: "
        f"{watched.words}.",
        key="watched",
    )
    st.html(_legend(gates=watched.gates))


@st.cache_resource(show_spinner=False, max_entries=16)
def _watched(run_id: str, step: int, version: int, image: FloatArray, narrow: bool) -> _Watched:
    """Made once for a snapshot and a digit, though the page looks more often than snapshots come."""
    from lstm_core.figures.live_reading import live_reading, live_reading_info
    from lstm_core.inside.latching import layer_memory
    from lstm_core.reading.percents import percent
    from lstm_core.reading.trace import LayerTrace
    from lstm_core.reading.verdict import outcome_in_words, verdict

    trace, plain = followed_run.snapshot_trace(run_id, step, version, image)
    names = services.store().get(run_id).hyperparameters.info.class_names
    found = verdict(trace.probabilities, image, names)
    layers = [layer for layer in trace.layers if plain and isinstance(layer, LayerTrace)]
    memories = [layer_memory(layer, number) for number, layer in enumerate(layers, start=1)]
    info = live_reading_info(image, trace.probabilities, found.settled_at_row, memories, names)
    words = outcome_in_words(found)
    if found.is_clear:
        said = f"Reads as {found.called(found.label)}"
        words = words.replace(said, f"{said} ({percent(found.confidence)})", 1)
    return _Watched(live_reading(info, narrow=narrow), words, bool(memories))


def _legend(*, gates: bool) -> str:
    """What the lines of the figure are."""
    from lstm_core.figures import theme
    from lstm_core.figures.mean_gates import LINES
    from lstm_core.reading.gates import GATES

    styles = {"solid": "solid", "dash": "dashed", "dot": "dotted"}
    lines = [(colour, styles[dash], GATES[gate].words) for gate, (colour, dash) in LINES.items() if gates]
    lines.append((theme.ACCENT, "dashed", "settled from here on"))
    keys = "".join(
        f'<span><i style="border-top: 3px {style} {colour}"></i>{words}</span>'
        for colour, style, words in lines
    )
    return f'<p class="watched-lines">{keys}</p>'


def _chosen_step(run: Run, snapshots: list[int]) -> int:
    """After the end, the person can look back at what the network said earlier."""
    if len(snapshots) < 2:
        return snapshots[-1]
    step: int = st.select_slider(
        "With the weights of step", snapshots, value=snapshots[-1], key=f"watched-step-{run.id}"
    )
    return step
