"""A process on a node of the cluster, as a Ray actor. It trains one run after the other.

To load TensorFlow takes longer than many a small training, so that is done once.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_core.cluster.news import News, Stamp
from lstm_core.cluster.node_training import NodeTraining
from lstm_core.data.info import Dataset

if TYPE_CHECKING:
    from lstm_core.training.watchdog import Watchdog


class Node:
    """Has one training at a time.

    What is asked of it names what `begin` returned, so that Ray asks it no sooner than that is done.
    """

    def __init__(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="row-by-row-"))
        atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        self._training: NodeTraining
        self._watchdog: Watchdog | None = None

    def begin(
        self,
        run_id: str,
        files: Mapping[str, bytes],
        kernels: Mapping[str, bytes],
        dataset: Dataset | None,
    ) -> None:
        """Take a run, and let go of the one before. The arguments are those of `NodeTraining`."""
        for before in self._root.iterdir():
            shutil.rmtree(before, ignore_errors=True)
        self._training = NodeTraining(self._root / run_id, run_id, files, kernels, dataset)

    def train(self, begun: None) -> None:
        """Train it to the end; what goes wrong with the run is recorded in it."""
        from lstm_core.training import backend
        from lstm_core.training.watchdog import Watchdog

        if self._watchdog is None:
            backend.load()
            self._watchdog = Watchdog()
            self._watchdog.start()
        self._training.train(self._watchdog)
        backend.clear_models()

    def news(self, stamps: Mapping[str, Stamp], read: int, begun: None) -> News:
        """What was written since; see `lstm_core.cluster.news.news_of`."""
        return self._training.news(stamps, read)

    def steer(self, control: bytes, begun: None) -> None:
        """Put a person's wishes where the training looks for them."""
        self._training.steer(control)
