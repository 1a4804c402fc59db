from __future__ import annotations

from lstm_core.comparison.differing import differing_settings
from lstm_core.settings.validation import with_changes
from tests.pretended import SETTINGS


def test_only_what_differs_is_named_in_the_order_of_the_form_with_the_seed_last() -> None:
    other = with_changes(SETTINGS, units=(8, 8), learning_rate=0.01, seed=3)
    assert differing_settings([SETTINGS, other]) == {
        "units": ((16,), (8, 8)),
        "learning_rate": (0.001, 0.01),
        "seed": (0, 3),
    }
    assert list(differing_settings([other, SETTINGS]))[-1] == "seed"


def test_equal_settings_differ_in_nothing() -> None:
    assert differing_settings([SETTINGS, SETTINGS]) == {}


def test_what_does_not_shape_the_model_makes_no_difference() -> None:
    other = with_changes(SETTINGS, device="cpu", evaluation_batch_size=7, evaluate_every=5)
    assert differing_settings([SETTINGS, other]) == {}


def test_a_value_without_effect_makes_no_difference_and_is_left_open() -> None:
    adam = with_changes(SETTINGS, momentum=0.5)
    assert differing_settings([SETTINGS, adam]) == {}
    slow, fast = (with_changes(SETTINGS, optimizer="sgd", momentum=m) for m in (0.5, 0.8))
    found = differing_settings([adam, slow, fast])
    assert found["momentum"] == (None, 0.5, 0.8)
    assert found["optimizer"] == ("adam", "sgd", "sgd")
