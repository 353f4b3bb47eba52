"""The roster of an event: how many tickets for which session and gate group, a file taken in, a single ticket changed.

Nobody of it is shown here. One ticket is found by what its holder says of it, as at a desk.
"""

from __future__ import annotations

from kiosk.domain.access import Action
from kiosk.office.roster_find import FindPages
from kiosk.office.roster_import import ImportRosterPages
from kiosk.office.roster_port import RosterLook, RosterPort
from kiosk.office.roster_ticket import TicketPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight

_CHANGEABLE = frozenset({"draft", "armed", "open"})
TICKET_ACTS = ("add", "revoke", "transfer")


class RosterPages(Subject):
    def __init__(self, room: Room, port: RosterPort) -> None:
        self._room, self._port = room, port
        self._look: RosterLook | None = None

    def open(self, told: Told | None = None) -> None:
        self._room.ask(self._port.look, lambda look: self._show(look, told), self._say)

    def act(self, name: str, row: str) -> None:
        look, port = self._look, self._port
        if look is None:
            return
        if name == "import":
            self._room.enter(lambda room: ImportRosterPages(room, port, look))
        elif name == "find":
            self._room.enter(lambda room: FindPages(room, port, look))
        elif name in TICKET_ACTS:
            self._room.enter(lambda room: TicketPages(room, port, look, name))

    def _say(self, told: Told) -> None:
        self._room.show(ListPage(self._room.texts("office.roster.title"), (), (), told=told))

    def _show(self, look: RosterLook, told: Told | None) -> None:
        texts = self._room.texts
        self._look = look
        counts = look.tickets or {}
        rows = tuple(
            _row(session.id, group.id, counts.get((session.id, group.id), 0))
            for session in look.event.sessions
            for group in look.event.gate_groups
        )
        if look.tickets is None:
            told = told or Told(Mark.UNKNOWN, texts("office.event.no_numbers"))
        columns = tuple(Column(texts(f"office.roster.head.{name}")) for name in ("session", "gate_group", "tickets"))
        total = sum(counts.values())
        lead = texts("office.roster.lead", count=f"{total:,}")
        changeable = look.state in _CHANGEABLE and self._room.who.may(Action.IMPORT_ROSTER)
        acts = tuple(
            Act(name, texts(f"office.roster.act.{name}"), Weight.PRIMARY if name == "import" else Weight.QUIET)
            for name in ("import", "find", *TICKET_ACTS)
            if changeable
        )
        self._room.show(ListPage(texts("office.roster.title"), columns, rows, lead, told, acts=acts))


def _row(session: str, group: str, count: int) -> Row:
    return Row(f"{session}/{group}", (session, group, f"{count:,}"), Mark.GOOD if count else Mark.LOOK)
