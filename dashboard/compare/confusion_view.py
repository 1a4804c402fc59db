"""The difference of two confusion matrices, with the digits behind a cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.compare.comparison import Comparison, info_of, reads_the_same, test_images, test_result
from dashboard.compare.figure_files import show_figure
from dashboard.parts.messages import errors_shown, harmless
from dashboard.session.opened_image import show_openable
from lstm_core.comparison.compared_run import ComparedRun
from lstm_core.comparison.confusion_difference import confusion_difference, images_behind
from lstm_core.errors import LstmError
from lstm_core.reading.evaluation import TestResult

MOST_PICTURES = 40
_FIRST, _SECOND, _CELL = "compare-first", "compare-second", "compare-cell"
_FIGURE = "compared-confusion"


@st.fragment
@errors_shown()
def show_confusion(compared: Comparison) -> None:
    """The choice of two runs, the matrix, and beside it the digits behind the cell that was chosen."""
    tested = {run.id: run for run in compared.runs if test_result(run)}
    if len(tested) < 2:
        st.info("This needs two runs that have read the same test images.", icon=":material/grid_on:")
        return
    first, second = _pair(compared, tested)
    one, other = test_result(first), test_result(second)
    info = info_of(first)
    if one is None or other is None or info is None or not reads_the_same(first, second):
        st.info("These two read other test images, so their mistakes cannot be compared.")
        return
    difference = confusion_difference(np.array(one.confusion), np.array(other.confusion))
    labels = compared.labels[first.id], compared.labels[second.id]
    cells, cell_key = _cells(one, other), f"{_CELL}-{first.id}-{second.id}"
    matrix, behind = st.columns([3, 2], gap="large")
    with matrix:
        _matrix(difference, labels, info.names, cells, cell_key)
    with behind:
        chosen = _chosen_cell(difference, info.names, cells, cell_key)
        if chosen is not None:
            _images((first, second), (one, other), chosen, labels, info.names)


def _matrix(
    difference: NDArray[np.int64],
    labels: tuple[str, str],
    names: Sequence[str],
    cells: list[tuple[int, int]],
    cell_key: str,
) -> None:
    from lstm_core.figures.of_runs.confusion_difference import confusion_difference as figure_of

    first, second = labels
    st.caption(
        f"{second} less {first}, by true class and what was read: orange where {second} makes the mistake "
        f"more often, blue where {first} does. Click a cell to see the images behind it."
    )
    show_figure(
        figure_of(difference, names),
        alt=f"Difference of the confusion matrices, {second} less {first}: rows are true classes, columns "
        f"the classes read. {_most(difference, names)}",
        name=_FIGURE,
        head=("true class", *(f"read as {name}" for name in names)),
        values=[[names[true], *line] for true, line in enumerate(difference.tolist())],
        on_select=lambda: _clicked(cell_key, cells),
    )


def _chosen_cell(
    difference: NDArray[np.int64], names: Sequence[str], cells: list[tuple[int, int]], cell_key: str
) -> tuple[int, int] | None:
    from lstm_core.figures.of_runs.confusion_difference import signed

    return st.selectbox(
        "Images to look at",
        cells,
        format_func=lambda cell: f"{_named(cell, names)} · {signed(int(difference[cell]))}",
        index=0 if cells else None,
        key=cell_key,
        help="The greatest differences first. A click on a cell of the matrix chooses it too.",
    )


def _pair(compared: Comparison, tested: dict[str, ComparedRun]) -> tuple[ComparedRun, ComparedRun]:
    """The first, and one of another setting if there is one."""
    ids = list(tested)
    group = compared.group_of(tested[ids[0]])
    other = next((at for at, run in enumerate(tested.values()) if compared.group_of(run) != group), 1)
    among = hash(tuple(ids))  # other runs are another choice
    with st.container(horizontal=True, gap="medium", key="compare-pair"):
        first, second = (
            st.selectbox(
                label,
                ids,
                index=usual,
                format_func=compared.labels.__getitem__,
                key=f"{key}-{among}",
                width=200,
            )
            for label, key, usual in (("First", _FIRST, 0), ("Second", _SECOND, other))
        )
    return tested[first], tested[second]


def _clicked(cell_key: str, cells: list[tuple[int, int]]) -> None:
    from lstm_core.figures.confusion import chosen_cell

    cell = chosen_cell(st.session_state[_FIGURE])
    if cell in cells:
        st.session_state[cell_key] = cell


def _cells(one: TestResult, other: TestResult) -> list[tuple[int, int]]:
    """Every cell in which one of the two has images: mistakes first, by how much they differ."""
    first, second = np.array(one.confusion), np.array(other.confusion)
    apart = np.abs(second - first)
    filled = [(int(true), int(read)) for true, read in np.argwhere(first + second)]
    return sorted(filled, key=lambda cell: (cell[0] == cell[1], -apart[cell], cell))


def _named(cell: tuple[int, int], names: Sequence[str]) -> str:
    true, read = (names[label] for label in cell)
    return f"{true} recognised" if true == read else f"{true} read as {read}"


def _most(difference: NDArray[np.int64], names: Sequence[str]) -> str:
    """The greatest difference of a mistake, in words."""
    mistakes = np.where(np.eye(len(difference), dtype=bool), 0, difference)
    cell = tuple(int(at) for at in np.unravel_index(np.abs(mistakes).argmax(), mistakes.shape))
    count = int(mistakes[cell])
    if not count:
        return "No mistake is made more often by one of them."
    return f"Greatest: {_named((cell[0], cell[1]), names)}, {abs(count)} {'more' if count > 0 else 'fewer'}."


def _images(
    runs: tuple[ComparedRun, ComparedRun],
    results: tuple[TestResult, TestResult],
    cell: tuple[int, int],
    labels: tuple[str, str],
    names: Sequence[str],
) -> None:
    """The images that only one of the two reads so, and those that both do; a click opens one, read by a
    network that reads it so."""
    try:
        test = test_images(runs[0])
    except LstmError as error:
        st.info(f"The test images cannot be shown.\n\n{harmless(error)}")
        return
    first, second = (np.array(result.readings) for result in results)
    behind = images_behind(test.labels, first, second, *cell)
    said = _named(cell, names)
    for who, indices, run in (
        (f"only by {labels[0]}", behind.first, runs[0]),
        (f"only by {labels[1]}", behind.second, runs[1]),
        ("by both", behind.both, runs[0]),
    ):
        if not indices:
            continue
        st.markdown(f"**{harmless(said)}** {harmless(who)}: {len(indices):,}")
        heading = f"{said} {who}"
        shown = indices[:MOST_PICTURES]
        show_openable(test, shown, run_id=run.id, name=heading, key=f"compare-behind-{who}")
        if len(indices) > MOST_PICTURES:
            st.caption(f"The first {MOST_PICTURES} of them.")
