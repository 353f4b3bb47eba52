"""A single ticket: added, revoked, given to somebody else; each with a reason. Nothing of it stays on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.office.roster_port import RosterLook, RosterPort
from kiosk.office.roster_words import column_words, fault_words
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Field, FormPage, Mark, Options, Told
from kiosk.office.wizard_secret import SECRET

REASON = "reason"
_CHOSEN = ("document_kind", "gate_group", "session")
_TYPED = {"ticket": 60, "document_number": 40, "issuing_state": 3, "name": 80, "seat_area": 60}


class TicketPages(Subject):
    """``act``: add, revoke or transfer. ``code`` and ``session`` of a ticket that was found, "" where none was."""

    def __init__(
        self, room: Room, port: RosterPort, look: RosterLook, act: str, code: str = "", session: str = ""
    ) -> None:
        self._room, self._port, self._look, self._act, self._code = room, port, look, act, code
        event = look.event
        values = {
            "document_kind": tuple(kind.value for kind in event.allowed.documents),
            "gate_group": tuple(group.id for group in event.gate_groups),
            "session": tuple(session.id for session in event.sessions),
        }
        self._values = {"session": values["session"]} if act == "revoke" else values
        self._chosen = {name: each[0] for name, each in self._values.items()}
        if session:
            self._chosen["session"] = session

    def open(self, told: Told | None = None) -> None:
        texts, act = self._room.texts, self._act
        typed = {"ticket": _TYPED["ticket"]} if act == "revoke" else _TYPED
        fields = [
            Field(
                name,
                column_words(name, texts),
                texts(f"office.roster.hint.{name}"),
                self._code if name == "ticket" else "",
                longest,
            )
            for name, longest in typed.items()
        ]
        fields.append(Field(REASON, texts("office.wizard.reason"), texts("office.wizard.reason_hint"), longest=200))
        if self._look.locked:
            fields.append(Field(SECRET, texts("office.wizard.setting.secret"), longest=200, hidden=True))
        options = tuple(
            Options(
                name, column_words(name, texts), self._chosen[name], tuple((v, self._word(name, v)) for v in values)
            )
            for name, values in self._values.items()
            if len(values) > 1
        )
        title, lead = texts(f"office.roster.ticket.{act}"), texts(f"office.roster.ticket_lead.{act}")
        submit = texts(f"office.roster.act.{act}")
        self._room.show(FormPage(title, tuple(fields), submit, lead, told, options=options))

    def chosen(self, name: str, value: str) -> None:
        self._chosen[name] = value
        self.open()

    def submitted(self, values: Mapping[str, str]) -> None:
        cells = {**values, **self._chosen}
        reason, secret = cells.pop(REASON), cells.pop(SECRET, "")

        def change() -> Told:
            if self._act == "revoke":
                self._port.revoke(cells["ticket"], cells["session"], reason, secret)
                notes = []
            else:
                notes = (self._port.add if self._act == "add" else self._port.transfer)(cells, reason, secret)
            texts = self._room.texts
            words = [texts(f"office.roster.did.{self._act}"), *(fault_words(note, texts) for note in notes)]
            return Told(Mark.LOOK if notes else Mark.GOOD, "\n".join(words))

        self._room.ask(change, self._room.leave, self.open)

    def _word(self, name: str, value: str) -> str:
        if name != "document_kind":
            return value
        return self._room.texts(f"office.wizard.value.allowed_documents.{value}")
