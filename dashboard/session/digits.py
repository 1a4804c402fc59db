"""The test digits that pages show, once per server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import harmless
from lstm_core.errors import DataError

if TYPE_CHECKING:
    from lstm_core.data.info import DatasetInfo, Split
    from lstm_core.reading.weights import LstmWeights


def dataset_for(weights: LstmWeights) -> DatasetInfo | None:
    """The dataset whose images have the size that ``weights`` read; None when there is none."""
    from lstm_core.data.info import DATASETS

    size = weights.rows, weights.columns
    return next((info for info in DATASETS.values() if (info.rows, info.columns) == size), None)


@st.cache_resource(show_spinner=False)
def test_digits(name: str) -> Split:
    """The test images of a dataset, from what is on this machine.

    Raises:
        DataMissing: there is no file of it; the message says how to bring one.
    """
    import numpy as np

    from lstm_core.data import datasets
    from lstm_core.data.info import Split

    test = datasets.load(name, download=False).test
    # A copy, so that the training images need not stay in memory.
    return Split(np.array(test.images), np.array(test.labels))


def test_digits_for(weights: LstmWeights) -> Split | None:
    """The test digits of the size ``weights`` reads; else says why there are none, and what to do."""
    info = dataset_for(weights)
    if info is None:
        st.info(
            f"There are no test digits of the {weights.rows} × {weights.columns} pixels that this network "
            "reads.",
            icon=":material/image_not_supported:",
        )
        return None
    try:
        return test_digits(info.name)
    except DataError as error:
        st.info(
            f"This needs the test digits of {info.title}.\n\n{harmless(error)}", icon=":material/dataset:"
        )
        st.page_link(
            "pages/train.py", label="Download or upload them on the Train page", icon=":material/download:"
        )
        return None


def gallery_indices(test: Split, per_class: int, page: int) -> list[int]:
    """Which test images stand on a page of the gallery: ``per_class`` of each digit, other ones each page."""
    import numpy as np

    from lstm_core.data.info import examples

    turned = page % max(1, int(np.bincount(test.labels).min()) // per_class)
    pages = examples(test, per_class * (turned + 1))
    every = np.array(pages).reshape(-1, per_class * (turned + 1))
    return [int(index) for index in every[:, -per_class:].ravel()]
