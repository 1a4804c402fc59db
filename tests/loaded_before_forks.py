"""What `tests.forks` imports once: all that the processes would import themselves."""

import contextlib
import gc
import warnings

with contextlib.suppress(ImportError), warnings.catch_warnings(action="ignore"):
    from lstm_core.training import backend

    backend.load()
gc.collect()
gc.freeze()
