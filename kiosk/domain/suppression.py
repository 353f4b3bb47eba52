"""Small numbers are not told (k >= 10), nor others they could be worked out from. Pure.

A table is told with its totals. A cell, or a total, of 1 to 9 people is hidden; then more is hidden until no hidden
number follows from what is told: in every line that has a hidden number there is a second one, what is hidden of a line
adds up to at least ten, and no small number is the only way between two parts of the table (each number joins its row
to its column; one whose row and column hang together by nothing else can be worked out). Zero is told: it is nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FEWEST = 10
Place = tuple[int, int]


@dataclass(frozen=True)
class Shown:
    """A table as it may be told; None is not told. ``rows`` and ``columns`` are the totals."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def shown(cells: Sequence[Sequence[int]], fewest: int = FEWEST, *, total_known: bool = False) -> Shown:
    """``cells``: row by row, all of one length. ``total_known``: the whole table's total is told elsewhere anyway."""
    width = len(cells[0]) if cells else 0
    table = _Table(cells, width, fewest, total_known=total_known)
    table.hide()
    told = [[None if (r, c) in table.hidden else value for c, value in enumerate(row)] for r, row in table.rows()]
    inner = tuple(tuple(row[:-1]) for row in told[:-1])
    return Shown(inner, tuple(row[-1] for row in told[:-1]), tuple(told[-1][:-1]), told[-1][-1])


def shown_list(values: Sequence[int], fewest: int = FEWEST) -> tuple[tuple[int | None, ...], int | None]:
    """One line of numbers and its total."""
    table = shown([values], fewest)
    return table.cells[0] if table.cells else (), table.total


class _Table:
    def __init__(self, cells: Sequence[Sequence[int]], width: int, fewest: int, *, total_known: bool) -> None:
        sums = [sum(row[c] for row in cells) for c in range(width)]
        self._values = [[*row, sum(row)] for row in cells] + [[*sums, sum(sums)]]
        self._height, self._width, self._fewest = len(cells) + 1, width + 1, fewest
        self._fixed: frozenset[Place] = frozenset({(len(cells), width)}) if total_known else frozenset()
        self.hidden: set[Place] = set()

    def rows(self) -> Iterator[tuple[int, list[int]]]:
        return enumerate(self._values)

    def hide(self) -> None:
        small = {place for place in self._places() if 0 < self._at(place) < self._fewest} - self._fixed
        self.hidden |= small
        while any(self._widen(line) for line in self._lines()) or self._break_bridges(small):
            pass

    def _widen(self, line: list[Place]) -> bool:
        """Hide one more of a line that gives its hidden numbers away; whether there was one."""
        hidden = [place for place in line if place in self.hidden]
        inner = sum(self._at(place) for place in line[:-1] if place in self.hidden)
        enough = len(hidden) > 1 and (line[-1] in self.hidden or inner >= self._fewest)
        return bool(hidden) and not enough and self._hide_least(line)

    def _hide_least(self, line: list[Place]) -> bool:
        """The smallest number that is told, a total or a nought only where there is nothing else."""
        left = [place for place in line if place not in self.hidden | self._fixed]
        if not left:
            return False
        self.hidden.add(min(left, key=lambda place: (not self._at(place), self._is_total(place), self._at(place))))
        return True

    def _break_bridges(self, small: set[Place]) -> bool:
        for place in sorted(small):
            if not self._joined_otherwise(place):
                row, column = place
                lines = [[(row, c) for c in range(self._width)], [(r, column) for r in range(self._height)]]
                if any(self._hide_least(line) for line in lines):
                    return True
        return False

    def _joined_otherwise(self, place: Place) -> bool:
        """Whether hidden numbers lead from its row to its column by another way."""
        by_row: dict[int, list[int]] = {}
        by_column: dict[int, list[int]] = {}
        for row, column in self.hidden - {place}:
            by_row.setdefault(row, []).append(column)
            by_column.setdefault(column, []).append(row)
        rows, columns, ahead = {place[0]}, set[int](), [place[0]]
        while ahead:
            fresh = set(by_row.get(ahead.pop(), ())) - columns
            columns |= fresh
            for row in {row for column in fresh for row in by_column[column]} - rows:
                rows.add(row)
                ahead.append(row)
        return place[1] in columns

    def _lines(self) -> Iterator[list[Place]]:
        """Every row and every column; the total is the last of a line."""
        for row in range(self._height):
            yield [(row, column) for column in range(self._width)]
        for column in range(self._width):
            yield [(row, column) for row in range(self._height)]

    def _places(self) -> Iterator[Place]:
        return ((row, column) for row in range(self._height) for column in range(self._width))

    def _at(self, place: Place) -> int:
        return self._values[place[0]][place[1]]

    def _is_total(self, place: Place) -> bool:
        return place[0] == self._height - 1 or place[1] == self._width - 1
