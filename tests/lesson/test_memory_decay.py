"""How long a recurrent unit remembers, against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.lesson.memory_decay import hidden_states, influence, rnn_factors

INK = np.random.default_rng(2).random(9)


def test_the_recurrence_by_hand() -> None:
    hidden = hidden_states(np.array([0.5, -0.2]), w=2.0, u=0.7, b=0.1)
    np.testing.assert_allclose(hidden, [np.tanh(1.1), np.tanh(-0.4 + 0.7 * np.tanh(1.1) + 0.1)])


def test_without_tanh_it_is_a_power() -> None:
    np.testing.assert_allclose(influence(np.full(4, 0.5)), [0.125, 0.25, 0.5, 1.0])
    np.testing.assert_allclose(influence(np.full(1, 0.5)), [1.0])


@pytest.mark.parametrize("u", [0.3, 1.0, 1.9])
def test_influence_is_the_derivative_of_the_last_state(u: float) -> None:
    hidden = hidden_states(INK, u=u)
    exact = influence(rnn_factors(hidden, u=u))
    step = 1e-6

    def last(t: int, h: float) -> float:
        for x in INK[t + 1 :]:
            h = np.tanh(x + u * h)
        return float(h)

    for t in range(len(INK)):
        measured = (last(t, hidden[t] + step) - last(t, hidden[t] - step)) / (2 * step)
        assert exact[t] == pytest.approx(measured, rel=1e-5, abs=1e-9)


def test_nothing_to_read_is_named() -> None:
    with pytest.raises(InvalidValue, match="inputs"):
        hidden_states(np.zeros(0), u=1.0)
