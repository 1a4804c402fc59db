"""Pictures of digits as people take them, made from pen strokes, for `benchmarks.pictures`.

    python -m benchmarks.made_pictures STROKES.jsonl FOLDER [--of-each 10] [--seed 0]

Each kind is a function that takes the coverage of a pen and makes a picture of it: paper, rules, frames,
desks, light, fingers. STROKES.jsonl has a JSON object a line with ``label`` and ``strokes`` (see
`benchmarks.pen_digits`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.pen_digits import PenDigit, load

Values = NDArray[np.float64]
Colour = tuple[float, float, float]

WHITE: Colour = (245, 244, 238)
DARK: Colour = (45, 45, 55)
BLUE: Colour = (40, 60, 170)


@dataclass
class Scene:
    """One picture that is being made.

    Attributes:
        digits: what is written, from left to right.
        rng: for all that chance decides.
    """

    digits: list[PenDigit]
    rng: np.random.Generator

    def coverage(
        self, size: tuple[int, int], box: float, pen: float, at: tuple[float, float] | None = None
    ) -> Values:
        """The coverage in [0, 1], ``(height, width)``, of a round pen; ``size`` is (width, height)."""
        image = Image.new("L", size, 0)
        draw = ImageDraw.Draw(image)
        middle = at or (size[0] / 2, size[1] / 2)
        first = middle[0] - (len(self.digits) - 1) * 0.55 * box
        for place, digit in enumerate(self.digits):
            points = np.concatenate(digit.strokes)
            low, extent = points.min(axis=0), np.ptp(points, axis=0)
            scale = box / max(float(extent.max()), 1e-6)
            corner = np.array([first + place * 1.1 * box, middle[1]]) - extent * scale / 2
            for stroke in digit.strokes:
                path = [(float(x), float(y)) for x, y in (stroke - low) * scale + corner]
                draw.line(path, fill=255, width=max(1, round(pen)), joint="curve")
                for x, y in path:
                    draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
        return np.asarray(image, float) / 255

    def noise(self, shape: tuple[int, ...], deviation: float) -> Values:
        return self.rng.normal(0, deviation, shape)


def over(paper: Values | Colour, ink: Colour, cover: Values) -> Values:
    return np.asarray(paper, float) * (1 - cover[..., None]) + np.asarray(ink, float) * cover[..., None]


def sheet(size: tuple[int, int], colour: Colour) -> Values:
    return np.full((size[1], size[0], 3), colour, float)


def rules(
    image: Values, step: int, width: int, colour: Colour, *, squares: bool = False, start: int = 0
) -> None:
    """Lines across a sheet, and down if ``squares``."""
    for k in range(width):
        image[start + k :: step] = colour
        if squares:
            image[:, start + k :: step] = colour


def light(image: Values, angle: float, depth: float) -> Values:
    """Light that falls off to one side."""
    height, width = image.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return image * (1 - depth / 2 + depth / 2 * (x * np.cos(angle) + y * np.sin(angle)))[..., None]


def turned(image: Values, degrees: float, colour: Colour) -> Values:
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    return np.asarray(
        picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=tuple(map(int, colour))), float
    )


def blurred(image: Values, radius: float) -> Values:
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)), float)


def wood(scene: Scene, size: tuple[int, int], colour: Colour = (120, 80, 50)) -> Values:
    """A desk with grain along its width."""
    grain = (
        scene.noise((size[1], 1), 12)
        + scene.noise((size[1], size[0] // 40 + 1), 8).repeat(40, axis=1)[:, : size[0]]
    )
    return blurred(sheet(size, colour) + grain[..., None], 1.5)


def placed(desk: Values, paper: Values, corners: list[tuple[float, float]]) -> Values:
    """``paper`` seen in perspective on ``desk``, its corners from the upper left one clockwise."""
    height, width = paper.shape[:2]
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    rows = []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solved = np.linalg.solve(np.array(rows, float), np.array(source, float).ravel())
    size = (desk.shape[1], desk.shape[0])
    picture = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8)).convert("RGBA")
    seen = np.asarray(
        picture.transform(size, Image.Transform.PERSPECTIVE, tuple(solved), Image.Resampling.BICUBIC), float
    )
    alpha = seen[..., 3:] / 255
    return desk * (1 - alpha) + seen[..., :3] * alpha


def lined_with_margin(scene: Scene) -> Values:
    image = sheet((900, 900), WHITE)
    rules(image, 64, 2, (150, 175, 215), start=30)
    image[:, 140:143] = (220, 110, 110)
    image = over(image, BLUE, scene.coverage((900, 900), 300, 9, (480, 470)))
    return light(turned(image, scene.rng.uniform(-3, 3), WHITE), scene.rng.uniform(0, 6), 0.3) + scene.noise(
        image.shape, 3
    )


def dark_rules(scene: Scene) -> Values:
    image = sheet((700, 700), WHITE)
    rules(image, 60, 3, (60, 60, 70), start=20)
    return over(image, DARK, scene.coverage((700, 700), 330, 14))


def turned_squares(scene: Scene) -> Values:
    image = sheet((900, 900), WHITE)
    rules(image, 36, 2, (120, 140, 170), squares=True)
    image = over(image, (60, 60, 66), scene.coverage((900, 900), 320, 11))
    image = turned(image, scene.rng.uniform(-8, 8), WHITE)[120:-120, 120:-120]
    return blurred(image, 0.8) + scene.noise(image.shape, 3)


def dotted(scene: Scene) -> Values:
    image = sheet((800, 800), WHITE)
    for y in range(20, 800, 40):
        for x in range(20, 800, 40):
            image[y : y + 4, x : x + 4] = (150, 150, 155)
    return over(image, DARK, scene.coverage((800, 800), 300, 10))


def sticky_note(scene: Scene) -> Values:
    note = over(sheet((600, 600), (250, 225, 90)), (40, 40, 40), scene.coverage((600, 600), 330, 16))
    x, y, turn = 450, 300, scene.rng.uniform(-50, 50)
    corners = [
        (x, y + turn),
        (x + 560, y - turn),
        (x + 560 + turn, y + 540 - turn),
        (x + turn, y + 560 + turn),
    ]
    return light(placed(wood(scene, (1400, 1100)), note, corners), 1.0, 0.3) + scene.noise((1100, 1400, 3), 3)


def chalk(scene: Scene) -> Values:
    board = (
        sheet((1000, 800), (45, 70, 60))
        + blurred(np.clip(scene.noise((800, 1000, 1), 40) + 128, 0, 255).repeat(3, 2), 25)
        - 128
    )
    cover = scene.coverage((1000, 800), 420, 20)
    return over(board, (225, 225, 220), cover * (scene.rng.random(cover.shape) > 0.25) * 0.9) + scene.noise(
        (800, 1000, 3), 4
    )


def thick_frame(scene: Scene) -> Values:
    image = over(sheet((500, 500), (255, 255, 255)), (0, 0, 0), scene.coverage((500, 500), 240, 18))
    frame = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    ImageDraw.Draw(frame).rectangle((40, 40, 459, 459), outline=(0, 0, 0), width=28)
    return np.asarray(frame, float)


def circled(scene: Scene) -> Values:
    image = over(sheet((500, 500), WHITE), BLUE, scene.coverage((500, 500), 190, 12))
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((60, 70, 440, 430), outline=(200, 30, 30), width=10)
    return np.asarray(picture, float)


def fingers(scene: Scene) -> Values:
    image = over(sheet((1200, 900), (235, 232, 225)), DARK, scene.coverage((1200, 900), 380, 17, (620, 430)))
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for x, y in ((-60, 760), (-90, 600), (1050, 820)):
        draw.ellipse((x, y, x + 290, y + 120), fill=(205, 150, 125), outline=(150, 100, 80), width=6)
    return light(blurred(np.asarray(picture, float), 1.2), scene.rng.uniform(0, 6), 0.35) + scene.noise(
        image.shape, 4
    )


def perspective(scene: Scene) -> Values:
    paper = over(sheet((900, 1200), WHITE), BLUE, scene.coverage((900, 1200), 330, 13))
    shift = scene.rng.uniform(-40, 40)
    corners = [(380 + shift, 160), (1050 - shift, 210), (1230, 1010 + shift), (190, 1060)]
    return light(placed(wood(scene, (1440, 1160), (60, 45, 40)), paper, corners), 2.0, 0.3) + scene.noise(
        (1160, 1440, 3), 3
    )


def pencil(scene: Scene) -> Values:
    image = sheet((900, 700), (228, 224, 214)) + scene.noise((700, 900, 1), 5)
    cover = scene.coverage((900, 700), 330, 9)
    grainy = cover * np.clip(0.75 + scene.noise(cover.shape, 0.25), 0.2, 1)
    return blurred(over(image, (130, 130, 132), grainy), 0.8)


def telephone(scene: Scene) -> Values:
    paper = over(sheet((1500, 2000), WHITE), DARK, scene.coverage((1500, 2000), 130, 10, (600, 700)))
    image = placed(wood(scene, (4000, 3000)), paper, [(900, 250), (3100, 330), (3250, 2800), (760, 2750)])
    return light(image, 0.7, 0.5) + scene.noise((3000, 4000, 1), 4)


def hard_shadow(scene: Scene) -> Values:
    image = over(sheet((900, 900), WHITE), DARK, scene.coverage((900, 900), 380, 16))
    y, x = np.mgrid[0:900, 0:900]
    shade = np.where(x + scene.rng.uniform(-0.6, 0.6) * y > scene.rng.uniform(350, 550), 0.5, 1.0)
    return image * blurred(np.repeat(255 * shade[..., None], 3, axis=2), 3) / 255 + scene.noise(
        image.shape, 3
    )


def brown_paper(scene: Scene) -> Values:
    image = sheet((700, 700), (165, 130, 95)) + scene.noise((700, 700, 1), 9)
    return over(image, (25, 22, 20), scene.coverage((700, 700), 330, 18))


def hazy(scene: Scene) -> Values:
    return over(
        sheet((600, 600), (200, 200, 200)), (165, 165, 165), scene.coverage((600, 600), 330, 14)
    ) + scene.noise((600, 600, 1), 2)


def orange_on_blue(scene: Scene) -> Values:
    return over(sheet((600, 600), (40, 70, 160)), (235, 130, 20), scene.coverage((600, 600), 330, 20))


def green_on_red(scene: Scene) -> Values:
    return over(sheet((600, 600), (190, 40, 40)), (30, 150, 40), scene.coverage((600, 600), 330, 20))


def whiteboard(scene: Scene) -> Values:
    image = over(sheet((1200, 900), (225, 228, 230)), (200, 40, 45), scene.coverage((1200, 900), 400, 16))
    y, x = np.mgrid[0:900, 0:1200]
    glare = np.exp(-(((x - 900) / 260) ** 2 + ((y - 200) / 140) ** 2))[..., None]
    image = image * (1 - glare) + 255 * glare
    image[:40] = (90, 90, 95)
    return image * 0.85 + scene.noise(image.shape, 3)


def thin_pen(scene: Scene) -> Values:
    image = sheet((1000, 1000), WHITE)
    rules(image, 50, 2, (170, 190, 215), squares=True)
    return over(image, (30, 40, 110), scene.coverage((1000, 1000), 260, 4))


def speckled_scan(scene: Scene) -> Values:
    cover = scene.coverage((800, 1000), 200, 9) > 0.5
    black = cover ^ (scene.rng.random(cover.shape) < 0.002)
    return np.where(black[..., None], 0.0, 255.0).repeat(3, axis=2)


def cut_close(scene: Scene) -> Values:
    cover = scene.coverage((700, 700), 400, 34)
    ys, xs = np.nonzero(cover > 0.5)
    cut = cover[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    return light(over(sheet(cut.shape[::-1], WHITE), DARK, cut), 2.5, 0.4)


def edge_of_notebook(scene: Scene) -> Values:
    image = sheet((1000, 800), WHITE)
    rules(image, 48, 2, (160, 180, 210))
    image = over(image, DARK, scene.coverage((1000, 800), 280, 11, (520, 400)))
    image[:, :90] = wood(scene, (90, 800), (90, 60, 40))
    for y in range(40, 800, 90):  # the holes of a spiral
        image[y : y + 26, 110:136] = (70, 55, 45)
    return image + scene.noise(image.shape, 3)


KINDS: Mapping[str, tuple[Callable[[Scene], Values], str, Mapping[str, Any]]] = MappingProxyType(
    {
        "brownpaper": (brown_paper, "jpg", {"quality": 85}),
        "chalk": (chalk, "jpg", {"quality": 85}),
        "circled": (circled, "png", {}),
        "cutclose": (cut_close, "png", {}),
        "darkrules": (dark_rules, "png", {}),
        "dotted": (dotted, "png", {}),
        "fingers": (fingers, "jpg", {"quality": 85}),
        "greenonred": (green_on_red, "png", {}),
        "hardshadow": (hard_shadow, "jpg", {"quality": 85}),
        "hazy": (hazy, "png", {}),
        "linedmargin": (lined_with_margin, "jpg", {"quality": 85}),
        "notebook": (edge_of_notebook, "jpg", {"quality": 85}),
        "orangeonblue": (orange_on_blue, "jpg", {"quality": 85}),
        "pencil": (pencil, "jpg", {"quality": 85}),
        "perspective": (perspective, "jpg", {"quality": 85}),
        "speckled": (speckled_scan, "png", {}),
        "stickynote": (sticky_note, "jpg", {"quality": 85}),
        "telephone": (telephone, "jpg", {"quality": 85}),
        "thickframe": (thick_frame, "png", {}),
        "thinpen": (thin_pen, "jpg", {"quality": 90}),
        "turnedsquares": (turned_squares, "jpg", {"quality": 85}),
        "whiteboard": (whiteboard, "jpg", {"quality": 85}),
    }
)
"""Of each kind how it is made, the ending of its files, and how they are saved."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("strokes", type=Path, help="pen digits, one JSON object a line")
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    parser.add_argument("--of-each", type=int, default=10, help="pictures of each kind, the digits in turn")
    parser.add_argument("--kinds", default=",".join(KINDS), help="only these")
    parser.add_argument("--seed", type=int, default=0, help="of the writers and of all that chance decides")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    digits = load(options.strokes)
    for kind in options.kinds.split(","):
        make, ending, saved = KINDS[kind]
        rng = np.random.default_rng([options.seed, *kind.encode()])
        for number in range(options.of_each):
            written = [digit for digit in digits if digit.label == number % 10]
            scene = Scene([written[rng.integers(len(written))]], rng)
            image = Image.fromarray(np.clip(make(scene), 0, 255).astype(np.uint8))
            name = f"{kind}{number // 10 or ''}_{number % 10}.{ending}"
            image.save(options.folder / name, **saved)


if __name__ == "__main__":
    main()
