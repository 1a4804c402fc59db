"""How much memory it takes to evaluate many images in one batch.

Each network is measured in a process of its own, one at a time, for a process that has computed before has
memory to use again: ``python -m lstm_core.evidence.memory_of_a_batch NETWORK IMAGES DEVICE``. On a CPU it is
the growth of the peak resident set: the libraries are imported, the network has read a few images and all
images are in memory as float32 before the measurement begins. On a GPU it is the peak of the framework's
allocator.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from lstm_core.arrays import FloatArray
from lstm_core.data.info import Split
from lstm_core.errors import DeviceUnavailable, InvalidValue, RunError
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings.available import peak_resident
from lstm_core.settings.devices import Device, choose, list_devices
from lstm_core.settings.presets import preset

NETWORKS = ("lstm", "cnn")
LSTM_PRESET = "huang-2017"
WARM_UP_IMAGES = 64
SAMPLE_SECONDS = 0.001
MOST_IMAGES = 60_000


class Measurement(BaseModel):
    """What the process of its own says.

    Attributes:
        extra_bytes: on a CPU beyond the images and all that was loaded before; on a GPU all there was.
        versions: of Python and of what computed.
    """

    model_config = ConfigDict(frozen=True)

    extra_bytes: int
    versions: dict[str, str]


def measure(network: str, images: int, device: Device) -> Measurement:
    """Evaluate ``images`` random images in one batch in a fresh process, and say what it took.

    Args:
        network: ``lstm``, that of huang-2017 with random weights, or ``cnn``, see `evidence.convolution`.
        images: in the batch.
        device: on a CPU the LSTM is read by NumPy, in the blocks of `reading.trace.read_batch`; on a GPU
            by Keras.

    Raises:
        InvalidValue: there is no such network, or a number of images out of range.
        DeviceUnavailable: there is no such device here.
        RunError: the process failed, for example for want of memory.
    """
    if network not in NETWORKS:
        raise InvalidValue("network", f"one of {', '.join(NETWORKS)}", network)
    if not 1 <= images <= MOST_IMAGES:
        raise InvalidValue("images", f"a whole number from 1 to {MOST_IMAGES:,}", images)
    choose(device.name, list_devices())
    done = subprocess.run(
        [sys.executable, "-m", "lstm_core.evidence.memory_of_a_batch", network, str(images), device.name],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    said = (done.stderr.strip() or "it said nothing").splitlines()[-1]
    if done.returncode == _UNAVAILABLE:
        raise DeviceUnavailable(said)
    try:
        return Measurement.model_validate_json(done.stdout.strip().rpartition("\n")[2])
    except ValidationError as error:
        how = f"was ended by signal {-done.returncode}" if done.returncode < 0 else f"failed: {said}"
        raise RunError(f"The process that measures the memory of the {network} {how}.") from error


def resident_growth(act: Callable[[], object]) -> int:
    """Bytes by which the largest resident set while ``act`` runs exceeds the resident set before.

    A thread looks every millisecond; the operating system's own high-water mark counts too, once ``act``
    has raised it, and misses nothing.
    """
    import psutil

    process, ended = psutil.Process(), threading.Event()
    mark = peak_resident()
    before = peak = int(process.memory_info().rss)

    def watch() -> None:
        nonlocal peak
        while not ended.wait(SAMPLE_SECONDS):
            peak = max(peak, int(process.memory_info().rss))

    watcher = threading.Thread(target=watch, name="resident set", daemon=True)
    watcher.start()
    try:
        act()
    finally:
        ended.set()
        watcher.join()
    if (raised := peak_resident()) > mark:
        peak = max(peak, raised)
    return peak - before


def random_lstm(seed: int = 0, units: Sequence[int] = ()) -> LstmWeights:
    """Random weights in the shapes of huang-2017's network, or with other ``units`` per layer."""
    settings = preset(LSTM_PRESET).settings()
    info, random = settings.info, np.random.default_rng(seed)

    def normal(*shape: int) -> FloatArray:
        return random.normal(0, 0.05, shape).astype(np.float32)

    layers, features = [], info.columns
    for size in units or settings.units:
        layers.append(LayerWeights(normal(features, 4 * size), normal(size, 4 * size), normal(4 * size)))
        features = size
    return LstmWeights(tuple(layers), normal(features, info.classes), normal(info.classes), rows=info.rows)


def _evaluation_by_numpy(split: Split) -> Callable[[int], object]:
    """What reads the first so many images in one batch, on the CPU and without a training library."""
    reader = numpy_reader(random_lstm())
    return lambda count: evaluate(reader, Split(split.images[:count], split.labels[:count]), count)


def _evaluation_by_keras(network: str, images: FloatArray, device: Device) -> Callable[[int], object]:
    """The same through Keras, on ``device``."""
    from lstm_core.evidence import convolution
    from lstm_core.training import backend
    from lstm_core.training.model import build

    settings = preset(LSTM_PRESET).settings()
    with backend.device_scope(device):
        cnn = network == "cnn"
        model = convolution.build() if cnn else build(settings, settings.info)

    def read(count: int) -> object:
        with backend.device_scope(device):
            return np.asarray(model.predict_on_batch(images[:count])).argmax(axis=-1)

    return read


def _measure_here(network: str, count: int, device_name: str) -> Measurement:
    """For the process of its own."""
    from lstm_core.training import backend

    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    split = Split(pixels, random.integers(0, 10, count, dtype=np.uint8))
    images = split.pixels()  # stays in memory, so that the baseline holds it
    versions = backend.versions()
    if network == "lstm" and device_name == "cpu":
        device = Device("cpu", "")
        versions = {name: versions[name] for name in ("python", "numpy")}
        act = _evaluation_by_numpy(split)
    else:
        backend.load()
        device = choose(device_name, backend.usable_devices())
        act = _evaluation_by_keras(network, images, device)
    act(min(WARM_UP_IMAGES, count))
    gc.collect()
    growth = resident_growth(lambda: act(count))
    extra = backend.peak_memory(device) if device.is_gpu else growth
    return Measurement(extra_bytes=extra, versions=versions)


_UNAVAILABLE = 3
"""The exit code that says the framework cannot use the device."""


if __name__ == "__main__":
    try:
        measured = _measure_here(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    except DeviceUnavailable as missing:
        sys.stderr.write(f"{missing}\n")
        sys.exit(_UNAVAILABLE)
    sys.stdout.write(measured.model_dump_json() + "\n")
