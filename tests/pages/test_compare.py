"""The Compare page without a browser, with a training process that is only pretended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard.compare.table import as_csv
from lstm_core.data.info import Dataset
from lstm_core.figures.of_runs.overlaid_lines import style_of
from lstm_core.runs.events import Tweaked
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.settings.validation import with_changes
from tests.commands.test_compare import a_tested_run
from tests.pretended import SETTINGS, a_finished_run, a_run, button, galleries, labels, open_page, run, text


def opened(*runs: Run) -> AppTest:
    return open_page("compare", runs=",".join(one.id for one in runs))


def headings(page: AppTest) -> list[str]:
    return [heading.value for heading in page.header]


def in_order(page: AppTest) -> list[str]:
    """What the elements of the page say, from top to bottom."""

    def said(node: Any) -> Iterator[str]:
        if children := getattr(node, "children", None):
            for child in children.values():
                yield from said(child)
        elif proto := getattr(node, "proto", None):
            yield str(getattr(proto, "body", ""))

    return list(said(page.main))


def dot_colours(page: AppTest) -> list[str]:
    """Of the dots by seed, in the order of the runs."""
    figures = [json.loads(element.proto.spec) for element in page.get("plotly_chart")]
    (dots,) = [one["data"][0] for one in figures if one["data"][0].get("name") == "one seed"]
    colours: list[str] = dots["marker"]["color"]
    return colours


def test_without_a_choice_it_says_how_to_choose(jobs: Jobs) -> None:
    page = open_page("compare")
    assert "Nothing was trained here yet" in text(page)
    a_run(jobs)
    page = open_page("compare")
    assert "Choose runs above" in text(page)
    assert headings(page) == []
    assert "Repeat over 5 seeds" not in labels(page)


def test_only_what_differs_stands_in_the_table_and_seeds_are_one_line(jobs: Jobs, digits: Dataset) -> None:
    first = [a_tested_run(jobs, digits, wrong, seed=seed) for seed, wrong in enumerate((12, 15, 9))]
    second = a_tested_run(jobs, digits, 2, dropout=0.25)
    page = opened(*first, second)
    said = text(page)
    assert "Dropout rate" in said
    assert "Optimiser" not in said
    assert "96.00\xa0% ± 1.00, n = 3" in said
    assert "99.33\xa0%" in said
    assert "it takes three seeds of each" in said
    assert "All other settings that shape the network are equal." in said
    assert dot_colours(page) == [style_of(0)[0]] * 3 + [style_of(1)[0]]


def test_what_was_changed_while_a_run_trained_is_a_difference(jobs: Jobs, digits: Dataset) -> None:
    changed = a_tested_run(jobs, digits, 3, seed=7)
    for field, before, after in (("learning_rate", 0.001, 0.003), ("steps", 40, 60)):
        changed.append(Tweaked(step=20, time=2, field=field, before=before, after=after))
    changed.set_status(changed.status.model_copy(update={"tweaked": True, "state": "stopped"}))
    said = text(opened(changed, a_tested_run(jobs, digits, 2)))
    table = said[said.index("<caption>What differs, and") :]
    for cell in ("Seed", "Learning rate", "Steps"):
        assert f'<th scope="col">{cell}</th>' in table
    for cell in ("0.001 → 0.003", "0.001", "40 → 60", "40", "changed while it trained, stopped"):
        assert f"<td>{cell}</td>" in table
    assert "All other settings that shape the network are equal." in said


def test_the_address_holds_the_choice_and_what_is_not_there_is_said(jobs: Jobs, digits: Dataset) -> None:
    made = a_tested_run(jobs, digits, 1)
    page = open_page("compare", runs=f"{made.id},20200101-000000-abcdef")
    assert "There is no run '20200101-000000-abcdef' among the saved ones." in text(page)
    other = a_tested_run(jobs, digits, 2, units=(8,))
    page.multiselect(key="compare-runs").set_value([made.id, other.id])
    run(page)
    assert page.query_params["runs"] == f"{made.id},{other.id}"
    assert "There is no run" not in text(page)
    page.multiselect(key="compare-runs").set_value([])
    run(page)
    assert "runs" not in page.query_params


def test_more_runs_than_can_be_compared_are_said_to_be_left_out(jobs: Jobs) -> None:
    page = open_page("compare", runs=",".join(f"20200101-000000-{number:06x}" for number in range(42)))
    assert "At most 40 runs are compared at once; 2 more were asked for." in text(page)


def test_one_run_alone_shows_what_there_is_to_see_of_it(jobs: Jobs, digits: Dataset) -> None:
    page = opened(a_tested_run(jobs, digits, 1))
    assert "The same test images" not in headings(page)
    assert headings(page)[-1] == "The same digit, row by row"
    assert "Repeat over 5 seeds" in labels(page)


def test_mcnemar_says_who_is_right_more_often(jobs: Jobs, digits: Dataset) -> None:
    first, second = a_tested_run(jobs, digits, 12), a_tested_run(jobs, digits, 2, units=(8,))
    page = opened(first, second)
    said = text(page)
    assert "B is right more often than chance would explain (p = 0.002)" in said
    assert "Whether the settings make the difference is a question for several seeds" in said
    shown = in_order(page)
    (caveat,) = [at for at, said in enumerate(shown) if "is a question for several seeds" in said]
    (numbers,) = [at for at, said in enumerate(shown) if "that only one of two runs reads correctly" in said]
    assert caveat < numbers


def test_the_digits_behind_a_cell_of_the_difference_are_shown(jobs: Jobs, digits: Dataset) -> None:
    first, second = a_tested_run(jobs, digits, 12), a_tested_run(jobs, digits, 2, units=(8,))
    page = opened(first, second)
    (cell,) = [field for field in page.selectbox if field.label == "Images to look at"]
    labels = digits.test.labels.astype(int)
    true = int(labels[7])
    cell.set_value((true, (true + 1) % 10))
    page = run(page)
    said, shown = text(page), galleries(page)
    # The first reads images 0 to 11 wrongly, the second only 0 and 1.
    for who, indices in (("only by A", range(2, 12)), ("by both", range(2))):
        behind = [index for index in indices if labels[index] == true]
        if behind:
            assert f"**{true} read as {(true + 1) % 10}** {who}: {len(behind)}" in said
            assert [f"Test image {index}, {true}" for index in behind] in shown
    assert "only by B" not in said


def test_seeds_that_are_missing_are_queued_with_one_press(jobs: Jobs, digits: Dataset) -> None:
    first = a_tested_run(jobs, digits, 12, seed=3)
    known = a_tested_run(jobs, digits, 10, seed=0)
    second = a_tested_run(jobs, digits, 2, units=(8,))
    second.rename("My own")
    page = opened(first, second)
    button(page, "Repeat over 5 seeds").click()
    run(page)
    queued = {(one.hyperparameters.units, one.hyperparameters.seed): one.name for one in jobs.queue()}
    assert set(queued) == {((16,), 1), ((16,), 2), ((16,), 4), *(((8,), s) for s in (1, 2, 3, 4))}
    assert queued[(8,), 3] == "My own seed 3"
    assert queued[(16,), 1] == "digits 16 adam seed 1"
    chosen = page.query_params["runs"].split(",")
    assert len(chosen) == 10
    assert known.id in chosen
    assert "Repeat over 5 seeds" not in labels(page)
    assert "0, 1, 2, 3, 4 (3 on the way)" in text(page)
    assert "7 waiting" in text(page)


def test_runs_of_other_data_are_not_compared_by_accuracy_nor_on_images(jobs: Jobs, digits: Dataset) -> None:
    first = a_tested_run(jobs, digits, 1)
    other = a_run(jobs, "finished", with_changes(SETTINGS, dataset="mnist"))
    said = text(opened(first, other))
    assert "B learnt from MNIST: its accuracy is not compared with that of A." in said
    assert "This needs two runs that have read the same test images." in said


def test_a_run_that_was_not_tested_is_read_when_a_person_asks(jobs: Jobs, digits: Dataset) -> None:
    first = a_tested_run(jobs, digits, 1)
    untested = a_run(jobs, "interrupted", with_changes(SETTINGS, seed=5))
    page = opened(first, untested)
    assert "Not tested yet: B." in text(page)
    button(page, "Read the test images with them").click()
    page = run(page)
    assert (untested.folder / "compared.json").exists()
    assert "Not tested yet" not in text(page)
    assert "A is right more often than chance would explain (p < 0.001)" in text(page)


def test_the_verdicts_of_all_runs_on_one_digit_follow_the_row(jobs: Jobs, digits: Dataset) -> None:
    page = opened(a_tested_run(jobs, digits, 1), a_finished_run(jobs, with_changes(SETTINGS, seed=8)))
    assert "Most probable after row 8, and the verdict after the last." in text(page)
    page.slider(key="compare-row-8").set_value(3)
    assert "Most probable after row 3, and the verdict after the last." in text(run(page))


def test_a_table_as_a_file_keeps_numbers_and_makes_no_formulas() -> None:
    made = as_csv(("run", "p"), [["=HYPERLINK(1)", 0.5], ["−1, a", None]])
    assert made == 'run,p\r\n\'=HYPERLINK(1),0.5\r\n"−1, a",\r\n'
