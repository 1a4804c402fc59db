"""``python -m lstm_core.pretrained.make_small``: train the small networks that ship and write their files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lstm_core.data import datasets
from lstm_core.errors import LstmError, RunError
from lstm_core.files import write_text
from lstm_core.inside import familiarity
from lstm_core.pretrained.small_networks import SMALL_FOLDER, SMALL_NETWORKS, SmallNetwork, familiar_file
from lstm_core.reading.card import Card
from lstm_core.reading.weights import save_weights
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.run import Run
from lstm_core.runs.train import train
from lstm_core.settings.validation import hyperparameters


def ship(network: SmallNetwork, run: Run, folder: Path) -> Card:
    """Write what ``run`` has learnt into ``folder``: weights, what is familiar, and the card returned.

    Raises:
        DataMissing: the images that it was trained with, among which the familiar is measured, are not there.
        RunError: the run did not finish, or settings were changed while it trained.
        StorageError: the disk is full or the folder cannot be written.
        WeightsError: the run's weights cannot be read.
    """
    if (state := run.status.state) != "finished":
        raise RunError(f"The training of {network.title} is {state}; what ships must have finished.")
    card = card_of(run)
    if card.tweaked:
        raise RunError(f"Settings of {network.title} were changed while it trained; start again.")
    settings, weights = run.hyperparameters, run.weights()
    data = datasets.load(settings.dataset)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(weights, folder / f"{network.name}.npz")
    familiar = familiarity.learn(weights, data.train, data.validation, settings.augmentation)
    familiarity.save(familiar, familiar_file(network.name, folder))
    write_text(folder / f"{network.name}.json", card.model_dump_json(indent=2) + "\n")
    return card


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write them; 0, or 1 when that cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m lstm_core.pretrained.make_small",
        description="Train the small networks that ship and write their weights and cards. "
        "What was trained before with the same settings is taken from its run.",
    )
    parser.add_argument(
        "name", nargs="*", metavar="NAME", help=f"of {', '.join(SMALL_NETWORKS)}; all at first"
    )
    parser.add_argument("--output", type=Path, default=SMALL_FOLDER, help="folder to write them to")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.name if name not in SMALL_NETWORKS]:
        parser.error(f"there is no network {', '.join(unknown)}; there are {', '.join(SMALL_NETWORKS)}")
    try:
        for name in chosen.name or SMALL_NETWORKS:
            network = SMALL_NETWORKS[name]
            run = train(hyperparameters(network.values), network.title)
            card = ship(network, run, chosen.output)
            size = (chosen.output / f"{name}.npz").stat().st_size
            print(f"{name}: test accuracy {card.test_accuracy:.4f}, {card.seconds:.0f} s, {size:,} bytes")  # noqa: T201
    except LstmError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
