"""The small bar charts of the Draw page, one for each row read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from lstm_core.figures.row_grid import RowCell


def show_row_grid(cells: Sequence[RowCell]) -> None:
    """Each cell with its row's number; a bar says its class and probability when it is pointed at."""
    st.html(f'<ol class="row-grid">{"".join(_cell(cell) for cell in cells)}</ol>')


def _cell(cell: RowCell) -> str:
    said = f"Row {cell.row}: {cell.bars.winner} with {cell.bars.labels[cell.bars.winner]}"
    title = f"<b>row {cell.row}</b> settled" if cell.settled else f"row {cell.row}"
    bars = "".join(
        f'<i{" class=winner" if label == cell.bars.winner else ""} style="--p: {percent:.2f}%" '
        f'title="row {cell.row} · class {label} · {text}">{label}</i>'
        for label, (percent, text) in enumerate(zip(cell.bars.percents, cell.bars.labels, strict=True))
    )
    chart = f'<span class="cell" role="img" aria-label="{said}">{bars}</span>'
    return f'<li><span class="title">{title}</span>{chart}</li>'
