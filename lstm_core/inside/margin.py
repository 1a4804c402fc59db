"""Why one class and not another: the margin between their logits after every row, and what each row added.

The margin of class a over class b after row t is z_t[a] − z_t[b], the difference of their logits. A softmax
gives p[a] / p[b] = exp(z[a] − z[b]), so a margin of 0 is a tie and one of ln 10 = 2.30 ten times as probable.

A row's *share* is the change of the margin at that row, m_t − m_{t−1}, where m_0 is the margin before any
row: the head of a state of zeros, which is the difference of the two biases. Shares are no estimate. Their
sum telescopes, so start plus all shares is the final margin. A share is what reading the row did to the
network as it was then, its state included: the same pixels elsewhere, or after other rows, would have another
share. The change may also come from what was remembered, so a row of paper can have a share, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.reading.trace import Trace
from lstm_core.reading.verdict import SETTLED_MARGIN, first_ink
from lstm_core.reading.weights import LstmWeights


@dataclass(frozen=True)
class Margin:
    """The margin of ``label`` over ``against``. Rows count from 1.

    Attributes:
        label, against: two classes.
        start: before any row.
        after: ``(rows,)`` float64, after each row.
        first_ink: the first row with ink; None for a blank page.
        names: what the classes are called, by label; empty where they are digits.
        blank: the rows without ink.
    """

    label: int
    against: int
    start: float
    after: NDArray[np.float64]
    first_ink: int | None
    names: tuple[str, ...] = ()
    blank: frozenset[int] = frozenset()

    @property
    def of(self) -> str:
        """What ``label`` is called."""
        return self.names[self.label] if self.names else str(self.label)

    @property
    def over(self) -> str:
        """What ``against`` is called."""
        return self.names[self.against] if self.names else str(self.against)

    @property
    def shares(self) -> NDArray[np.float64]:
        """``(rows,)`` float64: by how much each row moved the margin. With ``start`` they sum to the last."""
        return np.diff(self.after, prepend=self.start)

    @property
    def settled_at_row(self) -> int | None:
        """The first row, not above the first ink, from which the margin stays at least `SETTLED_MARGIN`.

        None if there is none. The verdict's own settled row is the latest of these over all other classes.
        """
        if self.first_ink is None or self.after[-1] < SETTLED_MARGIN:
            return None
        below = np.flatnonzero(self.after < SETTLED_MARGIN)
        return max(self.first_ink, int(below[-1]) + 2 if len(below) else 1)

    def reversed(self) -> Margin:
        """The same seen from the other class."""
        return replace(self, label=self.against, against=self.label, start=-self.start, after=-self.after)


def margin_between(weights: LstmWeights, image: FloatArray, trace: Trace, label: int, against: int) -> Margin:
    """The margin of ``label`` over ``against``.

    Args:
        weights: a plain network, whose states start at zero.
        image: ``(rows, columns)`` in [0, 1], ink above 0.
        trace: its reading by ``weights``.
        label, against: two different classes.

    Raises:
        InvalidValue: a class is none or both are the same, the network is not plain, or the trace does not
            fit the image.
    """
    for name, number in (("label", label), ("against", against)):
        if not 0 <= number < weights.classes:
            raise InvalidValue(name, f"between 0 and {weights.classes - 1}", number)
    if label == against:
        raise InvalidValue("against", f"another class than {label}", against)
    if not weights.is_plain:
        raise InvalidValue("weights", "of a plain stack of LSTM layers", f"another network ({weights.cell})")
    if trace.logits.shape != (len(image), weights.classes):
        raise InvalidValue("trace", f"of {len(image)} rows, {weights.classes} classes", trace.logits.shape)
    bias, logits = weights.head_bias.astype(np.float64), trace.logits.astype(np.float64)
    inked = int(first_ink(image[None])[0])
    return Margin(
        label,
        against,
        start=float(bias[label] - bias[against]),
        after=logits[:, label] - logits[:, against],
        first_ink=inked + 1 if inked < len(image) else None,
        names=weights.class_names,
        blank=blank_rows(image),
    )


def blank_rows(image: FloatArray) -> frozenset[int]:
    """The rows of ``(rows, columns)`` without ink, from 1."""
    return frozenset((np.flatnonzero(~np.any(image > 0, axis=1)) + 1).tolist())
