"""Tables of the page, which can be taken away as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

import streamlit as st

Value = str | int | float | None


def show_table(
    caption: str,
    head: Sequence[str],
    lines: Sequence[Sequence[str]],
    values: Sequence[Sequence[Value]],
    *,
    name: str,
    groups: Sequence[int] = (),
    file_head: Sequence[str] = (),
) -> None:
    """A table, and a button that downloads its numbers.

    Args:
        caption: what it shows.
        head: names of the columns.
        lines: what stands in the cells.
        values: the same as numbers, for the file.
        name: of the file, without its ending, and in the keys of widgets.
        groups: whose colour stands before each line; empty where there is none.
        file_head: names of the file's columns; those of the table unless told.
    """
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{_swatch(groups[at]) if groups else ""}{escape(line[0])}</th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in line[1:])}</tr>"
        for at, line in enumerate(lines)
    )
    said = escape(caption, quote=True)
    st.html(
        f'<div class="tensors compared" role="region" tabindex="0" aria-label="{said}"><table>'
        f"<caption>{said}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    download_csv(file_head or head, values, name=name)


def download_csv(head: Sequence[str], values: Sequence[Sequence[Value]], *, name: str) -> None:
    """A button that downloads numbers as CSV; the file is made when it is pressed."""
    st.download_button(
        "CSV",
        data=lambda: as_csv(head, values),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/table:",
        key=f"csv-{name}",
        on_click="ignore",
        type="tertiary",
        help="The numbers, for a spreadsheet",
    )


def as_csv(head: Sequence[str], values: Sequence[Sequence[Value]]) -> str:
    """A file of comma-separated values. A text that a spreadsheet would take for a formula is made none."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([["" if cell is None else _text(cell) for cell in line] for line in values])
    return file.getvalue()


def _text(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") and cell else cell


def _swatch(group: int) -> str:
    from lstm_core.figures.of_runs.overlaid_lines import style_of

    colour, dash = style_of(group)
    style = {"solid": "solid", "dash": "dashed", "dot": "dotted"}[dash]
    return f'<i style="border-top: 3px {style} {colour}"></i>'
