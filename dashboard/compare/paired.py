"""McNemar's test of every run against one of them, on the same test images."""

from __future__ import annotations

import streamlit as st

from dashboard.compare.comparison import Comparison, labels_of, readings, reads_the_same
from dashboard.compare.reading_now import can_read, read_now
from dashboard.compare.table import Value, show_table
from dashboard.parts.messages import errors_shown, harmless, show_error
from lstm_core.comparison.compared_run import ComparedRun
from lstm_core.comparison.mcnemar import PairedTest, paired_test, with_holm
from lstm_core.comparison.sentences import p_in_words, pair_in_words
from lstm_core.errors import LstmError

_AGAINST = "compare-against"
MOST_SENTENCES = 5
"""For more pairs the table says it all."""


@st.fragment
@errors_shown()
def show_paired(compared: Comparison) -> None:
    """The test, in numbers and in words; says why there is none. A fragment."""
    _offer_reading(compared)
    tested = [run for run in compared.runs if readings(run) is not None]
    if len(tested) < 2:
        st.info("This needs two runs that have read the same test images.", icon=":material/fact_check:")
        return
    first = _chosen(tested, compared)
    try:
        tests = _tests(first, tested)
    except LstmError as error:
        st.info(f"This needs the test images.\n\n{harmless(error)}", icon=":material/dataset:")
        return
    found = [(run, test) for run, test in zip(tested, tests, strict=True) if test]
    if not found:
        st.info("No other run has read these test images.", icon=":material/fact_check:")
        return
    against = compared.labels[first.id]
    head = ["", "only this run", f"only {against}", "p", "what that shows"]
    if len(found) > 1:
        head.insert(4, f"p for {len(found)} tests")
    lines: list[list[str]] = []
    values: list[list[Value]] = []
    for run, test in found:
        label = compared.labels[run.id]
        ps = [test.p, test.adjusted][: len(head) - 4]
        shown = _shows(test, against, label)
        lines.append([label, f"{test.only_second:,}", f"{test.only_first:,}", *map(_written, ps), shown])
        values.append([label, test.only_second, test.only_first, *ps, shown])
    st.caption(
        "McNemar’s exact test is about these trained networks and these images. Whether the settings make "
        "the difference is a question for several seeds, see above."
    )
    show_table(
        f"Test images that only one of two runs reads correctly: each run against {against}",
        head,
        lines,
        values,
        name="compared-pairs",
        groups=[compared.group_of(run) for run, _ in found],
    )
    if len(found) <= MOST_SENTENCES:
        for run, test in found:
            said = pair_in_words(test, against, compared.labels[run.id], len(found))
            st.markdown(f"- {harmless(said)}")


def _offer_reading(compared: Comparison) -> None:
    """A button that reads the test images with the runs that have not done so, where it can be done."""
    unread = [run for run in compared.runs if run not in compared.busy and can_read(run)]
    if not unread:
        return
    named = ", ".join(compared.labels[run.id] for run in unread)
    st.caption(f":material/info: Not tested yet: {named}.")
    if not st.button("Read the test images with them", icon=":material/fact_check:", key="compare-read"):
        return
    try:
        for run in unread:
            bar = st.progress(0.0, text=f"{compared.labels[run.id]} reads the test images")
            read_now(run, bar.progress)
    except LstmError as error:
        show_error(error)
    else:
        st.rerun(scope="app")


def _chosen(tested: list[ComparedRun], compared: Comparison) -> ComparedRun:
    by_id = {run.id: run for run in tested}
    chosen = st.selectbox(
        "Each run against",
        list(by_id),
        format_func=compared.labels.__getitem__,
        key=f"{_AGAINST}-{hash(tuple(by_id))}",  # among other runs it is another choice
        width=240,
    )
    return by_id[chosen]


def _tests(first: ComparedRun, tested: list[ComparedRun]) -> list[PairedTest | None]:
    labels, read = labels_of(first), readings(first)
    tests: list[PairedTest | None] = []
    for run in tested:
        its = readings(run) if run is not first and reads_the_same(run, first) else None
        tests.append(None if its is None or read is None else paired_test(labels, read, its))
    return with_holm(tests)


def _shows(test: PairedTest, first: str, second: str) -> str:
    if not test.is_told_apart:
        return "may be chance"
    return f"{second if test.only_second > test.only_first else first} is right more often"


def _written(p: float) -> str:
    return p_in_words(p).removeprefix("p ").removeprefix("= ")
