"""When MNIST is not on this machine: say so, and offer every way out."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import show_error, show_warning
from dashboard.session import digits, services
from dashboard.train import forms
from lstm_core.data import datasets, mnist_files, mnist_mirrors
from lstm_core.data.info import DATASETS
from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import DataError, LstmError

_UPLOAD = "train-data-upload"
_FAILED = "train-data-failed"
_UPLOAD_MEGABYTES = mnist_files.MAX_IMPORT_BYTES // 2**20 + 1
_MEGABYTES = round(mnist_mirrors.MIRRORS[0].size / 1e6)


def show_missing_data(dataset: str) -> bool:
    """Show what is missing and how to get it; false when nothing is missing."""
    missing = _what_is_missing(dataset)
    if not missing:
        return False
    if dataset not in DATASETS:
        show_warning(missing)
        return True
    with st.container(border=True, key="train-missing-data"):
        st.markdown("#### The images to learn from are not here yet")
        show_warning(st.session_state.get(_FAILED) or missing)
        download, upload, instead = st.columns(3, gap="large")
        with download:
            st.markdown("**Download it**")
            if st.button(f"Download ({_MEGABYTES} MB)", icon=":material/download:", type="primary"):
                _download(dataset)
        with upload:
            st.markdown("**Bring a file**")
            _upload()
        with instead:
            st.markdown("**Start without it**")
            st.button(
                "Use the 8 × 8 digits",
                icon=":material/grid_on:",
                on_click=forms.fill,
                args=({}, "digits"),
                help="1,797 digits that come with Row by Row; everything here works with them too.",
            )
    return True


@st.cache_data(ttl=5, show_spinner=False)
def _what_is_missing(dataset: str) -> str:
    """Why the images cannot be loaded; empty when they can be.

    Files that have the right names may be damaged, so they are loaded once; after that it is known.
    """
    try:
        if dataset not in DATASETS:
            OwnSets(services.store().root).get(dataset)
        elif not datasets.available(dataset):
            datasets.load(dataset, download=False)
        elif dataset != "digits":  # those need no file
            digits.test_digits(dataset, "")
    except DataError as error:
        return str(error)
    return ""


def _download(dataset: str) -> None:
    bar = st.progress(0.0, text="Connecting…")

    def progress(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total), text=f"{done / 1e6:.1f} of {total / 1e6:.1f} MB")

    try:
        datasets.load(dataset, progress=progress)
    except LstmError as error:
        st.session_state[_FAILED] = str(error)
    else:
        st.session_state.pop(_FAILED, None)
    _what_is_missing.clear()
    st.rerun()


def _upload() -> None:
    files = st.file_uploader(
        "mnist.npz or four IDX files",
        accept_multiple_files=True,
        max_upload_size=_UPLOAD_MEGABYTES,
        key=_UPLOAD,
        help="With or without .gz. The content is verified before it is kept.",
    )
    if not files:
        return
    if sum(file.size for file in files) > mnist_files.MAX_IMPORT_BYTES:
        st.error("These files are larger together than MNIST can be.")
        return
    try:
        with st.spinner("Verifying…"):
            datasets.import_files({file.name: file.getvalue() for file in files})
    except LstmError as error:
        show_error(error)
    else:
        st.session_state.pop(_FAILED, None)
        _what_is_missing.clear()
        st.rerun()
