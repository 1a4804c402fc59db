"""The five stages of a training step as pictures, which the browser can also show one after the other.

`step_stages.html` is what it is made of; it stays in the page, and another step only fills it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.lesson.in_words.step import losses_told_apart, outcome_in_words, stages_in_words
from dashboard.parts.component import component

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.lesson.training_step import Steps

_DIGITS_SENT = 7
"""Of every number: a probability that is not quite 1 stays so, and the message stays short."""


@dataclass(frozen=True)
class Batch:
    """What the network learns from.

    Attributes:
        images: ``(images, rows, columns)`` float32 in [0, 1].
        labels: ``(images,)``, the right answers.
        watched: the image that is read again at the end, from 0.
        drawn: whether it is the person's own.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    watched: int
    drawn: bool


def show_stages(batch: Batch, steps: Steps, losses: Sequence[float], *, steps_taken: int, walk: bool) -> None:
    """Show what the last steps did.

    Args:
        batch: what was learnt from.
        steps: the last ones, of which there may be none.
        losses: before the first step, and after every step.
        steps_taken: since the beginning.
        walk: whether new steps are shown stage by stage; steps that are shown already stay as they are.
    """
    component(
        __file__,
        "step_stages",
        *("../parts/buttons", "step_stages"),
        parts=("../parts/percents", "../parts/play_button"),
        markup=True,
    )(
        data=sent(batch, steps, losses) | {"walk": walk, "steps": steps_taken},
        key="step-stages",
    )


def sent(batch: Batch, steps: Steps, losses: Sequence[float]) -> dict[str, object]:
    """What ``step_stages.js`` is told, besides what it is to do; see `show_stages`."""
    import numpy as np

    from dashboard.parts.picture import data_uri

    label = int(batch.labels[batch.watched])
    readings = [one.probabilities[batch.watched] for one in (steps.first, steps.last)]
    classes = steps.first.probabilities.shape[-1]
    return {
        "count": steps.count,
        "outcome": outcome_in_words(steps, batch.watched, label),
        "sentences": stages_in_words(steps, drawn=batch.drawn),
        "images": [
            {
                "src": data_uri(image),
                "label": int(right),
                "share": float(shares[-1, right]),
                "watched": at == batch.watched,
            }
            for at, (image, right, shares) in enumerate(
                zip(batch.images, batch.labels, steps.first.probabilities, strict=True)
            )
        ],
        "drawn": batch.drawn,
        "label": label,
        "loss": _rounded(steps.first.loss_by_row),
        "guess": round(float(np.log(classes)), _DIGITS_SENT),
        "gradient": [
            *(
                {"name": _name_of_layer(number, len(steps.first.layers)), "rows": _rounded(norms)}
                for number, norms in enumerate(steps.first.layers_by_row, 1)
            ),
            {"name": "Output layer", "rows": _rounded(steps.first.head_by_row)},
        ],
        "update": _matrices(steps),
        "note": _note(batch, steps),
        "right": [_rounded(shares[:, label]) for shares in readings],
        "classes": [_rounded(shares[-1]) for shares in readings],
        "losses": _rounded(np.array(losses)),
        "said": losses_told_apart(steps.first.loss, steps.last.loss),
    }


def _matrices(steps: Steps) -> list[dict[str, object]]:
    """Each matrix of weights before, its change, and after, as pictures, with the norms in words."""
    import numpy as np

    from dashboard.parts.picture import coloured, data_uri
    from lstm_core.figures.aligned_panels import LOSS_AND_GAIN
    from lstm_core.lesson.training_step import parameters

    def picture(array: NDArray[np.floating[Any]], most: float) -> str:
        shares = np.asarray(0.5 + 0.5 * array / (most or 1), np.float32)
        return data_uri(coloured(shares, LOSS_AND_GAIN))

    before, after = parameters(steps.before), parameters(steps.after)
    found: list[dict[str, object]] = []
    for at, name in enumerate(_names(len(steps.before.layers))):
        if not name:
            continue
        change = after[at] - before[at]
        most = float(max(abs(before[at]).max(), abs(after[at]).max()))
        furthest = float(abs(change).max())
        found.append(
            {
                "name": name,
                "shape": f"{before[at].shape[0]} × {before[at].shape[1]} weights",
                "pictures": [
                    picture(array, scale)
                    for array, scale in ((before[at], most), (change, furthest), (after[at], most))
                ],
                "scales": [f"± {most:.2g}", f"± {furthest:.2g}", f"± {most:.2g}"],
                "norms": f"Size of the gradient {np.linalg.norm(steps.first.gradients[at]):.3g}, of the "
                f"weights {np.linalg.norm(before[at]):.3g}, of the change {np.linalg.norm(change):.3g}",
            }
        )
    return found


def _note(batch: Batch, steps: Steps) -> str:
    """How the pictures of the matrices are to be read."""
    from lstm_core.lesson.training_step import parameters
    from lstm_core.reading.layer_weights import PACKED

    gates = ", ".join(name.replace("_", " ") for name in PACKED["lstm"])
    biases = sum(array.size for array in parameters(steps.before) if array.ndim == 1)
    without_ink = int((batch.images.max(axis=(0, 1)) == 0).sum())
    paper = (
        f"; {without_ink} of them have no ink in any image, so their weights do not move"
        if without_ink > 1
        else ""
    )
    return (
        f"Lines of W: the {batch.images.shape[2]} pixels of a row{paper}. Columns of W and U: {gates}, "
        f"{steps.before.units[0]} units each. Size is the norm, the root of the sum of all squares. The "
        f"{biases:,} biases are learnt in the same way."
    )


def _names(layers: int) -> list[str]:
    """Of each array of weights in the order of `parameters`; none for biases, which have no picture."""
    names = []
    for number in range(1, layers + 1):
        of = f" of layer {number}" if layers > 1 else ""
        names += [f"From the pixels of a row to the gates{of}, W", f"From the row before{of}, U", ""]
    return [*names, "From the units to the ten digits", ""]


def _name_of_layer(number: int, layers: int) -> str:
    return "LSTM layer" if layers == 1 else f"LSTM layer {number}"


def _rounded(values: NDArray[np.floating[Any]]) -> list[float]:
    import numpy as np

    return [float(f"{value:.{_DIGITS_SENT}g}") for value in np.asarray(values, np.float64)]
