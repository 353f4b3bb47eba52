"""Officers against each other, as a page: in the office, and on a sheet at the desk. Pure."""

from __future__ import annotations

from kiosk.accounts.overrides import Comparison, Standing
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told
from kiosk.text import Texts

_SHARES = {
    "officer": 1.5,
    "admitted": 1.3,
    "override": 1.4,
    "undone": 1.0,
    "quarter": 1.1,
    "most": 1.0,
    "standing": 1.6,
}
_MARKS = {Standing.FAR_ABOVE: Mark.LOOK, Standing.USUAL: Mark.GOOD, Standing.ALONE: Mark.UNKNOWN}


def overrides_page(seen: Comparison, texts: Texts, *, acts: tuple[Act, ...] = ()) -> ListPage:
    """Who stands out comes first, with a shape and a word; the median they are compared with stands above."""
    rows = []
    for one in seen.officers:
        standing = seen.standing(one)
        words = texts(f"office.overrides.{standing}")
        numbers = (one.admitted, one.overrides, one.undone, f"{one.per_quarter:.1f}", one.most)
        rows.append(Row(one.account_id, (one.account_id, *map(str, numbers), words), _MARKS[standing]))
    far = sum(seen.standing(one) is Standing.FAR_ABOVE for one in seen.officers)
    told = Told(Mark.LOOK, texts("office.overrides.some_far", count=far)) if far else None
    columns = tuple(Column(texts(f"office.overrides.column.{name}"), share) for name, share in _SHARES.items())
    return ListPage(
        texts("office.overrides.title"),
        columns,
        tuple(rows),
        texts("office.overrides.lead", median=f"{seen.median:.1f}") if seen.officers else "",
        told,
        acts=acts,
        empty=texts("office.overrides.none"),
    )
