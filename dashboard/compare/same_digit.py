"""One digit read by all of the runs, row by row, under one cursor."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.compare.comparison import Comparison
from dashboard.compare.figure_files import show_files
from dashboard.compare.table import Value, show_table
from dashboard.parts.gallery import gallery
from dashboard.parts.linked_chart import linked_chart
from dashboard.parts.messages import errors_shown
from dashboard.parts.viewport import was_narrow
from dashboard.session import digits, networks, services, state
from dashboard.session.current_reading import sample_image
from dashboard.session.drawing import drawing_for
from lstm_core.arrays import FloatArray
from lstm_core.comparison.compared_run import ComparedRun
from lstm_core.data.info import Split
from lstm_core.errors import DataError, LstmError
from lstm_core.reading.percents import percent
from lstm_core.reading.verdict import sentence, verdict

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights

MOST_READERS = 12
PER_CLASS = 2
_ROW, _SOURCE, _PICTURE, _FIGURE = "compare-row", "compare-digit", "compare-gallery", "compared-reading"
_DRAWING, _TEST = "Your drawing", "A test image"


@dataclass(frozen=True)
class _Reader:
    label: str
    group: int
    probabilities: FloatArray


@st.fragment
@errors_shown()
def show_same_digit(compared: Comparison) -> None:
    """The digit, what each run makes of it, and the probabilities after the row of the cursor."""
    runs, left_out = _readers(compared)
    if not runs:
        st.info("No run has weights yet that can be read.", icon=":material/hourglass_top:")
        return
    weights = networks.network(runs[0].id).load()
    image = _image(weights)
    rows = len(image)
    row_key = f"{_ROW}-{rows}"
    row = st.slider(
        "Row", 1, rows, rows, key=row_key, help="The row that has just been read. Arrow keys step."
    )
    readers = [
        _Reader(compared.labels[run.id], compared.group_of(run), _probabilities(run, image)) for run in runs
    ]
    _figure(image, readers, row, row_key)
    _table(image, readers, row, weights)
    for said in left_out:
        st.caption(f":material/info: {said}")


def _readers(compared: Comparison) -> tuple[list[ComparedRun], list[str]]:
    """The runs that read, all seeds while there is room, otherwise one of each setting; who is left out."""
    found: list[ComparedRun] = []
    others: list[ComparedRun] = []
    shape = None
    for run in compared.runs:
        try:
            weights = networks.network(run.id).load()
        except LstmError:
            continue
        its = (weights.rows, weights.columns, weights.names)
        shape = shape or its
        (found if its == shape else others).append(run)
    said = []
    if others:
        named = ", ".join(compared.labels[run.id] for run in others)
        said.append(f"{named}: reads images of another size or other classes.")
    if len(found) > MOST_READERS:
        firsts = [run for run in found if run is compared.groups[compared.group_of(run)].first]
        found = firsts[:MOST_READERS]
        said.append(f"Only {len(found)} runs are shown, one of each setting.")
    return found, said


def _image(weights: LstmWeights) -> FloatArray:
    """The person's drawing, or a test image that they choose."""
    drawn = drawing_for(weights.rows, weights.columns)
    test = _test_images(weights)
    if drawn is None and test is None:
        return sample_image(weights)
    options = ([_DRAWING] if drawn is not None else []) + ([_TEST] if test is not None else [])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="compare-digit-head"):
        source = st.segmented_control(
            "Which digit", options, default=options[0], required=True, key=f"{_SOURCE}-{len(options)}"
        )
        st.page_link("pages/draw.py", label="Draw another", icon=":material/draw:")
    if source == _DRAWING and drawn is not None:
        return drawn
    if test is None:
        return sample_image(weights)
    return _chosen(test)


def _test_images(weights: LstmWeights) -> Split | None:
    info = digits.dataset_for(weights)
    try:
        return digits.test_digits(info.name, info.fingerprint) if info else None
    except DataError:
        return None


def _chosen(test: Split) -> FloatArray:
    indices = digits.gallery_indices(test, PER_CLASS, state.gallery_page())
    images = np.divide(test.images[indices], 255, dtype=np.float32)
    labels = [f"Test image {index}, {test.called(int(test.labels[index]))}" for index in indices]
    at = gallery(images, labels, name="Test image", key=f"{_PICTURE}-{len(test)}")
    return images[at or 0]


def _probabilities(run: ComparedRun, image: FloatArray) -> FloatArray:
    version = services.store().summary(run.id).weights_version
    shown = hashlib.sha256(image.tobytes()).hexdigest()
    return _read(run.id, version, shown, image)


@st.cache_resource(show_spinner=False, max_entries=400)
def _read(run_id: str, version: int, shown: str, _image: FloatArray) -> FloatArray:
    from lstm_core.reading.trace import read

    return read(networks.network(run_id).load(), _image).probabilities


def _figure(image: FloatArray, readers: list[_Reader], row: int, row_key: str) -> None:
    from lstm_core.figures.of_runs.readings_beside import NamedReading, readings_beside

    readings = [NamedReading(reader.label, reader.probabilities) for reader in readers]
    narrow = was_narrow()

    def go_to(row: int, unit: int | None) -> None:
        st.session_state[row_key] = row

    linked_chart(
        lambda at: readings_beside(image, readings, at, narrow=narrow),
        depends_on=None,
        row=row,
        rows=len(image),
        alt="The image, and of every run the probability of each class after every row, side by side.",
        key=_FIGURE,
        on_touch=go_to,
    )
    values: list[list[Value]] = [
        [reader.label, at, *map(float, line)]
        for reader in readers
        for at, line in enumerate(reader.probabilities, start=1)
    ]
    classes = readers[0].probabilities.shape[1]
    show_files(_FIGURE, ("run", "row", *map(str, range(classes))), values)


def _table(image: FloatArray, readers: list[_Reader], row: int, weights: LstmWeights) -> None:
    names = weights.names
    lines: list[list[str]] = []
    values: list[list[Value]] = []
    for reader in readers:
        now = reader.probabilities[row - 1]
        best, said = int(now.argmax()), sentence(verdict(reader.probabilities, image, weights.class_names))
        lines.append([reader.label, f"{names[best]}, {percent(float(now[best]))}", said])
        values.append([reader.label, names[best], round(float(now[best]), 6), said])
    show_table(
        f"Most probable after row {row}, and the verdict after the last.",
        ["", f"after row {row}", "verdict"],
        lines,
        values,
        name="compared-verdicts",
        file_head=["run", f"most probable after row {row}", "probability", "verdict"],
        groups=[reader.group for reader in readers],
    )
