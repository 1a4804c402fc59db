"""Random variations of the training images, so that the network also reads what people draw.

Two kinds:

- "affine": rotation, scale, shear and shift.
- "handwriting": forms that people write but MNIST has few of (slashed zeros, ones with a flag and a foot,
  barred sevens, open fours), thinner and thicker pens, then the affine changes with a smooth wobble, and
  softer or harder edges.

All lengths are given in pixels of a 28 × 28 image and grow and shrink with the image. Positions are
(row, column); the position of a pixel is that of its centre.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.digit_forms import add_forms
from lstm_core.data.augmentation.pen import change_edges, change_pen
from lstm_core.data.augmentation.warp import Affine, reframing, sample
from lstm_core.errors import InvalidValue

Kind = Literal["none", "affine", "handwriting"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def augment(
    images: FloatArray, labels: NDArray[np.integer], kind: Kind, rng: np.random.Generator
) -> FloatArray:
    """Vary every image of a batch at random.

    Args:
        images: ``(n, rows, columns)`` float32 in [0, 1], ink 1 and paper 0; not changed.
        labels: ``(n,)``, the digit each image shows; only "handwriting" looks at them.
        kind: "none" returns the images as they are, not a copy of them.
        rng: the only source of randomness.

    Returns:
        ``(n, rows, columns)`` float32 in [0, 1].

    Raises:
        InvalidValue: an unknown kind, or images and labels that do not fit together.
    """
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise InvalidValue("images", f"of shape ({len(labels)}, rows, columns)", images.shape)
    if kind == "none" or not len(images):
        return images
    if kind == "affine":
        return sample(images, Affine().positions(images.shape, rng))
    if kind == "handwriting":
        written = change_pen(add_forms(images, labels, rng), rng)
        frame = reframing(images, written)
        warped = sample(written, Affine(wobble=0.5).positions(images.shape, rng, frame))
        return change_edges(warped, rng)
    raise InvalidValue("augmentation", f"one of {', '.join(KINDS)}", kind)
