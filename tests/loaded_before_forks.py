"""What `tests.forks` imports once: all that takes long. A GPU, which outlives no fork, is left alone."""

import contextlib
import gc
import importlib
import warnings

for name in ("lstm_core.__main__", "lstm_core.search.searching", "lstm_core.training.run_training"):
    importlib.import_module(name)
with contextlib.suppress(ImportError), warnings.catch_warnings(action="ignore"):
    from lstm_core.training import backend

    with backend._hidden(backend.UNUSED):
        for name in ("keras", "tensorflow"):
            importlib.import_module(name)
    kernels = importlib.import_module("lstm_core.training.fused.gate_kernels")
    with contextlib.suppress(OSError):  # there is no place for what Numba compiles
        kernels.forward_kernel("float32")  # Numba's own functions are looked up when it first loads one
gc.collect()
gc.freeze()
