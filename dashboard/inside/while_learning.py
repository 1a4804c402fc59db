"""While it learnt: the digit read with the weights of many training steps."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.chart import chart
from dashboard.parts.messages import show_warning
from dashboard.parts.unique_labels import unique_labels
from dashboard.parts.viewport import narrow
from dashboard.session import networks, services, state
from dashboard.session.current_reading import CurrentReading
from lstm_core.data.info import thing_of
from lstm_core.errors import RunMissing
from lstm_core.reading.percents import in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.inside.snapshot_readings import LearningStory, Snapshots
    from lstm_core.reading.weights import LstmWeights
    from lstm_core.runs.run import Run

_KEY = "inside-learnt"
_RUN = f"{_KEY}-run"
_MOST_TOLD = 3
"""Snapshots that cannot be read of which the reason is shown."""


def show_while_learning(current: CurrentReading) -> None:
    """Which training, which class, and the story."""
    trainings = _trainings()
    if (before := st.session_state.get(_RUN)) is not None and before not in trainings:
        show_warning("The training you looked at was deleted, or its snapshots were.")
        del st.session_state[_RUN]
    with st.container(horizontal=True, gap="medium", key=f"{_KEY}-choice"):
        run = st.selectbox(
            "Training",
            list(trainings),
            index=list(trainings).index(state.network()) if state.network() in trainings else 0,
            format_func=lambda key: trainings[key],
            key=_RUN,
            persist_state="session",
            width=340,
            help="Each training keeps the weights of some of its steps, more of the early ones, because most "
            "is learnt then.",
        )
        story = _story(run, _version(run), current.image)
        verdicts = story.verdicts
        label = st.selectbox(
            "Class",
            range(story.probabilities.shape[2]),
            index=verdicts[-1].label,
            format_func=verdicts[-1].called,
            key=f"{_KEY}-class-{current.fingerprint}-{run}",
            persist_state="session",
            width=110,
            help="The class whose probability the first heatmap shows; at first the last verdict.",
        )
    _tell_unread(story)
    _in_words(story)
    _figure(current, story, label)


def _trainings() -> dict[str, str]:
    """Labels of the trainings with snapshots: the shipped one under the empty key, then runs by their id."""
    found = {"": networks.SHIPPED}
    for summary in services.store().summaries():
        if summary.identity and summary.snapshots and not summary.problem:
            found[summary.id] = summary.identity.name
    return unique_labels(found)


def _version(run: str) -> tuple[tuple[int, int], ...]:
    """Changes with every snapshot that comes, goes or is written anew. Raises `RunMissing`."""
    if not run:
        return ()
    found = services.store().get(run)
    return tuple((step, found.snapshot_version(step)) for step in found.snapshots())


@st.cache_data(show_spinner=False, max_entries=32)
def _story(run: str, version: tuple[tuple[int, int], ...], image: NDArray[np.float32]) -> LearningStory:
    """``version`` belongs to what the story is remembered by. Raises `LstmError`."""
    from dashboard.inside.while_learning import snapshots_of
    from lstm_core.inside.snapshot_readings import learning_story

    if not run:
        return learning_story({step: lambda w=w: w for step, w in _shipped().items()}, image)  # type: ignore[misc]
    if not version:
        raise RunMissing(f"Run {run} has no snapshots any more.")
    return learning_story(snapshots_of(services.store().get(run)), image)


@st.cache_resource(show_spinner=False)
def _shipped() -> dict[int, LstmWeights]:
    from lstm_core.pretrained.snapshots import shipped_snapshots

    return shipped_snapshots()


def _tell_unread(story: LearningStory) -> None:
    if not story.unread:
        return
    reasons = [f"step {step}: {reason}" for step, reason in list(story.unread.items())[:_MOST_TOLD]]
    more = len(story.unread) - len(reasons)
    show_warning(
        f"{len(story.unread)} of {len(story.unread) + len(story.steps)} snapshots cannot be read and are "
        f"left out; {' '.join(reasons)}{f' And {more} more.' if more else ''}"
    )


def _in_words(story: LearningStory) -> None:
    from lstm_core.reading.verdict import settled_in_words

    first, last = story.verdicts[0], story.verdicts[-1]
    called, thing = escape(last.called(last.label)), thing_of(last.names)
    if story.settled_step == story.steps[0]:
        beginning = f"<b>{called}</b> is the most probable {thing} at every step shown"
    else:
        beginning = (
            f"At step {story.steps[0]:,} the most probable {thing} was "
            f"{escape(first.called(first.label))}; from "
            f"step <b>{story.settled_step:,}</b> on it is <b>{called}</b>"
        )
    at = story.steps.index(story.settled_step)
    ending = f"it <b>{settled_in_words(last)}</b>, and {called} has {in_words(last.confidence)} at the end"
    if at + 1 < len(story.steps):
        first_settled = settled_in_words(story.verdicts[at])
        ending = (
            f"At step {story.settled_step:,} the verdict {first_settled}; "
            f"at step {story.steps[-1]:,}, the last, {ending}"
        )
    unclear = "" if last.is_clear else f" That is no clear {thing}."
    st.html(f'<p class="outcome" role="status">{beginning}. {ending[0].upper()}{ending[1:]}.{unclear}</p>')


def _figure(current: CurrentReading, story: LearningStory, label: int) -> None:
    from lstm_core.figures.learning_story import learning_story_figure
    from lstm_core.reading.verdict import WHAT_SETTLED_MEANS, settled_in_words

    st.caption(
        "Beside the image stands one column for each training step whose weights were kept: the probability "
        "of the class after each row. A circle marks the row where the verdict settled, and the digit it "
        "named; a square at the last row did not settle. The other heatmap shows all classes at the step of "
        f"the slider. {WHAT_SETTLED_MEANS}"
    )
    chart(
        learning_story_figure(current.image, story.steps, story.probabilities, label, narrow=narrow()),
        alt=f"Probability of class {story.verdicts[-1].called(label)} after each row, at "
        f"{len(story.steps)} training steps from "
        f"{story.steps[0]} to {story.steps[-1]}, and what each step's verdict was: "
        + ", ".join(
            f"step {step} {found.called(found.label)}, {settled_in_words(found)}"
            for step, found in zip(story.steps, story.verdicts, strict=True)
        )
        + ".",
        key=f"{_KEY}-story",
    )


def snapshots_of(run: Run) -> Snapshots:
    """What is kept of a run; empty when there are no snapshots."""

    def loader(step: int) -> Callable[[], LstmWeights]:
        return lambda: run.snapshot(step)

    return {step: loader(step) for step in run.snapshots()}
