"""A finished Plotly figure that is drawn as it is.

``st.plotly_chart`` accepts any ``BaseFigure`` and asks it for ``to_dict()``. Plotly's own
``graph_objects.Figure`` checks and copies every property when it is made, and Streamlit makes one from a
plain dictionary: 30 ms for a figure of 28 frames, between what a person did and its answer. The figures
here are always the same shape, so the tests check them with ``graph_objects.Figure`` instead, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plotly.basedatatypes import BaseFigure


class Figure(BaseFigure):  # type: ignore[misc, unused-ignore]
    """Plotly's JSON form of a figure, ready to show; not meant to be changed.

    For Plotly's editing methods or a notebook, make ``graph_objects.Figure(figure.to_dict())``.

    Args:
        specification: keys ``data``, ``layout`` and perhaps ``frames``, as Plotly's reference has them.
    """

    def __init__(self, specification: dict[str, Any]) -> None:
        object.__setattr__(self, "_specification", specification)

    def to_dict(self) -> dict[str, Any]:
        """The figure itself, not a copy."""
        specification: dict[str, Any] = self._specification
        return specification

    def __getitem__(self, key: str) -> Any:
        return self.to_dict()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __contains__(self, key: object) -> bool:
        return key in self.to_dict()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figure) and self.to_dict() == other.to_dict()

    def __reduce__(self) -> tuple[type[Figure], tuple[dict[str, Any]]]:
        return Figure, (self.to_dict(),)

    def __repr__(self) -> str:
        return f"Figure({', '.join(trace['type'] for trace in self['data'])})"
