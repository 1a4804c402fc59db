"""Bringing a model in on the Runs page, without a browser, and what the pages then say of it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import networks, state
from lstm_core.elsewhere.brought_model import bring_in
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from tests.networks import random_weights, same_weights
from tests.pages.test_runs import choose, table
from tests.pretended import a_finished_run, button, labels, open_page, run, text


def content(**named: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, *random_weights((6, 5), **named).arrays().values())
    return file.getvalue()


def upload(page: AppTest, file_name: str, content: bytes, name: str = "", classes: str = "") -> AppTest:
    page.file_uploader[0].upload(file_name, content, "application/octet-stream")
    page = run(page)
    page.text_input[0].input(name)
    page.text_input[1].input(classes)
    button(page, "Bring it in").click()
    return run(page)


def brought(jobs: Jobs, **named: Any) -> Run:
    return bring_in(jobs.store, content(**named), "from_a_friend.npz").run


def test_a_model_is_brought_in_where_nothing_was_trained_yet(jobs: Jobs) -> None:
    page = upload(open_page("runs"), "from_a_friend.npz", content())
    said = page.success[0].value
    assert said.startswith("**from a friend** is here: LSTM 6 → 5. It reads 8 × 8 pixels, 10 classes.")
    assert "The file does not say how many rows a picture has" in said
    (line,) = table(page)
    assert (line["Name"], line["State"]) == ("from a friend", "brought in")
    (summary,) = jobs.store.summaries()
    assert same_weights(jobs.store.get(summary.id).weights(), random_weights((6, 5)))
    button(page, "Draw with it").click()
    page = run(page)
    assert page.session_state[state._NETWORK] == summary.id
    about = "LSTM 6 → 5 · 8 × 8 pixels, 10 classes · brought in from from_a_friend.npz"
    assert about in text(page).replace("\\_", "_")


def test_a_name_and_classes_may_be_given(jobs: Jobs) -> None:
    page = upload(open_page("runs"), "a.npz", content(), "Letters", "A, B,C,D,E,F,G,H,I,J")
    assert table(page)[0]["Name"] == "Letters"
    (summary,) = jobs.store.summaries()
    origin = jobs.store.get(summary.id).identity.origin
    assert origin and origin.class_names == tuple("ABCDEFGHIJ")


@pytest.mark.parametrize(
    ("file_name", "classes", "message"),
    [
        ("a.keras", "", "It is no .keras"),
        ("a.npz", "A, B", "`classes` must be 10 names, one for each output of the model"),
    ],
)
def test_what_does_not_do_is_refused_in_words(jobs: Jobs, file_name: str, classes: str, message: str) -> None:
    wrong = b"nothing" if file_name == "a.keras" else content()
    page = upload(open_page("runs"), file_name, wrong, classes=classes)
    assert message.replace("It is", "The file is") in text(page)
    assert not jobs.store.summaries()


def test_a_network_from_elsewhere_has_no_columns_of_a_training(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_finished_run(jobs)
    brought(jobs)
    lines = {line["Name"]: line for line in table(open_page("runs"))}
    theirs, ours = lines["from a friend"], lines["digits 16 adam"]
    for column in ("Accuracy", "Optimiser", "Dropout", "Batch", "Steps", "Seed"):
        assert theirs[column] is None or np.isnan(theirs[column]), column
        assert ours[column] is not None, column
    assert theirs["Data"] == "8 × 8 pixels, 10 classes"
    choose(monkeypatch, [*lines].index("from a friend"))
    page = open_page("runs")
    assert ":green-badge[:material/upload_file: brought in]" in text(page)
    assert "Train again with these settings" not in labels(page)


def test_the_train_page_says_what_is_not_known(jobs: Jobs) -> None:
    run_id = brought(jobs).id
    page = open_page("train", run=run_id)
    said = text(page)
    assert "Learning curves, snapshots and a test result are not there" in said
    assert "came as weights as arrays, “from_a_friend.npz”" in said.replace("\\_", "_")
    assert "Learning curves" not in {heading.value for heading in page.markdown}
    assert {"Draw with it", "Look inside"} <= labels(page)


def test_it_is_compared_with_networks_for_images_of_its_own_size(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_finished_run(jobs)  # of 8 × 8
    twin = brought(jobs, seed=1)
    wide = brought(jobs, rows=12, columns=12)
    assert networks.network(wide.id).about.startswith("LSTM 6 → 5 · 12 × 12 pixels, 10 classes")
    page = open_page("inside", panel="two at once", compare="Two networks")
    (second,) = [box for box in page.selectbox if box.label == "Second network"]
    assert "from a friend" not in " ".join(second.options), "the network that ships reads 28 × 28"
    page.session_state[state._NETWORK] = twin.id
    page = run(page)
    (second,) = [box for box in page.selectbox if box.label == "Second network"]
    assert second.options == ["digits 16 adam", "Untrained, of the same shape"]
    assert "images of another size and cannot be compared" in text(page)


def test_a_deleted_model_is_no_longer_spoken_of(jobs: Jobs) -> None:
    page = upload(open_page("runs"), "from_a_friend.npz", content())
    (summary,) = jobs.store.summaries()
    jobs.store.delete(jobs.store.get(summary.id))
    assert page.success and not run(page).success
