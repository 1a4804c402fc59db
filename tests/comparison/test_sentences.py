from __future__ import annotations

from dataclasses import replace

from lstm_core.comparison.labels import run_labels
from lstm_core.comparison.mcnemar import PairedTest
from lstm_core.comparison.seed_groups import SeedGroup, seed_groups
from lstm_core.comparison.sentences import means_in_words, pair_in_words
from tests.comparison.runs import a_compared_run


def group(*accuracies: float, units: int = 16) -> SeedGroup:
    (found,) = seed_groups(a_compared_run(a, seed=s, units=(units,)) for s, a in enumerate(accuracies))
    return found


def test_one_is_said_to_be_right_more_often_only_where_chance_would_not_explain_it() -> None:
    clear = PairedTest(9_800, 20, 80, 100, p=0.0000001, adjusted=0.0000001)
    assert pair_in_words(clear, "A", "B") == (
        "B reads 9,880 of 10,000 test images correctly and A 9,820. 80 images are read correctly by B alone, "
        "20 by A alone: B is right more often than chance would explain (p < 0.001)."
    )
    open_ = PairedTest(9_800, 45, 55, 100, p=0.37, adjusted=0.37)
    assert "chance alone may explain that (p = 0.370)" in pair_in_words(open_, "A", "B")


def test_one_image_is_counted_as_one() -> None:
    said = pair_in_words(PairedTest(97, 2, 1, 0, p=1.0, adjusted=1.0), "A", "B")
    assert "1 image is read correctly by B alone, 2 by A alone: chance alone may explain that" in said


def test_the_number_of_tests_is_said_and_decides() -> None:
    test = PairedTest(80, 5, 15, 0, p=0.041, adjusted=0.123)
    said = pair_in_words(test, "A", "B", tests=3)
    assert "chance alone may explain that (p = 0.041; counting that 3 pairs were tested, p = 0.123)" in said
    assert "more often" in pair_in_words(replace(test, adjusted=0.041), "A", "B", tests=3)


def test_networks_that_are_right_about_the_same_images_are_not_told_apart() -> None:
    said = pair_in_words(PairedTest(90, 0, 0, 10, 1.0, 1.0), "A", "B")
    assert said.endswith("They are right about the same images, so nothing tells them apart.")


def test_a_difference_within_the_noise_is_called_so() -> None:
    said = means_in_words(group(0.97, 0.98, 0.96), group(0.971, 0.98, 0.962, units=8), "A", "B")
    assert "0.10 percentage points above that of A, which is within the noise" in said


def test_a_difference_beyond_the_noise_is_called_so() -> None:
    said = means_in_words(group(0.97, 0.98, 0.96), group(0.90, 0.91, 0.89, units=8), "A", "B")
    assert "The mean of B is 7.00 percentage points below" in said
    assert "more than noise explains (95\xa0% interval of the difference: −9.27 to −4.73)." in said


def test_few_seeds_say_little() -> None:
    said = means_in_words(group(0.97), group(0.98, units=8), "A", "B")
    assert said == (
        "The accuracy of B is 1.00 percentage points above that of A, one seed "
        "against one seed. Whether that is more than noise is not known: it takes three seeds of each."
    )
    (untested,) = seed_groups([a_compared_run(None)])
    assert means_in_words(untested, group(0.9), "A", "B") == ""


def test_labels_tell_settings_and_seeds_apart() -> None:
    runs = [
        a_compared_run(0.9, run_id="a", dropout=0.1),
        a_compared_run(0.9, run_id="b1", seed=1),
        a_compared_run(0.9, run_id="b0", seed=0),
    ]
    assert run_labels(seed_groups(runs)) == {"a": "A", "b0": "B seed 0", "b1": "B seed 1"}
