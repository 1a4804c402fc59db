"""What `tests.forks` imports once: all that takes long. A GPU, which outlives no fork, is left alone."""

import contextlib
import gc
import warnings

with contextlib.suppress(ImportError), warnings.catch_warnings(action="ignore"):
    from lstm_core.training import backend

    with backend._hidden(backend.UNUSED):
        pass
gc.collect()
gc.freeze()
