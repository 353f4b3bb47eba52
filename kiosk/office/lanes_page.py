"""Both lanes of every gate group side by side, and everybody who went in, as a page. Pure."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.lanes import GroupWaits, HeadCount, LaneState, Staffing, staff_lane_is_worse
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight
from kiosk.text import Texts

INCIDENTS = "venue_incidents"
_SHARES = {
    "where": 1.3,
    "officers": 1.05,
    "waiting": 1.05,
    "longest": 1.05,
    "staff_p90": 0.9,
    "face_p90": 0.9,
    "admitted": 1.2,
    "passed": 1.0,
    "behind": 1.05,
    "inside": 0.95,
}


def lanes_page(
    state: LaneState,
    heads: tuple[HeadCount, ...],
    gate_name: Callable[[str], str],
    base_now_s: float,
    texts: Texts,
    *,
    may_set: bool,
) -> ListPage:
    """One row a gate group. ``may_set``: whether whoever looks may begin an incident."""
    waits = {one.gate_group: one for one in state.waits}
    staff = {one.gate_group: one for one in state.staffing}
    counts = {one.gate_group: one for one in heads}
    rows = tuple(
        _row(gate_name(group), group, waits.get(group), staff.get(group), counts.get(group), base_now_s)
        for group in sorted({*waits, *staff, *counts})
    )
    inside = sum(one.inside for one in heads)
    return ListPage(
        texts("venue.title"),
        tuple(Column(texts(f"venue.column.{name}"), share) for name, share in _SHARES.items()),
        rows,
        texts("venue.lead", inside=inside),
        None if state.online else Told(Mark.BAD, texts("venue.told.away")),
        acts=(Act(INCIDENTS, texts("venue.incidents"), Weight.PRIMARY),) if may_set else (),
        empty=texts("venue.nothing_yet"),
    )


def _row(
    name: str,
    group: str,
    waits: GroupWaits | None,
    staff: Staffing | None,
    heads: HeadCount | None,
    base_now_s: float,
) -> Row:
    longest = _minutes(base_now_s - waits.since) if waits is not None and waits.since is not None else ""
    behind = heads.without_admission if heads is not None else 0
    cells = (
        name,
        str(staff.manned) if staff is not None else "",
        str(waits.waiting) if waits is not None else "0",
        longest,
        _minutes(waits.staff_p90_s) if waits is not None else "",
        _minutes(waits.face_p90_s) if waits is not None else "",
        str(heads.admitted) if heads is not None else "0",
        str(heads.passed_in + heads.free_in) if heads is not None else "0",
        str(behind),
        str(heads.inside) if heads is not None else "0",
    )
    worse = waits is not None and staff_lane_is_worse(waits)
    unstaffed = staff is not None and not staff.manned
    return Row(group, cells, Mark.LOOK if worse or unstaffed or behind else Mark.GOOD)


def _minutes(seconds: float | None) -> str:
    """As minutes and seconds."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
