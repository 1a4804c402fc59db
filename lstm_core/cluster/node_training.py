"""One training on a node of the cluster: a run folder of its own, which is asked for news."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_core.cluster.news import News, Stamp, news_of
from lstm_core.data.info import Dataset
from lstm_core.files import make_folder, write_whole
from lstm_core.runs.run import Run

if TYPE_CHECKING:
    from lstm_core.training.watchdog import Watchdog


class NodeTraining:
    """Trains one run, in one thread, while others ask and steer.

    Args:
        root: a folder for it alone.
        run_id: of the run.
        files: of its folder at home, by their path in it.
        kernels: first weights that its settings may name, by their path in the home.
        dataset: what it learns from; shared by all trainings of a node. None where the files hold all of it.
    """

    def __init__(
        self,
        root: Path,
        run_id: str,
        files: Mapping[str, bytes],
        kernels: Mapping[str, bytes],
        dataset: Dataset | None,
    ) -> None:
        self.run = Run(root / "runs" / run_id)
        self.dataset = dataset
        for name, content in files.items():
            _write(self.run.folder / name, content)
        for name, content in kernels.items():
            _write(root / name, content)

    def train(self, watchdog: Watchdog) -> None:
        """Train to the end; what goes wrong with the run is recorded in it.

        Args:
            watchdog: ends this process when the training hangs.
        """
        from lstm_core.training.worker import train_run

        known = {self.dataset.info.name: self.dataset} if self.dataset else {}
        train_run(self.run, known, watchdog)

    def news(self, stamps: Mapping[str, Stamp], read: int) -> News:
        """What was written since; see `news_of`."""
        return news_of(self.run, stamps, read)

    def steer(self, control: bytes) -> None:
        """Put a person's wishes where the training looks for them."""
        _write(self.run.folder / "control.json", control)


def _write(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    with write_whole(path) as file:
        file.write(content)
