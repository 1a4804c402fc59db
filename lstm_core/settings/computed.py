"""What a network was really computed with, which stands beside its run key.

The key identifies the settings, and these may leave open what each machine chooses for itself: the way of
computing and the precision. Nor do they name the library. Results of bfloat16 and float32, of TensorFlow and
JAX differ, so one answers for another only where these agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from lstm_core.settings import library
from lstm_core.settings.computation import choose_computation, choose_precision
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters

NAMES = ("backend", "computation", "precision")
"""What an environment calls these."""

THEN = ", then "
"""Between the names of a part that changed when the training was continued."""


@dataclass(frozen=True)
class Computed:
    """What computed a network; a part that nobody kept is None.

    Attributes:
        backend: ``tensorflow`` or ``jax``.
        computation: a choice of `HyperParameters.computation` other than ``auto``.
        precision: a choice of `HyperParameters.precision` other than ``auto``.

    A network that was continued in another way than it was begun has both in the part that differs, such as
    ``bfloat16, then float32``, so that it agrees with neither.
    """

    backend: str | None = None
    computation: str | None = None
    precision: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Computed:
        """What a run was computed with, from its ``environment.json``, which may be an early one or empty."""
        return cls(*(_name(environment.get(part, "")) for part in NAMES))

    def agrees(self, other: Computed) -> bool:
        """Whether one may answer for the other: no part differs of which both are known."""
        parts = zip(astuple(self), astuple(other), strict=True)
        return all(mine is None or its is None or mine == its for mine, its in parts)

    def __str__(self) -> str:
        """For people, to follow "computed", such as ``by TensorFlow, fused, in bfloat16``; may be empty."""
        titles = (library.TITLES.get(name, name) for name in (self.backend or "").split(THEN))
        pieces = (
            f"by {THEN.join(titles)}" if self.backend else "",
            self.computation or "",
            f"in {self.precision}" if self.precision else "",
        )
        return ", ".join(filter(None, pieces))


def computed_here(settings: HyperParameters, device: Device, obstacle: str = "") -> Computed:
    """What ``settings`` would be computed with now and here; loads no library that trains.

    Args:
        settings: what would be trained.
        device: where.
        obstacle: as `lstm_core.runs.missing_operations.noted_obstacle` gives it.
    """
    return Computed(
        library.name(),
        choose_computation(settings, device, obstacle).name,
        choose_precision(settings, device, obstacle).name,
    )


def continued(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The environment ``now`` of a training that goes on from what was computed in the one ``before``."""
    joined = dict(now)
    for part in NAMES:
        earlier, (later, colon, why) = _name(before.get(part, "")), now.get(part, "").partition(":")
        if earlier and later and earlier.split(THEN)[-1] != later:
            joined[part] = f"{earlier}{THEN}{later}{colon}{why}"
        elif earlier and THEN in earlier:
            joined[part] = f"{earlier}{colon}{why}"
    return joined


def _name(told: str) -> str | None:
    """Without the reason that stands behind a colon."""
    return told.partition(":")[0].strip() or None
