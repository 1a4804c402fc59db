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
    importlib.import_module("lstm_core.training.fused.gate_kernels")
gc.collect()
gc.freeze()
