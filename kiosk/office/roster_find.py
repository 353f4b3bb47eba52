"""A ticket found by what somebody says of it: the whole order number, seat, name or code; to be changed from there.

There is no list of attendees to browse. Few hits are shown, their names masked; nothing of them stays once it is left.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.ledger.port import Found
from kiosk.office.roster_port import RosterLook, RosterPort
from kiosk.office.roster_ticket import TicketPages
from kiosk.office.roster_words import column_words
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, Field, FormPage, ListPage, Mark, Options, Row, Told, Weight
from kiosk.office.wizard_secret import SECRET

TEXT = "text"
_ACTS = ("transfer", "revoke")
_COLUMNS = {"name": 1.0, "seat_area": 2.0, "gate_group": 1.0}


class FindPages(Subject):
    """``_found``: what is shown, None while it is asked for."""

    def __init__(self, room: Room, port: RosterPort, look: RosterLook) -> None:
        self._room, self._port, self._look = room, port, look
        self._session = look.event.sessions[0].id
        self._found: Found | None = None

    def open(self, told: Told | None = None) -> None:
        """Also when a ticket was changed: what was found before is not true any more."""
        self._found = None
        texts, sessions = self._room.texts, self._look.event.sessions
        fields = [Field(TEXT, texts("office.roster.find.text"), longest=80)]
        if self._look.locked:
            fields.append(Field(SECRET, texts("office.wizard.setting.secret"), longest=200, hidden=True))
        choice = tuple((session.id, session.id) for session in sessions)
        options = (Options("session", column_words("session", texts), self._session, choice),) if choice[1:] else ()
        title, lead = texts("office.roster.act.find"), texts("office.roster.find.lead")
        submit = texts("office.roster.find.go")
        self._room.show(FormPage(title, tuple(fields), submit, lead, told, options=options))

    def chosen(self, name: str, value: str) -> None:
        self._session = value
        self.open()

    def submitted(self, values: Mapping[str, str]) -> None:
        text, session, secret = values[TEXT], self._session, values.get(SECRET, "")
        self._room.ask(lambda: self._port.find(text, session, secret), self._show, self.open)

    def act(self, name: str, row: str) -> None:
        if name == "again":
            self.open()
        elif name in _ACTS and row and self._found is not None:
            port, look, session, hit = self._port, self._look, self._session, self._found.hits[int(row)]
            self._room.enter(lambda room: TicketPages(room, port, look, name, hit.code, session))

    def back(self) -> bool:
        if self._found is None:
            return False
        self.open()
        return True

    def _show(self, found: Found) -> None:
        texts = self._room.texts
        if not found.hits:
            self.open(Told(Mark.LOOK, texts("office.roster.find.nobody")))
            return
        self._found = found
        rows = tuple(
            Row(str(place), (hit.masked_name, hit.seat_area or "–", hit.gate_group))
            for place, hit in enumerate(found.hits)
        )
        columns = tuple(Column(column_words(name, texts), share) for name, share in _COLUMNS.items())
        acts = tuple(Act(name, texts(f"office.roster.act.{name}"), on_row=True) for name in _ACTS)
        again = Act("again", texts("office.roster.find.again"), Weight.PRIMARY)
        told = Told(Mark.LOOK, texts("office.roster.find.more")) if found.more else None
        lead = texts("office.roster.find.found", session=self._session)
        self._room.show(ListPage(texts("office.roster.find.title"), columns, rows, lead, told, acts=(*acts, again)))
