"""The result of a training: accuracy, the confusion matrix, how much of a digit is needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from dashboard.parts import key_figures, quantities
from dashboard.parts.chart import chart
from dashboard.parts.messages import errors_shown, harmless, show_warning
from dashboard.session import digits
from dashboard.session.opened_image import show_openable
from dashboard.train.last_row_only import EARLY_ROWS
from dashboard.train.script_button import script_button
from lstm_core.data.info import things_of
from lstm_core.errors import DataError, InvalidValue, RunDamaged
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs.run import Run
from lstm_core.runs.status import Status
from lstm_core.settings.computed import Computed

MOST_PICTURES = 60


def show_results(run: Run) -> None:
    """The test results of a run, if it has any."""
    try:
        result = run.result()
        if result:
            result.check_fits(run.hyperparameters.info)
    except (RunDamaged, InvalidValue) as error:
        show_warning(f"The test result cannot be read: {error}", icon="broken_image")
        return
    if result is None:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown("#### Result on the test images", width="content")
        computed = Computed.from_environment(run.environment())
        if not run.hyperparameters.fine_tuning:  # no script can repeat it
            script_button(run.hyperparameters, key=f"script-{run.id}", name=run.id, computed=computed)
    _figures(result, run.status)
    if run.hyperparameters.fine_tuning:
        _compared_with_before(run)
    mistakes, by_rows = st.columns([3, 2], gap="large")
    with by_rows:
        _by_rows(run, result)
    with mistakes:
        st.fragment(_confusion)(run, result)


def _figures(result: TestResult, status: Status) -> None:
    key_figures.show_key_figures(
        ("Test accuracy", quantities.accuracy(result.accuracy)),
        ("Test loss (nats)", f"{result.loss:.4f}"),
        ("Training time", quantities.duration(status.seconds)),
        ("Peak memory", quantities.size(status.peak_memory) if status.peak_memory else "unknown"),
        ("Device", status.device or "unknown"),
    )


def _compared_with_before(run: Run) -> None:
    """Which network it started from, and what that one reads of the same images."""
    from lstm_core.runs.taught import teaching_of

    try:
        teaching = teaching_of(run)
    except RunDamaged as error:
        show_warning(str(error), icon="broken_image")
        return
    if teaching is None:
        return
    before = f"Started from what {quantities.plain(teaching.parent_name)} had learnt"
    if test := teaching.test:
        before += (
            f", which reads {quantities.accuracy(test.accuracy_before)} of the same test images, with a loss "
            f"of {test.loss_before:.4f}"
        )
    st.caption(f":material/info: {before}.")


def _by_rows(run: Run, result: TestResult) -> None:
    from lstm_core.figures.accuracy_by_rows import accuracy_by_rows

    st.markdown(f"#### How much of a {_thing(run)} it needs")
    chart(
        accuracy_by_rows(np.array(result.accuracy_by_rows)),
        alt="Test accuracy when only the first rows have been read.",
        key="accuracy-by-rows",
    )
    if run.hyperparameters.supervised_rows == "last":
        st.caption(f":material/info: This network is {EARLY_ROWS}.")


@errors_shown()
def _confusion(run: Run, result: TestResult) -> None:
    """The matrix; a fragment, so that a click shows digits without drawing the page anew."""
    from lstm_core.figures import theme
    from lstm_core.figures.confusion import chosen_cell, confusion

    counts = np.array(result.confusion)
    st.markdown("#### Confusion matrix")
    key, cell_key = f"confusion-{run.id}", f"cell-{run.id}"

    def clicked() -> None:
        cell = chosen_cell(st.session_state[key])
        if cell and counts[cell]:
            st.session_state[cell_key] = cell

    names = run.hyperparameters.info.names
    figure = confusion(counts, names)
    st.plotly_chart(
        figure,
        config=theme.CONFIG,
        key=key,
        on_select=clicked,
        selection_mode="points",
        alt="Confusion matrix: rows are true classes, columns the classes read.",
    )
    cells = _cells(counts)
    chosen = st.selectbox(
        f"{things_of(names).capitalize()} to look at",
        cells,
        format_func=lambda cell: _named(cell, counts, names),
        index=0 if cells else None,
        key=cell_key,
        help="Most frequent mistakes first. A click on a cell of the matrix chooses it too.",
    )
    if chosen is not None:
        _pictures(run, result, *chosen)


def _cells(counts: np.ndarray) -> list[tuple[int, int]]:
    """Every cell with images: mistakes by how many, then what was recognised."""
    filled = [(int(true), int(read)) for true, read in np.argwhere(counts)]
    return sorted(filled, key=lambda cell: (cell[0] == cell[1], -counts[cell], cell))


def _thing(run: Run) -> str:
    """What an image of the run's data set shows, in a word."""
    thing = run.hyperparameters.info.thing
    return "picture" if thing == "class" else thing


def _named(cell: tuple[int, int], counts: np.ndarray, names: Sequence[str]) -> str:
    true, read = (names[label] for label in cell)
    said = f"{true} recognised" if true == read else f"{true} read as {read}"
    return f"{said} · {counts[cell]:,}"


def _pictures(run: Run, result: TestResult, true: int, read: int) -> None:
    info = run.hyperparameters.info
    try:
        test = digits.test_digits(info.name, info.fingerprint)
    except DataError as error:
        st.info(f"The test images of {info.title} cannot be shown.\n\n{harmless(error)}")
        return
    found = np.flatnonzero((test.labels == true) & (np.array(result.readings) == read))
    show_openable(
        test,
        [int(index) for index in found[:MOST_PICTURES]],
        run_id=run.id,
        name=_named((true, read), np.array(result.confusion), info.names),
        key="train-behind",
    )
    if len(found) > MOST_PICTURES:
        st.caption(f"The first {MOST_PICTURES} of {len(found):,}.")
