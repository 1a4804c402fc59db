"""The test digits that pages show, once per server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import harmless
from dashboard.session import services
from lstm_core.data.info import things_of
from lstm_core.errors import DataError, DataMissing

if TYPE_CHECKING:
    from lstm_core.data.info import DatasetInfo, Split
    from lstm_core.reading.weights import LstmWeights


def dataset_for(weights: LstmWeights) -> DatasetInfo | None:
    """The dataset with images of the size and of the classes that ``weights`` read; None if there is none."""
    from lstm_core.data.info import DATASETS
    from lstm_core.data.own.kept import OwnSets

    wanted = weights.rows, weights.columns, weights.class_names
    own = [kept.info for kept in OwnSets(services.store().root).all()] if weights.class_names else []
    found = (*DATASETS.values(), *own)
    return next((info for info in found if (info.rows, info.columns, info.class_names) == wanted), None)


def test_digits(name: str, fingerprint: str) -> Split:
    """The test images of a dataset, from what is on this machine.

    Args:
        name: of the dataset.
        fingerprint: of the contents it must have; empty where any will do.

    Raises:
        DataMissing: there is no file of it; the message says how to bring one. Or it is another one now.
        DataDamaged: it is damaged.
    """
    from lstm_core.data.info import DATASETS
    from lstm_core.data.own.kept import OwnSets

    if name in DATASETS:
        return _test_digits(name, "")
    info = OwnSets(services.store().root).get(name).info
    if fingerprint and info.fingerprint != fingerprint:
        raise DataMissing(f"The data set {name!r} is another one now than when the network learnt from it.")
    return _test_digits(name, info.fingerprint)


@st.cache_resource(show_spinner=False, max_entries=6)
def _test_digits(name: str, fingerprint: str) -> Split:
    """Read once for each ``fingerprint``, which is empty where the data cannot change."""
    import numpy as np

    from lstm_core.data import datasets
    from lstm_core.data.info import Split

    test = datasets.load(name, download=False, root=services.store().root).test
    # A copy, so that the training images need not stay in memory.
    return Split(np.array(test.images), np.array(test.labels), test.class_names)


def test_digits_for(weights: LstmWeights) -> Split | None:
    """The test digits of the size ``weights`` reads; else says why there are none, and what to do."""
    info = dataset_for(weights)
    if info is None:
        st.info(
            f"There are no test images of the {weights.rows} × {weights.columns} pixels and the "
            f"{weights.classes} classes that this network reads.",
            icon=":material/image_not_supported:",
        )
        return None
    try:
        return test_digits(info.name, info.fingerprint)
    except DataError as error:
        st.info(
            f"This needs the test {things_of(info.class_names)} of {info.title}.\n\n{harmless(error)}",
            icon=":material/dataset:",
        )
        st.page_link(
            "pages/train.py", label="Download or upload them on the Train page", icon=":material/download:"
        )
        return None


def gallery_indices(test: Split, per_class: int, page: int) -> list[int]:
    """Which test images stand on a page of the gallery: ``per_class`` of each digit, other ones each page."""
    import numpy as np

    from lstm_core.data.info import examples

    fewest = int(np.unique(test.labels, return_counts=True)[1].min())
    if fewest < per_class:  # what a small data set has
        return examples(test, per_class)
    turned = page % (fewest // per_class)
    pages = examples(test, per_class * (turned + 1))
    every = np.array(pages).reshape(-1, per_class * (turned + 1))
    return [int(index) for index in every[:, -per_class:].ravel()]
