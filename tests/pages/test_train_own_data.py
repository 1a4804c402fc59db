"""Data sets of one's own on the Train page, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lstm_core.data.own.kept import OwnSets
from lstm_core.files import HOME_VARIABLE
from lstm_core.runs.jobs import Jobs
from tests.data.own import letters as made
from tests.data.own.test_kept import add
from tests.pretended import button, open_page, pretend, run, text


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    jobs = pretend(monkeypatch, tmp_path)
    add(jobs.store.root)
    return jobs


def field(page: AppTest, name: str) -> object:
    widgets = [*page.selectbox, *page.number_input, *page.text_input]
    return next(widget.value for widget in widgets if widget.key == f"train-{name}")


def test_one_click_fills_the_form_for_a_data_set_of_ones_own(jobs: Jobs):
    page = open_page("train")
    assert page.selectbox(key="train-dataset").options[-1] == "letters, 28 × 28"
    page.button(key="own-data-choose-letters").click()
    run(page)
    assert (field(page, "preset"), field(page, "dataset")) == ("own", "letters")
    assert (field(page, "batch_size"), field(page, "steps")) == (6, 3_000)
    assert page.query_params == {"preset": "own", "dataset": "letters"}
    button(page, "Train").click()
    run(page)
    (made,) = jobs.store.list()
    assert made.hyperparameters.info.class_names == ("I", "O", "T")


def test_the_preset_for_own_data_takes_the_data_set_that_is_there_and_fits_others(jobs: Jobs):
    page = open_page("train")
    page.selectbox(key="train-preset").select("own")
    run(page)
    assert field(page, "dataset") == "letters"
    page.selectbox(key="train-dataset").select("digits")
    run(page)
    assert (field(page, "preset"), field(page, "dataset"), field(page, "batch_size")) == ("own", "digits", 64)


def test_a_data_set_is_taken_by_the_name_that_stands_in_the_field(jobs: Jobs):
    page = open_page("train")
    images = made.letters(4)
    archive = made.zipped(made.pictures(images, made.labels_of(images), "mine/"))
    page.file_uploader(key="own-data-files-0").set_value([("first.zip", archive, "application/zip")])
    run(page)
    page.text_input(key="own-data-name").set_value("no good name")  # with the click that follows, in one go
    page.button(key="own-data-take").click()
    run(page)
    assert "must be 1 to 40 letters" in page.error[0].value
    page.text_input(key="own-data-name").set_value("second")
    page.button(key="own-data-take").click()
    run(page)
    assert OwnSets(jobs.store.root).names() == ["letters", "second"]
    assert field(page, "dataset") == "second"


def test_a_link_names_the_data_set(jobs: Jobs):
    page = open_page("train", preset="own", dataset="letters")
    assert (field(page, "dataset"), field(page, "batch_size")) == ("letters", 6)


def test_a_link_to_a_data_set_that_is_not_here_is_told(jobs: Jobs):
    page = open_page("train", preset="own", dataset="gone")
    assert "one of mnist, digits, letters; got 'gone'" in text(page)


def test_removing_a_data_set_that_is_chosen_starts_the_form_anew(jobs: Jobs):
    page = open_page("train", preset="own", dataset="letters")
    page.button(key="own-data-remove-letters").click()
    run(page)
    assert OwnSets(jobs.store.root).names() == []
    assert (field(page, "preset"), field(page, "dataset")) == ("quick", "mnist")


def test_a_data_set_that_is_removed_elsewhere_is_told_at_its_field(jobs: Jobs):
    page = open_page("train", preset="own", dataset="letters")
    OwnSets(jobs.store.root).remove("letters")
    run(page)
    assert "There is no data set 'letters'" in text(page) or "got 'letters'" in text(page)
