"""The panel "two at once" without a browser: networks that were trained, that fit, and that do not."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.inside.two_at_once import way_in_words
from dashboard.session import digits, networks, state
from lstm_core.data.info import Split
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.errors import DataMissing
from lstm_core.inside.morph import fade
from lstm_core.reading.percents import percent
from lstm_core.reading.trace import read
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.networks import random_weights
from tests.pretended import ROOT, open_page, pretend, run, text

MNIST = hyperparameters({"dataset": "mnist", "units": (12,), "steps": 40})
DIGITS = hyperparameters({"dataset": "digits", "units": (12,), "steps": 40})


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    return pretend(monkeypatch, tmp_path)


def group(page: AppTest, label: str) -> Any:
    (found,) = [group for group in page.get("button_group") if group.proto.label == label]
    return found


def two_networks() -> AppTest:
    page = open_page("inside", panel="two at once", row="28")
    group(page, "Compare").set_value("Two networks")
    return run(page)


def trained(jobs: Jobs, rows: int = 28) -> Run:
    made = jobs.store.create(MNIST if rows == 28 else DIGITS)
    made.save_weights(random_weights((12,), rows=rows, columns=rows))
    return made


def test_a_run_of_the_same_image_size_is_the_second_network(jobs: Jobs):
    made = trained(jobs)
    page = two_networks()
    last = read(made.weights(), stroke_digit(3, 28, 28)).probabilities[-1]
    assert made.name in text(page)
    assert "".join(f"<td>{escape(percent(share))}</td>" for share in last.tolist()) in text(page)


def test_a_run_for_other_images_is_counted_and_not_offered(jobs: Jobs):
    made = trained(jobs, rows=8)
    page = two_networks()
    assert "1 more network reads images of another size" in text(page)
    assert made.name not in text(page)
    assert "Networks that you train are offered here" in text(page)


def test_a_damaged_run_is_said_and_an_untrained_one_reads(jobs: Jobs):
    made = trained(jobs)
    (made.folder / "weights.npz").write_bytes(b"no weights")
    page = two_networks()
    assert "cannot be read" in page.warning[0].value
    assert "Second, Untrained, of the same shape" in text(page)


def test_weights_of_another_size_than_their_run_are_said(jobs: Jobs):
    made = trained(jobs)
    made.save_weights(random_weights((12,), rows=8, columns=8))
    page = two_networks()
    assert "8 × 8 pixels" in text(page)
    assert "Second, Untrained, of the same shape" in text(page)


def test_without_mnist_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch):
    def missing(name: str, fingerprint: str) -> None:
        raise DataMissing("There is none.")

    monkeypatch.setattr(digits, "test_digits", missing)
    page = open_page("inside", panel="two at once")
    group(page, "Second drawing").set_value("A test digit")
    run(page)
    assert "MNIST's test digits are not on this machine yet" in text(page)
    assert "Second, sample 2" in text(page)


def test_a_kept_drawing_of_another_size_is_not_offered():
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page("pages/inside.py")
    page.query_params["panel"] = "two at once"
    page.session_state["inside-two-kept-image"] = np.zeros((8, 8), np.float32)
    run(page)
    assert not page.error
    offered = group(page, "Second drawing").proto.options
    assert "The one I kept" not in [option.content for option in offered]


def second_network(page: AppTest) -> Any:
    (found,) = [box for box in page.selectbox if box.label == "Second network"]
    return found


def test_of_two_runs_with_the_same_name_the_one_that_was_chosen_reads(jobs: Jobs):
    made = [trained(jobs), trained(jobs)]
    made[1].save_weights(random_weights((12,), rows=28, columns=28, seed=5))
    for run_of_the_name in made:
        run_of_the_name.rename("Twice")
    page = two_networks()
    assert {f"Twice ({one.id})" for one in made} <= set(second_network(page).options)
    for one in made:
        second_network(page).select(one.id)
        last = read(one.weights(), stroke_digit(3, 28, 28)).probabilities[-1]
        expected = "".join(f"<td>{escape(percent(share))}</td>" for share in last.tolist())
        assert expected in text(run(page))
        query = {"compare": "Two networks", "second-network": f"Twice ({one.id})"}
        assert expected in text(open_page("inside", panel="two at once", row="28", **query))


def test_an_address_brings_the_second_network(jobs: Jobs):
    trained(jobs)
    query = {"panel": "two at once", "compare": "Two networks"}
    page = open_page("inside", **query, **{"second-network": "Untrained, of the same shape"})
    assert "Second, Untrained, of the same shape" in text(page)


def test_an_address_brings_the_second_drawing_and_how_far_it_has_come():
    page = open_page("inside", panel="two at once", digit="8", share="40", way="Fade", row="12")
    image = fade(stroke_digit(3, 28, 28), stroke_digit(8, 28, 28), 0.4)
    twelfth = read(networks.shipped().load(), image).probabilities[11]
    assert "".join(f"<td>{escape(percent(share))}</td>" for share in twelfth.tolist()) in text(page)
    assert "40\xa0% of the way" in text(page)


def test_an_address_brings_a_test_image(monkeypatch: pytest.MonkeyPatch):
    images = np.random.default_rng(0).integers(0, 255, (20, 28, 28), dtype=np.uint8)
    split = Split(images, np.arange(20, dtype=np.uint8) % 10)
    monkeypatch.setattr(digits, "test_digits", lambda name, fingerprint: split)
    page = open_page("inside", panel="two at once", second="A test digit", image="13", row="28")
    assert "Second, test image 13, digit 3" in text(page)
    last = read(networks.shipped().load(), split.pixels()[13]).probabilities[-1]
    assert "".join(f"<td>{escape(percent(share))}</td>" for share in last.tolist()) in text(page)
    page.number_input[0].set_value(19)
    assert "Second, test image 19, digit 9" in text(run(page))


@pytest.mark.parametrize(
    "query",
    [
        {"compare": "Three networks", "share": "900", "way": "Sideways", "digit": "11", "row": "seven"},
        {"compare": "Two networks", "second-network": "one that is not there"},
        {"second": "The one I kept", "share": "-1", "digit": ""},
        {"second": "A test digit", "image": "1000000"},
        {"second": "<b>", "image": "some", "share": "nan"},
    ],
)
def test_nonsense_in_the_address_falls_back(query: dict[str, str]):
    page = open_page("inside", panel="two at once", **query)
    assert not page.exception
    assert not page.error
    second = "Second, Untrained" if query.get("compare") == "Two networks" else "Second, sample 2"
    assert second in text(page)


def test_a_network_trained_on_its_last_row_alone_is_cautioned_about_as_first_and_as_second(jobs: Jobs):
    made = jobs.store.create(with_changes(MNIST, supervised_rows="last"))
    made.save_weights(random_weights((12,), rows=28, columns=28))
    caution = "was trained only on its verdict after row 28"
    assert f"{made.name}: This network {caution}" in text(two_networks())
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.session_state[state._NETWORK] = made.id
    page.switch_page("pages/inside.py")
    page.query_params["panel"] = "two at once"
    run(page)
    group(page, "Compare").set_value("Two networks")
    assert f"{made.name}: This network {caution}" in text(run(page))


def test_what_the_stops_are_read_as_is_told_without_a_gap():
    assert way_in_words(["a 3"] * 13 + ["a 2"] * 8).replace("\u00a0", " ") == (
        "On the way it reads a 3 from 0 % to 60 %, a 2 from 65 % on, in steps of 5 %"
    )
    assert way_in_words(["a 3", "an 8", "a 2"]).replace("\u00a0", " ") == (
        "On the way it reads a 3 at 0 %, an 8 at 50 %, a 2 at 100 %, in steps of 50 %"
    )
    assert way_in_words(["a 3"] * 3) == "On the way it reads a 3, all the way"
