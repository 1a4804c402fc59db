"""Whether searches can be done here, known without importing what they need."""

from __future__ import annotations

import os
from importlib.util import find_spec

from lstm_core.errors import InvalidValue, PackageMissing

STORAGE_VARIABLE = "ROW_BY_ROW_STORAGE"
"""Environment variable with the address of a database that keeps trials, as SQLAlchemy has it."""

MISSING = "A search needs the package `optuna`, which is not installed. Install it with: pip install optuna"


def is_available() -> bool:
    """Whether Optuna is installed; it is not imported."""
    return find_spec("optuna") is not None


def check_available() -> None:
    """Raises `PackageMissing` where Optuna is not installed."""
    if not is_available():
        raise PackageMissing(MISSING)


def database_url() -> str:
    """The database that keeps trials; empty where a journal file does.

    Raises:
        InvalidValue: it is SQLite's, which is not for several processes at once. Its value is not repeated,
            as it may hold a password.
    """
    url = os.environ.get(STORAGE_VARIABLE, "").strip()
    if url.startswith("sqlite"):
        rule = "a PostgreSQL or MySQL database, as SQLite is not for several processes at once"
        raise InvalidValue(STORAGE_VARIABLE, f"{rule} (leave it out for a journal file)", "sqlite")
    return url
