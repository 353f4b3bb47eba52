"""What an event is still missing, and whether its manual lanes have enough officers: two lists, in words."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.closing.planning import GroupPlan, Plan
from kiosk.closing.readiness import Missing
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight
from kiosk.text import Texts

Mending = Callable[[str, str], Callable[[Room], Subject] | None]
"""(code, of what) of a missing thing -> the pages where it is mended, or None."""


class MissingPages(Subject):
    """``look`` waits and asks the role table. ``mending``: a line leads to the step that mends it."""

    def __init__(
        self, room: Room, look: Callable[[], list[Missing]], mending: Mending = lambda code, what: None
    ) -> None:
        self._room, self._look, self._mending = room, look, mending
        self._missing: list[Missing] = []

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._look, self._show, self._room.leave)

    def opened(self, row: str) -> None:
        thing = self._missing[int(row)]
        pages = self._mending(thing.code, thing.what)
        if pages is not None:
            self._room.enter(pages)

    def act(self, name: str, row: str) -> None:
        if row:
            self.opened(row)

    def _show(self, missing: list[Missing]) -> None:
        texts = self._room.texts
        self._missing = missing
        mended = any(self._mending(thing.code, thing.what) for thing in missing)
        rows = tuple(
            Row(str(number), (texts(f"office.missing.code.{thing.code}"), thing.what), Mark.BAD)
            for number, thing in enumerate(missing)
        )
        told = (
            Told(Mark.BAD, texts("office.missing.some", count=len(missing)))
            if missing
            else Told(Mark.GOOD, texts("office.missing.none"))
        )
        columns = (Column(texts("office.missing.thing"), 4.0), Column(texts("office.missing.where"), 1.4))
        lead = texts("office.missing.tap" if mended else "office.missing.how") if missing else ""
        acts = (Act("mend", texts("office.missing.mend"), Weight.PRIMARY, on_row=True),) if mended else ()
        self._room.show(ListPage(texts("office.missing.title"), columns, rows, lead, told, acts=acts, opens=mended))


class PlanPages(Subject):
    """``look`` waits and asks the role table; it gives the plan and an officer's seconds for one person."""

    def __init__(self, room: Room, look: Callable[[], tuple[Plan, float]]) -> None:
        self._room, self._look = room, look

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._look, lambda found: self._show(*found), self._room.leave)

    def _show(self, plan: Plan, service_s: float) -> None:
        texts = self._room.texts
        names = ("group", "arrivals", "share", "needed", "planned")
        short = len(plan.below)
        told = (
            Told(Mark.BAD, texts("office.plan.short", count=short))
            if short
            else Told(Mark.GOOD, texts("office.plan.enough"))
        )
        lead = texts("office.plan.lead", seconds=f"{service_s:g}", sent=f"{plan.sent_to_staff:.1%}")
        columns = tuple(Column(texts(f"office.plan.{name}")) for name in names)
        rows = tuple(_row(each, texts) for each in plan.groups)
        self._room.show(ListPage(texts("office.plan.title"), columns, rows, lead, told))


def _row(each: GroupPlan, texts: Texts) -> Row:
    arrivals = f"{each.arrivals_per_min:g}" if each.arrivals_per_min else texts("office.plan.not_said")
    cells = (each.group, arrivals, f"{each.share:.1%}", str(each.needed), str(each.planned))
    return Row(each.group, cells, Mark.BAD if each.below else Mark.GOOD)
