"""Two people agree to one change, one after the other at this window; nothing is kept for later (R-49)."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.accounts.account import Account
from kiosk.config.toml_text import Values
from kiosk.office.refusals import sentence_of
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Field, FormPage, Mark, Options, Told
from kiosk.office.wizard_port import Given, WizardPort

WAY, PASSWORD, BADGE = "way", "password", "badge"
_HIDDEN = frozenset({"password", "code", "badge", "pin"})
_LINES = {PASSWORD: ("account", "password", "code"), BADGE: ("badge", "pin")}


class AgreePages(Subject):
    """``seen``, ``wanted``: the event's file as it was and as it is to be. Left with what came of it, if it is done."""

    def __init__(self, room: Room, port: WizardPort, seen: Values, wanted: Values, reason: str) -> None:
        self._room, self._port = room, port
        self._seen, self._wanted, self._reason = seen, wanted, reason
        self._first: Account | None = None
        self._way, self._asked, self._busy = PASSWORD, 0, False

    def open(self, told: Told | None = None) -> None:
        self._show(told)

    def chosen(self, name: str, value: str) -> None:
        if name == WAY and value in _LINES:
            self._way = value
            self._show(None)

    def submitted(self, values: Mapping[str, str]) -> None:
        if self._busy:
            return
        self._busy = True
        typed = {name.partition("-")[0]: value for name, value in values.items()}
        given = Given(self._way == BADGE, *(typed.get(line, "") for line in _LINES[self._way]))
        self._show(Told(Mark.NONE, self._room.texts("login.checking")))  # and the lines are empty from here on
        first = self._first
        if first is None:
            self._room.work.do(lambda: self._port.agrees(given), self._second, self._refused)
        else:
            done = Told(Mark.GOOD, self._room.texts("office.agree.done"))
            self._room.work.do(lambda: self._both(first, given), lambda _: self._room.leave(done), self._refused)

    def _both(self, first: Account, given: Given) -> None:
        people = (first, self._port.agrees(given))
        self._port.change_agreed(self._seen, self._wanted, self._reason, people)

    def _second(self, first: Account) -> None:
        self._busy, self._first, self._way = False, first, PASSWORD
        self._show(None)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self._show(Told(Mark.BAD, sentence_of(error, self._room.texts)))

    def _show(self, told: Told | None) -> None:
        """Lines under new names each time: a form that is shown again would keep what was typed."""
        texts, first = self._room.texts, self._first
        self._asked += 1
        fields = tuple(
            Field(f"{line}-{self._asked}", texts(f"office.agree.{line}"), longest=200, hidden=line in _HIDDEN)
            for line in _LINES[self._way]
        )
        ways = tuple((way, texts(f"office.agree.{way}")) for way in _LINES)
        options = (Options(WAY, texts("office.agree.way"), self._way, ways),)
        if first is None:
            title, lead = texts("office.agree.title_1"), texts("office.agree.lead", reason=self._reason)
        else:
            title = texts("office.agree.title_2")
            lead = texts("office.agree.lead_2", first=first.name or first.account_id, reason=self._reason)
        self._room.show(FormPage(title, fields, texts("office.agree.go_on"), lead, told, options=options))
