"""Where other libraries put MNIST on a person's machine."""

from __future__ import annotations

import os
from pathlib import Path

_TORCHVISION = Path("MNIST", "raw")
"""Below the folder that is given to ``torchvision.datasets.MNIST``."""


def usual_places(working: Path | None = None, user: Path | None = None) -> list[Path]:
    """The folders that are there of those in which Keras and torchvision keep MNIST.

    Keras keeps it in ``datasets`` of ``$KERAS_HOME``, by default ``~/.keras``. torchvision has no place of
    its own; its examples use ``data`` or the working folder.

    Args:
        working: the working folder, unless told the current one.
        user: the person's own folder, unless told the one of this user.
    """
    working = working or Path.cwd()
    user = user or Path(os.path.expanduser("~"))  # noqa: PTH111 (Path's fails without that user)
    keras = Path(named) if (named := os.environ.get("KERAS_HOME", "").strip()) else user / ".keras"
    below = (working, working / "data", working.parent / "data", user, user / "data", user / "datasets")
    places = [keras / "datasets", *(folder / _TORCHVISION for folder in below)]
    return [place for place in dict.fromkeys(places) if os.path.isdir(place)]  # noqa: PTH112


def below(folder: Path) -> list[Path]:
    """``folder`` itself, and where torchvision keeps MNIST in it."""
    inside = folder / _TORCHVISION
    return [folder, inside] if os.path.isdir(inside) else [folder]  # noqa: PTH112
