"""Small numbers stay untold: a reader with pencil and paper works none of them out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.suppression import FEWEST, Shown, shown, shown_list

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 3, 9, 10, 11, 25, 200]), min_size=width, max_size=width),
        min_size=1,
        max_size=5,
    )
)


def whole(cells: list[list[int]], told: Shown) -> tuple[np.ndarray, np.ndarray]:
    """Every number with its totals, and which are told."""
    table = np.array([[*row, sum(row)] for row in cells])
    values = np.vstack([table, table.sum(axis=0)])
    marks = [[*row, total] for row, total in zip(told.cells, told.rows, strict=True)] + [[*told.columns, told.total]]
    return values, np.array([[each is not None for each in row] for row in marks])


def worked_out(is_told: np.ndarray) -> set[tuple[int, int]]:
    """Untold numbers that follow from the told ones: the sums of rows and columns are all there is to know of them."""
    height, width = is_told.shape
    unknown = [tuple(map(int, place)) for place in np.argwhere(~is_told)]
    equations = np.zeros((height + width, len(unknown)))
    for number, (row, column) in enumerate(unknown):
        equations[row, number] = -1 if column == width - 1 else 1
        equations[height + column, number] = -1 if row == height - 1 else 1
    rank = np.linalg.matrix_rank(equations) if unknown else 0
    return {
        (place[0], place[1])
        for number, place in enumerate(unknown)
        if np.linalg.matrix_rank(np.vstack([equations, np.eye(len(unknown))[number]])) == rank
    }


@pytest.mark.requirement("R-112")
@given(TABLES)
def test_no_small_number_is_told_or_can_be_worked_out(cells: list[list[int]]) -> None:
    told = shown(cells)
    values, is_told = whole(cells, told)
    small = (values > 0) & (values < FEWEST)
    assert not (small & is_told).any()
    assert not {place for place in worked_out(is_told) if small[place]}


@given(TABLES)
def test_what_is_told_is_true_and_what_is_hidden_of_a_line_is_ten_or_more(cells: list[list[int]]) -> None:
    told = shown(cells)
    for row, total, cells_of_row in zip(told.cells, told.rows, cells, strict=True):
        assert all(one in {None, true} for one, true in zip(row, cells_of_row, strict=True))
        assert total in {None, sum(cells_of_row)}
        hidden = [true for one, true in zip(row, cells_of_row, strict=True) if one is None]
        if hidden and total is not None:
            assert len(hidden) > 1
            assert sum(hidden) >= FEWEST


@given(TABLES)
def test_without_small_numbers_everything_is_told(cells: list[list[int]]) -> None:
    large = [[value * FEWEST for value in row] for row in cells]
    told = shown(large)
    assert told.cells == tuple(map(tuple, large))
    assert told.total == sum(map(sum, large))


def test_a_total_gives_no_cell_away() -> None:
    told = shown([[3, 40, 50], [30, 40, 50]])
    assert told.cells[0][0] is None
    assert told.cells[0].count(None) == 2
    assert told.cells[1][0] is None, "its column's total is told"


def test_a_list_and_its_total() -> None:
    assert shown_list([12, 30]) == ((12, 30), 42)
    values, total = shown_list([3, 30, 500])
    assert values == (None, None, 500)
    assert total == 533
    assert shown_list([4]) == ((None,), None)
    assert shown_list([]) == ((), 0)


def test_a_total_that_stands_elsewhere_is_told() -> None:
    assert shown([[2, 3], [1, 0]], total_known=True).total == 6
