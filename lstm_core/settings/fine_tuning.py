"""What a fine-tuning adds to the settings of a training: where it starts, and what is learnt beside the data.

Fine-tuning goes on with the weights of another network, its parent: on a person's own drawings, or with other
settings on the data set alone. The settings name weights and drawings by fingerprint; the run's folder holds
them, see `lstm_core.runs.taught`.
"""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lstm_core.data.augmentation.recipes import Kind

_FINGERPRINT = r"^[0-9a-f]{64}$"


class FineTuning(BaseModel):
    """How a network goes on from the weights of another one.

    Attributes:
        parent: `LstmWeights.fingerprint` of the weights it starts from.
        drawings: fingerprint of the drawings and their labels; empty where there are none.
        share: of every batch that are drawings; the rest are images of the data set, so that what was learnt
            from these is not forgotten. 1 where the data set is not on this machine, 0 without drawings.
        augmentation: how the drawings are varied; their forms stay those that the person writes. The images
            of the data set are varied as `HyperParameters.augmentation` says.
        pull: share of the way back to the parent's weights that follows every step, relative to the learning
            rate's share of its peak.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    parent: str = Field(pattern=_FINGERPRINT)
    drawings: str = Field("", pattern=f"{_FINGERPRINT}|^$")
    share: float = Field(0.0, ge=0.0, le=1.0)
    augmentation: Kind = "handwriting"
    pull: float = Field(0.0, ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _a_share_of_drawings(self) -> Self:
        if bool(self.drawings) != (self.share > 0):
            raise ValueError("a share of drawings needs drawings, and drawings a share")
        return self

    @property
    def teaches(self) -> bool:
        """Whether it learns drawings."""
        return bool(self.drawings)

    @property
    def with_data_set(self) -> bool:
        """Whether images of the data set are among those it learns from."""
        return self.share < 1.0
