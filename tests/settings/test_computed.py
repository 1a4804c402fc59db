"""What computed a network, as it stands beside the run key."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lstm_core.settings.computed import Computed, computed_here, continued
from lstm_core.settings.devices import Device
from lstm_core.settings.validation import hyperparameters

CPU = Device("cpu", "A processor")
IN_16_BITS = Computed("tensorflow", "fused", "bfloat16")


@pytest.mark.parametrize(
    ("environment", "computed"),
    [
        (
            {
                "backend": "tensorflow",
                "computation": "fused: the fastest on a CPU",
                "precision": "bfloat16: this processor multiplies it fastest",
                "python": "3.11",
            },
            IN_16_BITS,
        ),
        ({"backend": "jax", "computation": "keras: as chosen: really"}, Computed("jax", "keras", None)),
        ({"python": "3.11"}, Computed()),
        ({}, Computed()),
    ],
)
def test_an_environment_tells_what_computed(environment: dict[str, str], computed: Computed) -> None:
    assert Computed.from_environment(environment) == computed


@pytest.mark.parametrize("other", [Computed("jax", "fused", "bfloat16"), Computed("tensorflow", "keras"),
                                   Computed(precision="float32")])  # fmt: skip
def test_one_part_that_differs_is_enough_to_disagree(other: Computed) -> None:
    assert not IN_16_BITS.agrees(other)
    assert not other.agrees(IN_16_BITS)


@pytest.mark.parametrize("other", [IN_16_BITS, Computed(), Computed("tensorflow"), Computed(None, "fused")])
def test_what_is_not_known_agrees_with_anything(other: Computed) -> None:
    assert IN_16_BITS.agrees(other)
    assert other.agrees(IN_16_BITS)


@pytest.mark.parametrize(
    ("backend", "has_it", "obstacle", "computed"),
    [
        ("tensorflow", True, "", IN_16_BITS),
        ("tensorflow", False, "", Computed("tensorflow", "fused", "float32")),
        ("tensorflow", True, "no library", Computed("tensorflow", "fused", "float32")),
        ("jax", True, "", Computed("jax", "keras", "float32")),
    ],
)
def test_what_is_left_open_depends_on_where_one_is(
    backend: str, has_it: bool, obstacle: str, computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", backend)
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: has_it)
    assert computed_here(hyperparameters({}), CPU, obstacle) == computed


def test_what_was_chosen_is_what_computes() -> None:
    settings = hyperparameters({"computation": "by-hand", "precision": "float32"})
    assert computed_here(settings, CPU) == Computed("tensorflow", "by-hand", "float32")


def test_a_training_that_goes_on_otherwise_is_neither() -> None:
    before = {"backend": "tensorflow", "computation": "fused: why", "precision": "bfloat16: why"}
    now = {
        "backend": "tensorflow",
        "computation": "fused: so",
        "precision": "float32: no library",
        "numpy": "2",
    }
    both = continued(before, now)
    assert both["precision"] == "bfloat16, then float32: no library"
    assert (both["computation"], both["numpy"]) == ("fused: so", "2")
    found = Computed.from_environment(both)
    assert not found.agrees(Computed.from_environment(before))
    assert not found.agrees(Computed.from_environment(now))
    assert str(found) == "by TensorFlow, fused, in bfloat16, then float32"
    # It stays so however often it goes on.
    assert Computed.from_environment(continued(both, now)) == found
    assert continued({}, now) == now
    assert continued(now, now) == now


def test_words_say_what_is_known() -> None:
    assert str(IN_16_BITS) == "by TensorFlow, fused, in bfloat16"
    assert str(Computed(precision="float32")) == "in float32"
    assert str(Computed()) == ""


def test_nothing_that_trains_is_loaded() -> None:
    program = (
        "import sys\n"
        "from lstm_core.settings.computed import computed_here\n"
        "from lstm_core.settings.devices import Device\n"
        "from lstm_core.settings.validation import hyperparameters\n"
        "computed_here(hyperparameters({}), Device('cpu', 'A processor'))\n"
        "assert not {'tensorflow', 'keras', 'jax'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
