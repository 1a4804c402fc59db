"""In how many parts a CPU computes a batch side by side, see `lstm_core.training.tensorflow_step`.

A lane with little to compute costs more than it saves: the preset ``digits`` trains no faster with two lanes
on two cores than with one, and uses more of the processor. So small networks have one lane, and train side
by side instead. The number of lanes decides in which order gradients are summed, and so, in the last digits,
what is learnt; it depends on the settings and the machine alone, never on what else trains there.
"""

from __future__ import annotations

from lstm_core.settings.hyperparameters import HyperParameters

MOST_LANES = 4
"""Where there are more cores than that, they share a lane."""

NUMBERS_OF_A_LANE = 200_000
"""Numbers that the layers compute for a batch, one for each image, row and unit, below which a part of it is
no lane of its own. The whole batch of the preset ``digits`` has 98,304, that of ``quick`` 1,835,008."""


def lanes(settings: HyperParameters, cores: int) -> int:
    """How many there are on so many cores."""
    directions = 2 if settings.direction == "both" else 1
    numbers = settings.info.rows * sum(settings.units) * directions * settings.batch_size
    return max(1, min(cores, MOST_LANES, numbers // NUMBERS_OF_A_LANE))


def is_small(settings: HyperParameters) -> bool:
    """Whether a network has one lane wherever it trains, and so leaves other cores unused."""
    return lanes(settings, MOST_LANES) == 1
