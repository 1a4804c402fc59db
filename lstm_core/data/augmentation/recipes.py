"""Random variations of the training images, so that the network also reads what people draw.

The kinds:

- "affine": rotation, scale, shear and shift.
- "handwriting": forms that people write but MNIST has few of (slashed zeros, ones with a flag and a foot,
  barred sevens, open fours), thinner and thicker pens, then the affine changes with a smooth wobble, and
  softer or harder edges.
- "handwriting-2": as "handwriting", with digits written narrow, above all nines, and with forms that fewer
  people write (ones with a long flag, zeros whose slash leaves the ring, eights that stay open).
- "handwriting-3": as "handwriting-2", with zeros struck through from far above to far below, and with ones
  that have a short level flag or a wide foot, closed fours, sevens with a long serif, fives with a wide bar.
- "finer": for images of few pixels, such as 8 × 8: rotation, scale, shear, shift, a smooth wobble and
  thinner or thicker strokes, all on an image four times as fine, whose blocks are then counted.

What a kind does to the images of a seed is part of what a run is, so it never changes; what is better gets a
name of its own.

All lengths are given in pixels of a 28 × 28 image and grow and shrink with the image. Positions are
(row, column); the position of a pixel is that of its centre.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.digit_forms import FORMS, add_forms
from lstm_core.data.augmentation.finer import vary_finer
from lstm_core.data.augmentation.further_forms import FURTHER_FORMS
from lstm_core.data.augmentation.narrow import make_narrow
from lstm_core.data.augmentation.pen import change_edges, change_pen
from lstm_core.data.augmentation.rarer_forms import RARER_FORMS
from lstm_core.data.augmentation.struck_zeros import strike_zeros
from lstm_core.data.augmentation.warp import Affine, reframing, sample
from lstm_core.errors import InvalidValue

Kind = Literal["none", "affine", "handwriting", "handwriting-2", "handwriting-3", "finer"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def augment(
    images: FloatArray,
    labels: NDArray[np.integer],
    kind: Kind,
    rng: np.random.Generator,
    digits: bool = True,
) -> FloatArray:
    """Vary every image of a batch at random.

    Args:
        images: ``(n, rows, columns)`` float32 in [0, 1], ink 1 and paper 0; not changed.
        labels: ``(n,)``, the digit each image shows; only the kinds of handwriting of digits look at them.
        kind: "none" returns the images as they are, not a copy of them.
        rng: the only source of randomness.
        digits: whether the labels are digits; the forms of other characters are left as they are.

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
    if kind == "finer":
        return vary_finer(images, rng)
    if kind == "handwriting":
        formed = add_forms(images, labels, rng, FORMS) if digits else images
        return _written(images, formed, rng)
    if kind == "handwriting-2":
        formed = images
        if digits:
            narrow = make_narrow(images, labels, rng)
            formed = add_forms(narrow, labels, rng, (*FORMS, *RARER_FORMS))
        return _written(images, formed, rng)
    if kind == "handwriting-3":
        formed = images
        if digits:
            narrow = make_narrow(images, labels, rng)
            formed = add_forms(narrow, labels, rng, (*FORMS, *RARER_FORMS, *FURTHER_FORMS))
            formed = strike_zeros(images, formed, labels, rng)
        return _written(images, formed, rng)
    raise InvalidValue("augmentation", f"one of {', '.join(KINDS)}", kind)


def _written(images: FloatArray, formed: FloatArray, rng: np.random.Generator) -> FloatArray:
    """``formed``, made of ``images``, with another pen and another hand, and framed as they were."""
    written = change_pen(formed, rng)
    frame = reframing(images, written)
    warped = sample(written, Affine(wobble=0.5).positions(images.shape, rng, frame))
    return change_edges(warped, rng)
