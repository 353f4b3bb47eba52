"""A new account: first its role, of those the person who asks may hand out, then whose it is."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.accounts.account import OFFICERS, PEOPLE, expiry_of
from kiosk.accounts.book import AccountBook, Issued, NewAccount
from kiosk.config.event import EventConfig
from kiosk.domain.access import Action, Principal, Role
from kiosk.office.issued import IssuedSheet
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Column, Field, FormPage, ListPage, Mark, Row, Told


def roles_for(who: Principal) -> list[Role]:
    """The roles ``who`` may hand out."""
    return [role for role in PEOPLE if who.may(Action.MANAGE_OFFICERS if role in OFFICERS else Action.MANAGE_ADMINS)]


class NewAccountPages(Subject):
    def __init__(self, room: Room, book: AccountBook, event: EventConfig) -> None:
        self._room, self._book, self._event = room, book, event
        self._role: Role | None = None
        self._done: Told | None = None

    def open(self, told: Told | None = None) -> None:
        """Also after the starting password was shown: then there is nothing more to do here."""
        if self._done is not None:
            self._room.leave(self._done)
            return
        texts = self._room.texts
        rows = tuple(
            Row(role.value, (texts(f"access.role.{role}"), texts(f"office.role.{role}")))
            for role in roles_for(self._room.who)
        )
        columns = (Column(texts("office.new.role"), 1.0), Column(texts("office.new.does"), 2.6))
        self._room.show(ListPage(texts("office.new.title"), columns, rows, texts("office.new.lead"), told, opens=True))

    def opened(self, row: str) -> None:
        self._role = Role(row)
        self._show_form(None)

    def submitted(self, values: Mapping[str, str]) -> None:
        role = self._role
        if role is None:
            return
        officer = role in OFFICERS
        new = NewAccount(
            values["account"],
            values["name"],
            frozenset({role}),
            values["person"],
            self._event.id if officer else "",
            expiry_of(self._event).timestamp() if officer else None,
        )
        self._room.ask(lambda: self._book.add(self._room.who, new), self._made, self._show_form)

    def back(self) -> bool:
        if self._role is None:
            return False
        self._role = None
        self.open()
        return True

    def _made(self, issued: Issued) -> None:
        account_id = issued.account.account_id
        officer = not issued.secret
        self._done = Told(
            Mark.GOOD, self._room.texts("office.new.officer_made" if officer else "office.new.made", account=account_id)
        )
        if officer:
            self._room.leave(self._done)
        else:
            self._room.enter(lambda room: IssuedSheet(room, issued))

    def _show_form(self, told: Told | None) -> None:
        texts = self._room.texts
        fields = tuple(
            Field(name, texts(f"office.new.{name}"), texts(f"office.new.{name}_hint"), longest=longest)
            for name, longest in (("account", 32), ("name", 60), ("person", 60))
        )
        title = texts("office.new.of_role", role=texts(f"access.role.{self._role}"))
        self._room.show(FormPage(title, fields, texts("office.new.make"), "", told))
