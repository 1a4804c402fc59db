"""One training step, against stock Keras, torch and the matrix products that it cannot do without.

Two layers of 256, batch 128, 28 rows, no dropout, Adam, the loss of the last row. Each contender runs in a
process of its own with its own threads, on the GPU where there is one. Ours is a step of the project's
trainer; as it is by default, it computes in bfloat16 where the processor has it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks import matmul_floor
from benchmarks.contender import ContenderFailed, answer, contender
from benchmarks.line import Line
from benchmarks.stock_network import stock_network
from benchmarks.timing import all_in_turns
from lstm_core.data.batches import Batch
from lstm_core.data.info import Dataset, Split
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters

STEPS = 20
"""Steps a round."""

TYPES = {"float32": "float32", "mixed": "float16", "bfloat16": "bfloat16"}
"""What the peers call our precisions."""

PEERS = {"keras": ("stock Keras fit", 0.55), "torch": ("torch.nn.LSTM", 0.85)}
FLOOR_WANTED = 1.3
ASKED = "float32"
"""The precision for which ratios are wanted, and in which the peers compute by default; others are shown."""


def lines(rounds: int) -> Iterator[Line]:
    for precision in TYPES:
        try:
            yield from _lines(rounds, precision)
        except ContenderFailed as failure:
            if precision == ASKED:
                raise
            print(f"training step, {precision}, is not measured: {failure}")


def _lines(rounds: int, precision: str) -> Iterator[Line]:
    title = f"training step, {precision}"
    missing: dict[str, str] = {}
    with ExitStack() as running:
        contenders = {"ours": running.enter_context(contender(__name__, "ours", precision=precision))}
        if precision == ASKED:
            contenders["auto"] = running.enter_context(contender(__name__, "ours", precision="auto"))
        for name in PEERS:
            try:
                contenders[name] = running.enter_context(contender(__name__, name, precision=precision))
            except ContenderFailed as failure:
                missing[name] = str(failure)
        floor = running.enter_context(matmul_floor.measured(dtype=TYPES[precision]))
        measures = [each.ask for each in contenders.values()]
        taken = dict(zip([*contenders, "floor"], all_in_turns(rounds, [*measures, floor]), strict=True))
    for name, (peer, wanted) in PEERS.items():
        wish = wanted if precision == ASKED else None
        yield Line(title, taken["ours"], taken.get(name), missing.get(name, peer), wish)
    wish = FLOOR_WANTED if precision == ASKED else None
    yield Line(title, taken["ours"], taken["floor"], "its matrix products", wish)
    if "auto" in taken:
        for name, (peer, _) in PEERS.items():
            default = missing.get(name, f"{peer}, by default")
            yield Line("training step as by default", taken["auto"], taken.get(name), default, None)


def ours(steps: str = str(STEPS), rows: str = "28", **fields: str) -> Callable[[int], float]:
    """The project's trainer; ``fields`` are of its hyperparameters."""
    from lstm_core.settings.devices import choose
    from lstm_core.training import backend

    backend.load()
    from lstm_core.training.trainer import Trainer

    settings = hyperparameters({"dropout": 0, **fields})
    images, labels = digits(settings, int(rows))
    device = choose(settings.device, backend.usable_devices())
    info = replace(settings.info, rows=int(rows))
    none = Split(np.zeros((0, 0, 0), np.uint8), np.zeros(0, np.uint8))
    trainer = Trainer(settings, Dataset(info, none, none, none), device)

    def measure(_: int, steps: int = int(steps)) -> float:
        began = time.perf_counter()
        for _ in range(steps):
            trainer.advance(images, labels)
        trainer.means()  # waits for a GPU
        return (time.perf_counter() - began) / steps

    measure(0, 2)
    return measure


def stock_keras(rows: str = "28", **fields: str) -> Callable[[int], float]:
    """``fit`` of stock layers, timed from the end of its first batch: starting it is left out."""
    import keras

    settings = hyperparameters(fields)
    if (low := _type_of_peers(settings)) != "float32":
        keras.config.set_dtype_policy(f"mixed_{low}")
    model = stock_network(settings, int(rows))
    images, labels = digits(settings, int(rows))
    images, labels = np.tile(images, (STEPS, 1, 1)), np.tile(labels, STEPS)

    class Stopwatch(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 0:
                self.began = time.perf_counter()

        def on_train_end(self, logs: Any = None) -> None:
            self.step = (time.perf_counter() - self.began) / (STEPS - 1)

    def measure(_: int) -> float:
        stopwatch = Stopwatch()
        model.fit(images, labels, batch_size=settings.batch_size, verbose=0, callbacks=[stopwatch])
        return float(stopwatch.step)

    measure(0)
    return measure


def torch_lstm(rows: str = "28", **fields: str) -> Callable[[int], float]:
    """`torch.nn.LSTM`, rows first as it likes best, on the GPU's cuDNN where there is one."""
    try:
        import torch
    except ImportError as error:
        raise SystemExit("no torch: pip install -r benchmarks/requirements.txt") from error
    settings = hyperparameters(fields)
    (units,) = set(settings.units)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    info = settings.info
    lstm = torch.nn.LSTM(info.columns, units, len(settings.units)).to(device)
    head = torch.nn.Linear(units, info.classes).to(device)
    optimizer = torch.optim.Adam([*lstm.parameters(), *head.parameters()], settings.learning_rate)
    pixels, truth = digits(settings, int(rows))
    images = torch.from_numpy(pixels.swapaxes(0, 1).copy()).to(device)
    labels = torch.from_numpy(truth).to(device)
    low = getattr(torch, _type_of_peers(settings))

    def step() -> Any:
        optimizer.zero_grad()
        with torch.autocast(device.type, low, enabled=low != torch.float32):
            logits = head(lstm(images)[0][-1])
        loss = torch.nn.functional.cross_entropy(logits.float(), labels)
        loss.backward()
        optimizer.step()
        return loss

    def measure(_: int) -> float:
        began = time.perf_counter()
        for _ in range(STEPS):
            loss = step()
        loss.item()  # waits for a GPU
        if device.type == "cuda":
            torch.cuda.synchronize()
        return (time.perf_counter() - began) / STEPS

    measure(0)
    return measure


def _type_of_peers(settings: HyperParameters) -> str:
    return TYPES.get(settings.precision, ASKED)


def digits(settings: HyperParameters, rows: int) -> Batch:
    """A batch of random images and labels."""
    info, random = settings.info, np.random.default_rng(0)
    images = random.random((settings.batch_size, rows, info.columns), dtype=np.float32)
    return images, random.integers(0, info.classes, settings.batch_size)


if __name__ == "__main__":
    import sys

    answer({"ours": ours, "keras": stock_keras, "torch": torch_lstm}, sys.argv[1:])
