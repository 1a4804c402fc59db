"""All that differs between TensorFlow and JAX below Keras: devices, memory, device scope.

``KERAS_BACKEND`` chooses, as in Keras; TensorFlow is the default. Memory on a GPU grows on demand, so
that other programs can use the rest.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.metadata
import os
import sys
from collections.abc import Collection, Iterator
from typing import Any

from lstm_core.errors import InvalidValue
from lstm_core.settings.available import peak_resident
from lstm_core.settings.computation import choose_computation, choose_precision
from lstm_core.settings.devices import Device, cpu_title
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.lanes import MOST_LANES
from lstm_core.settings.lanes import lanes as lanes_on
from lstm_core.settings.library import TITLES, name
from lstm_core.training.own_cores import all_cores

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

UNUSED = ("jax", "pandas", "sklearn")
"""What Keras and TensorFlow import because it is installed, for inputs and wrappers that are not used here: a
third of the time until a training begins, and 230 MB, where all three are."""


def load() -> None:
    """Import Keras and its backend, which takes seconds.

    Raises:
        InvalidValue: ``KERAS_BACKEND`` names another backend.
        ImportError: the backend is not installed.
    """
    if name() not in TITLES:
        raise InvalidValue("KERAS_BACKEND", f"one of {', '.join(TITLES)}", name())
    with _hidden({*UNUSED} - {name()}):
        import keras

    keras.utils.disable_interactive_logging()
    if name() == "tensorflow" and not _gpus():
        import tensorflow as tf

        # Rewriting the graphs takes a second before the first step and makes none of the others faster.
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        with contextlib.suppress(RuntimeError):  # this process has computed already, and stays slower
            tf.config.threading.set_inter_op_parallelism_threads(all_cores())
            tf.config.threading.set_intra_op_parallelism_threads(max(1, all_cores() // MOST_LANES))


@contextlib.contextmanager
def _hidden(modules: Collection[str]) -> Iterator[None]:
    """As if these were not installed, except for those that are loaded already."""
    missing = [module for module in modules if module not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]  # None is what importing understands
    try:
        yield
    finally:
        for module in missing:
            del sys.modules[module]


def lanes(settings: HyperParameters, device: Device) -> int:
    """In how many parts a batch is computed side by side; a GPU computes it whole."""
    return 1 if device.is_gpu else lanes_on(settings, all_cores())


def obstacle(settings: HyperParameters, device: Device) -> str:
    """Why TensorFlow cannot have the fused way's compiled operations on this CPU, or nothing.

    The first who asks with settings that would use them waits while they are made, see
    `lstm_core.training.fused.row_operations`; with other settings nothing is tried.
    """
    if name() != "tensorflow" or device.is_gpu or choose_computation(settings, device).name != "fused":
        return ""
    from lstm_core.training.fused.row_operations import row_operations

    in_16_bits = choose_precision(settings, device).name == "bfloat16"
    return row_operations("bfloat16" if in_16_bits else "float32").obstacle


def clear_models() -> None:
    """Let go of the models made so far, so that a process that trains many runs does not grow."""
    import keras

    keras.utils.clear_session(free_memory=False)
    gc.collect()


def keep_what_is_loaded() -> None:
    """Leave what there is by now out of every later search for garbage.

    The libraries are so many objects that to look through them takes 0.3 s of the processor in every run.
    """
    gc.freeze()


def usable_devices() -> list[Device]:
    """The devices the backend can really compute on, GPUs first."""
    return [*(Device(f"gpu:{i}", _gpu_title(g)) for i, g in enumerate(_gpus())), Device("cpu", cpu_title())]


@contextlib.contextmanager
def device_scope(device: Device) -> Iterator[None]:
    """Variables and computations of the block live on ``device``."""
    if name() == "jax":
        import jax

        chosen = _gpus()[int(device.name[4:])] if device.is_gpu else jax.devices("cpu")[0]
        with jax.default_device(chosen):
            yield
    else:
        import tensorflow as tf

        with tf.device(f"/{device.name.upper()}" if device.is_gpu else "/CPU:0"):
            yield


def peak_memory(device: Device) -> int:
    """Bytes: of the GPU since its first use, or the process's largest resident set on a CPU."""
    if device.is_gpu:
        index = int(device.name[4:])
        if name() == "jax":
            return int((_gpus()[index].memory_stats() or {}).get("peak_bytes_in_use", 0))
        import tensorflow as tf

        return int(tf.config.experimental.get_memory_info(f"GPU:{index}")["peak"])
    return peak_resident()


def versions() -> dict[str, str]:
    """Of Python and of what computes."""
    packages = ("keras", "tensorflow" if name() == "tensorflow" else "jax", "numpy")
    return {"python": sys.version.split()[0], "backend": name()} | {
        package: importlib.metadata.version(package) for package in packages
    }


def _gpus() -> list[Any]:
    if name() == "jax":
        import jax

        return [device for device in jax.devices() if device.platform == "gpu"]
    import tensorflow as tf

    return tf.config.list_physical_devices("GPU")


def _gpu_title(gpu: Any) -> str:
    if name() == "jax":
        return str(gpu.device_kind)
    import tensorflow as tf

    return str(tf.config.experimental.get_device_details(gpu).get("device_name", "GPU"))
