"""The ink of what was written, found in a picture of any kind.

A picture may show paper, a board or a screen, and rules, frames, a desk, shadows or fingers besides what was
written. Nothing is known beforehand of colours, size or light. So several ways to tell ink from paper are
tried (directions of colour, see `contrast`, and thresholds), and of all the marks they give, the one that
looks most like the stroke of a pen decides: it stands out, is not small, is about equally wide along its way
(Epshtein, Ofek & Wexler 2010, "Detecting text in natural scenes with stroke width transform"), does not touch
the rim of the picture and does not frame others. The marks that are like it are the ink; everything else is
left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from lstm_core.arrays import BoolArray, ByteArray, FloatArray
from lstm_core.drawing.bitmap import bounding_box
from lstm_core.drawing.contrast import WINDOW, directions, logarithms, noise, reduced, stands_out, usual
from lstm_core.drawing.digits_of_ink import DigitInk, digits_of
from lstm_core.drawing.marks import Marks, Numbers, cut_close, framing, marks_in, winds_around, without_paper
from lstm_core.drawing.picture_file import WHOLE, Box, Picture
from lstm_core.drawing.printed_rules import may_have_rules, without_rules
from lstm_core.errors import ImageRejected

LOOKED_AT = 1_000
"""Ink is looked for in a picture with no longer side, and then taken from one as fine as there is."""

_LEAST_CONTRAST = 0.05
_OF_THE_NOISE = 5
_STEP = 1.6
"""Between two thresholds that are tried."""

_MARK_PIXELS = 5
"""Longest side, in the picture that is looked at, of a mark that is more than a speck."""

LEAST_PIXELS = 9
"""Longest side of a digit, in the finest picture there is of it, that can be read."""

_AS_GOOD, _AS_MUCH = 0.75, 0.85
"""Of the best score, and of the most that looks like writing: a lower threshold with as much is taken."""

_NEARLY = 0.3
"""Of the best score: marks with more are digits, too."""

_AS_FAT, _EVEN, _CHUNKY, _FAT = 0.35, 0.35, 0.12, 0.23
"""A stroke around the best mark needs this share of its score, and to be this even. Unlike a digit on a note,
the paper in it is so wide for its length, or the stroke itself, unlike a note, so narrow for its."""

_FINE_FROM = 250
"""A digit with fewer pixels on its longer side is taken from the finer picture."""


@dataclass(frozen=True)
class FoundInk:
    """What was written, and where.

    Attributes:
        ink: ``(height, width)`` float32 in [0, 1] of the part of the picture that ``box`` bounds.
        box: that part.
        picture: ``(rows, columns, 3)`` bytes, the whole picture as it was looked at.
        kept: ``(rows, columns)``, where the ink is.
        left_out: ``(rows, columns)``, where there was something else that stood out.
        size: width and height of the whole picture in pixels of its file.
    """

    ink: FloatArray
    box: Box
    picture: ByteArray
    kept: BoolArray
    left_out: BoolArray
    size: tuple[int, int]

    def digits(self, *, apart: bool = True) -> list[DigitInk]:
        """The digits in it, their boxes in pixels of the file; nothing where there is no ink.

        ``apart`` is as for `digits_of`.

        Raises:
            ImageRejected: there are too many, or they are too small to be read.
        """
        height, width = self.ink.shape
        across = (self.box[2] - self.box[0]) * self.size[0] / width
        down = (self.box[3] - self.box[1]) * self.size[1] / height
        x, y = self.box[0] * self.size[0], self.box[1] * self.size[1]
        found = digits_of(self.ink, apart=apart)
        largest = max(
            (max(right - left, bottom - top) for left, top, right, bottom in (digit.box for digit in found)),
            default=None,
        )
        if largest is not None and largest < LEAST_PIXELS:
            raise ImageRejected(
                f"What was written is only {largest} pixels high or wide here. Frame it or cut it out, "
                "or take the picture from nearer."
            )
        return [
            replace(
                digit,
                box=(
                    round(x + digit.box[0] * across),
                    round(y + digit.box[1] * down),
                    round(x + digit.box[2] * across),
                    round(y + digit.box[3] * down),
                ),
            )
            for digit in found
        ]

    def placed_in(self, whole: FoundInk, part: Box) -> FoundInk:
        """What was found in ``part`` of a picture, shown in the whole of it, of which ``whole`` was found."""
        height, width = whole.kept.shape
        left, right = round(part[0] * width), max(round(part[0] * width) + 1, round(part[2] * width))
        top, bottom = round(part[1] * height), max(round(part[1] * height) + 1, round(part[3] * height))
        marks = []
        for mask in (self.kept, self.left_out):
            small = Image.fromarray(mask).resize((right - left, bottom - top), Image.Resampling.NEAREST)
            placed = np.zeros((height, width), bool)
            placed[top:bottom, left:right] = np.asarray(small)[: height - top, : width - left]
            marks.append(placed)
        return replace(whole, ink=self.ink, kept=marks[0], left_out=marks[1])


@dataclass(frozen=True)
class _Candidate:
    score: float
    plane: FloatArray
    direction: FloatArray
    marks: Marks
    scores: Numbers
    best: int


def find_ink(picture: Picture, *, everything: bool = False) -> FoundInk:
    """Find what was written.

    Args:
        picture: see `picture_file.decoded`.
        everything: leave nothing out: rules, frames and desk are ink, too, if they stand out as much.
    """
    colours = over_paper(picture)
    size = picture.size or (colours.shape[1], colours.shape[0])
    small = reduced(colours, LOOKED_AT)
    found = _best(small)
    shown = np.round(small * 255).astype(np.uint8)
    if found is None:
        nothing = np.zeros(small.shape[:2], bool)
        return FoundInk(np.zeros((1, 1), np.float32), WHOLE, shown, nothing, nothing, size)
    marks = found.marks
    chosen = np.arange(len(marks.area)) > 0 if everything else _like_the_best(found)
    kept = chosen[marks.labels]
    left_out = (marks.labels > 0) & ~kept
    ink, box = _ink(colours, small, found, kept)
    return FoundInk(ink, box, shown, kept, left_out, size)


def over_paper(picture: Picture) -> FloatArray:
    """Colours ``(height, width, 3)`` of a picture laid over paper.

    Where most is transparent, or what is opaque has one colour, the opaque is the ink; otherwise the paper
    has the usual colour of what is opaque.
    """
    if picture.alpha is None:
        return picture.colours
    alpha = picture.alpha[..., None]
    opaque = picture.alpha > picture.alpha.max() / 2
    inside = picture.colours[opaque]
    if not len(inside) or not picture.alpha.max():
        return np.ones_like(picture.colours)
    spread = np.percentile(inside, 98, axis=0) - np.percentile(inside, 2, axis=0)
    if len(inside) < 0.5 * opaque.size or spread.max() < 0.12:
        return np.repeat(1 - alpha / alpha.max(), 3, axis=2)
    return picture.colours * alpha + np.median(inside, axis=0) * (1 - alpha)


def _best(colours: FloatArray) -> _Candidate | None:
    """The way to tell ink from paper, and the mark, that look most like writing."""
    logs = logarithms(colours)
    medians = usual(logs)
    best: list[_Candidate] = []
    for direction in directions(logs, medians):
        level = logs @ direction
        plane = stands_out(level)
        above = level - _enlarged(medians @ direction, plane)
        peak = float(plane.max())
        threshold = max(_LEAST_CONTRAST, _OF_THE_NOISE * noise(plane))
        tried: list[_Candidate] = []
        while threshold < 0.75 * peak:
            marks = marks_in(plane, plane > threshold)
            if may_have_rules(marks):
                marks = marks_in(plane, without_rules(plane > threshold))
            scores = _scores(marks, level, above)
            mark = int(scores.argmax())
            tried.append(_Candidate(float(scores[mark]), plane, direction, marks, scores, mark))
            threshold *= _STEP
        top = max((each.score for each in tried), default=0.0)
        if top > 0:
            # A lower threshold has more of the stroke where it is faint, but may spoil another digit.
            good = [each for each in tried if each.score >= _AS_GOOD * top]
            written = [_written(each, good[0]) for each in good]
            enough = _AS_MUCH * max(written)
            best.append(next(each for each, much in zip(good, written, strict=True) if much >= enough))
    best.sort(key=lambda each: -each.score)
    return next((each for each in best if _has_as_hole(each, best[0])), best[0]) if best else None


def _written(candidate: _Candidate, lowest: _Candidate) -> float:
    """How much looks like writing: the best score, and those of marks beside the best one of ``lowest``.

    Inside of that one are only its own fragments, where a threshold is too high for it.
    """
    marks, outer, at = candidate.marks, lowest.marks, lowest.best
    x, y = (marks.left + marks.right) / 2, (marks.top + marks.bottom) / 2
    inside = (x >= outer.left[at]) & (x <= outer.right[at]) & (y >= outer.top[at]) & (y <= outer.bottom[at])
    others = candidate.scores[~inside & (candidate.scores > _NEARLY * candidate.score)]
    return candidate.score + float(others.sum())


def _has_as_hole(stroke: _Candidate, hole: _Candidate) -> bool:
    """Whether what looks most like writing is but the paper between the parts of a fat stroke."""
    outer, at, inner, of = stroke.marks, stroke.best, hole.marks, hole.best
    return bool(
        stroke.score > _AS_FAT * hole.score
        and np.allclose(stroke.direction, -hole.direction)
        and outer.unevenness[at] < _EVEN
        and outer.longest[at] > 1.3 * inner.longest[of]
        and (inner.stroke[of] > _CHUNKY * inner.longest[of] or outer.stroke[at] < _FAT * outer.longest[at])
        and winds_around(outer, at, inner.labels == of)
    )


def _enlarged(coarse: FloatArray, like: FloatArray) -> FloatArray:
    import cv2

    height, width = like.shape
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _scores(marks: Marks, level: FloatArray, above: FloatArray) -> Numbers:
    """How much each mark looks like something written, ``(marks,)``.

    Args:
        marks: all marks of a picture.
        level: ``(height, width)``, the colours along the direction of ink.
        above: how far each pixel is from the median of its surroundings. In a hole of a letter, which stands
        out
            from the stroke around it, that is nothing.
    """
    count = len(marks.area)
    longest = marks.longest
    size = longest / max(marks.labels.shape)
    inked = marks.labels > 0
    usual_contrast = np.bincount(marks.labels[inked], above[inked], count) / np.maximum(marks.area, 1)
    prominent = np.clip(usual_contrast / np.maximum(marks.contrast, 1e-6), 0.02, 1)
    scores = marks.contrast**0.7 * np.minimum(size / 0.12, 1) ** 0.6 * prominent
    scores *= np.exp(-1.5 * np.maximum(marks.unevenness - 0.35, 0))
    scores *= (1 - without_paper(marks, level)) ** 2
    scores[marks.stroke > 0.4 * longest] *= 0.15
    scores[marks.at_rim] *= 0.15
    scores[longest < _MARK_PIXELS] = 0
    scores[0] = 0
    for mark in np.argsort(scores)[:-4:-1].tolist():
        if scores[mark] and framing(marks, mark, scores):
            scores[mark] *= 0.05
    for mark in np.flatnonzero(marks.at_rim & (size > 0.85) & (scores > 0)).tolist():
        if cut_close(marks, mark):
            scores[mark] /= 0.15
    return scores


def _like_the_best(found: _Candidate) -> BoolArray:
    """Of every mark, whether it was written with the best one: as dark, as wide, and not too small."""
    marks, best = found.marks, found.best
    alike = marks.contrast > 0.5 * marks.contrast[best]
    alike &= (marks.stroke > 0.4 * marks.stroke[best]) & (marks.stroke < 2.5 * marks.stroke[best])
    whole = alike & (marks.longest > 0.35 * marks.longest[best]) & (found.scores > _NEARLY * found.score)
    whole[best] = True
    # Small parts, such as the upper stroke of a 5, belong to what is near.
    reach = 0.35 * marks.longest[best]
    near = np.zeros_like(whole)
    for mark in np.flatnonzero(whole).tolist():
        near |= (
            (marks.left < marks.right[mark] + reach)
            & (marks.right > marks.left[mark] - reach)
            & (marks.top < marks.bottom[mark] + reach)
            & (marks.bottom > marks.top[mark] - reach)
        )
    part = alike & near & (marks.area > 0.04 * marks.area[best]) & ~(marks.at_rim & ~marks.at_rim[best])
    part &= marks.longest < marks.longest[best]
    return whole | part


def _ink(
    colours: FloatArray, small: FloatArray, found: _Candidate, kept: BoolArray
) -> tuple[FloatArray, Box]:
    """The ink of the part that ``kept`` bounds, from the finer picture if it is small."""
    import cv2

    height, width = kept.shape
    top, bottom, left, right = bounding_box(kept)
    room = 2 + round(0.1 * max(bottom - top, right - left))
    top, left = max(0, top - room), max(0, left - room)
    bottom, right = min(height, bottom + room), min(width, right + room)
    box = (left / width, top / height, right / width, bottom / height)
    plane = found.plane[top:bottom, left:right]
    allowed = cv2.dilate(kept[top:bottom, left:right].astype(np.uint8), np.ones((5, 5), np.uint8))
    level = float(np.median(found.plane[kept]))
    if colours.shape[0] > height and max(bottom - top, right - left) < _FINE_FROM:
        rows, columns = colours.shape[:2]
        y0, y1 = round(box[1] * rows), round(box[3] * rows)
        x0, x1 = round(box[0] * columns), round(box[2] * columns)
        around = round(0.15 * max(y1 - y0, x1 - x0))
        fine = colours[max(0, y0 - around) : y1 + around, max(0, x0 - around) : x1 + around]
        full = stands_out(logarithms(fine) @ found.direction, 2 * WINDOW)
        y, x = y0 - max(0, y0 - around), x0 - max(0, x0 - around)
        plane = full[y : y + y1 - y0, x : x + x1 - x0]
        allowed = cv2.resize(allowed, (x1 - x0, y1 - y0), interpolation=cv2.INTER_NEAREST)
        sure = plane[allowed > 0]
        level = float(np.median(sure[sure > 0.5 * level])) if (sure > 0.5 * level).any() else level
    soft = np.clip((plane - level / 2) / np.float32(0.7 * level) + np.float32(0.5), 0, 1)
    return np.where(allowed > 0, soft, 0).astype(np.float32), box
