"""Reading the small JSON files of a run folder, bounded, with the reason when one cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lstm_core.errors import RunDamaged, StorageError
from lstm_core.files import open_regular

MOST_BYTES = 2**24
"""Of a JSON file; the largest, ten thousand readings, has 2**16."""

_Model = TypeVar("_Model", bound=BaseModel)


def read_model(path: Path, model: type[_Model]) -> _Model:
    """What a file holds.

    Raises:
        RunDamaged: it is missing, too large, no JSON, or breaks a rule of ``model``.
        StorageError: it cannot be read at this moment.
    """
    try:
        with open_regular(path) as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise RunDamaged(f"{path.name} is damaged: it is far too large.")
        return model.model_validate_json(content)
    except FileNotFoundError as error:
        raise RunDamaged(f"{path.name} is missing.") from error
    except ValidationError as error:
        raise RunDamaged(f"{path.name} is damaged: {_reason(error)}.") from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error


def _reason(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "it is incomplete or not JSON"
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]
