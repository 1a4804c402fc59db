"""Marks on paper, the connected pieces of what stands out, and how much each looks like writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import BoolArray, ByteArray, FloatArray

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Marks:
    """Of every mark, in arrays ``(marks,)``; index 0 is the paper.

    Attributes:
        labels: ``(height, width)`` int32, the mark that each pixel belongs to.
        left, top, right, bottom: bounds, in pixels.
        area: pixels.
        contrast: how far it stands out in mean.
        stroke: mean width of its stroke, in pixels.
        unevenness: standard deviation of the width along the stroke, as a share of the mean.
    """

    labels: NDArray[np.int32]
    left: Numbers
    top: Numbers
    right: Numbers
    bottom: Numbers
    area: Numbers
    contrast: Numbers
    stroke: Numbers
    unevenness: Numbers

    @property
    def longest(self) -> Numbers:
        """The longer side of every mark's bounds."""
        return np.maximum(self.right - self.left, self.bottom - self.top)

    @property
    def at_rim(self) -> BoolArray:
        """Whether it touches the rim of the picture."""
        height, width = self.labels.shape
        return (self.left <= 0) | (self.top <= 0) | (self.right >= width) | (self.bottom >= height)


def marks_in(plane: FloatArray, mask: BoolArray) -> Marks:
    """The connected marks, eight neighbours each, of what is True.

    Args:
        plane: ``(height, width)`` float32, how far each pixel stands out.
        mask: ``(height, width)``, the pixels that marks are made of.
    """
    import cv2

    inked = mask.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8, ltype=cv2.CV_32S)
    # Beyond the rim is paper.
    depth = cv2.distanceTransform(np.pad(inked, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    ridge = (depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))
    at = labels[ridge]
    widths = 2 * depth[ridge] - 0.5
    along = np.maximum(np.bincount(at, minlength=count), 1)
    stroke = np.bincount(at, widths, count) / along
    spread = np.bincount(at, widths**2, count) / along - stroke**2
    total = np.bincount(labels[mask], plane[mask], count)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    area = stats[:, cv2.CC_STAT_AREA]
    return Marks(
        labels=np.asarray(labels, np.int32),
        left=left,
        top=top,
        right=left + stats[:, cv2.CC_STAT_WIDTH],
        bottom=top + stats[:, cv2.CC_STAT_HEIGHT],
        area=area,
        contrast=total / np.maximum(area, 1),
        stroke=stroke,
        unevenness=np.sqrt(np.maximum(spread, 0)) / np.maximum(stroke, 1e-6),
    )


def framing(marks: Marks, mark: int, scores: Numbers) -> bool:
    """Whether a mark is a frame around others: it runs along its own outline, which is nearly a rectangle.

    A ring around something much smaller is one, too; a ring around something as high as itself may be a
    slashed zero. So is a row of boxes, all of straight lines.

    Args:
        marks: all marks.
        mark: the one that is asked about.
        scores: ``(marks,)``, how much each looks like something written.
    """
    import cv2

    left, top, right, bottom = (
        int(side[mark]) for side in (marks.left, marks.top, marks.right, marks.bottom)
    )
    inside = (marks.left > left) & (marks.right < right) & (marks.top > top) & (marks.bottom < bottom)
    inside &= (marks.longest > 0.2 * min(bottom - top, right - left)) & (scores > 0.25 * scores[mark])
    if not inside.any():
        return False
    here = (marks.labels[top:bottom, left:right] == mark).astype(np.uint8)
    if _straight(here, float(marks.stroke[mark])) > 0.8:
        return True
    outline = cv2.convexHull(cv2.findNonZero(here))
    filled = cv2.fillConvexPoly(np.zeros_like(here), outline, 1)
    from_outline = cv2.distanceTransform(np.pad(filled, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    if float((from_outline[here > 0] < 2 * marks.stroke[mark] + 2).mean()) < 0.85:
        return False
    (_, sides, _) = cv2.minAreaRect(outline)
    rectangular = float(filled.sum()) > 0.86 * max(1.0, sides[0] * sides[1])
    return rectangular or float(marks.longest[inside].max()) < 0.6 * float(marks.longest[mark])


def _straight(here: ByteArray, stroke: float) -> float:
    """The share of a mark that lies in level or upright lines much longer than it is wide."""
    import cv2

    length = max(5, round(6 * stroke))
    level = cv2.morphologyEx(here, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    upright = cv2.morphologyEx(here, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return float(np.maximum(level, upright).sum()) / max(1.0, float(here.sum()))


def without_paper(marks: Marks, level: FloatArray) -> Numbers:
    """Of the surroundings of every mark, the share that is as inky as the mark itself, ``(marks,)``.

    A stroke has paper on both sides. What is left of a step, at the edge of a desk, has it on one only.

    Args:
        marks: all marks.
        level: ``(height, width)``, how inky each pixel is.
    """
    import cv2

    count = len(marks.area)
    inked = (marks.labels > 0).astype(np.uint8)
    near = cv2.dilate(inked, np.ones((5, 5), np.uint8))
    spread = cv2.dilate(marks.labels.astype(np.float32), np.ones((13, 13), np.uint8))
    ring = (near == 0) & (spread > 0)
    of = spread[ring].astype(np.intp)
    mean = np.bincount(marks.labels.ravel(), level.ravel(), count) / np.maximum(marks.area, 1)
    inky = level[ring] > (mean - 0.4 * marks.contrast)[of]
    return np.bincount(of, inky, count) / np.maximum(np.bincount(of, minlength=count), 1)


def cut_close(marks: Marks, mark: int) -> bool:
    """Whether a mark fills the picture because the picture was cut closely around it.

    It touches at least three sides of the rim, in few places and with little of it, as no rules or squares
    do.
    """
    height, width = marks.labels.shape
    sides = (
        marks.left[mark] <= 0,
        marks.top[mark] <= 0,
        marks.right[mark] >= width,
        marks.bottom[mark] >= height,
    )
    own = marks.labels == mark
    rim = np.concatenate([own[0], own[:, -1], own[-1, ::-1], own[::-1, 0]])
    places = int(np.count_nonzero(rim & ~np.roll(rim, 1)))
    return sum(map(bool, sides)) >= 3 and places <= 7 and float(rim.mean()) < 0.4


def winds_around(marks: Marks, mark: int, hole: BoolArray) -> bool:
    """Whether a mark is a stroke, not an area, and next to most of ``hole``, ``(height, width)``."""
    import cv2

    own = (marks.labels == mark).astype(np.uint8)
    ring = (cv2.dilate(hole.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & ~hole
    if float(own[ring].mean()) < 0.5:
        return False
    outline = cv2.convexHull(cv2.findNonZero(own))
    return float(own.sum()) < 0.87 * float(cv2.contourArea(outline))
