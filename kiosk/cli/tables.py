"""Tables for people: as wide as the terminal, 80 columns where there is none; long cells are folded, never cut."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text


def show_table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: frozenset[int] = frozenset()
) -> None:
    """Print to standard output. ``right``: columns of numbers, counted from 0. What cells hold is never markup."""
    table = Table(box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", justify="right" if place in right else "left")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console(file=sys.stdout, highlight=False).print(table)
