"""The list of accounts, and what is done with one: unlock, renew, revoke, a new badge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.accounts.account import Account
from kiosk.accounts.book import AccountBook
from kiosk.config.event import EventConfig
from kiosk.domain.access import Action
from kiosk.office.account_words import account_row
from kiosk.office.issued import IssuedSheet
from kiosk.office.new_account import NewAccountPages
from kiosk.office.officers import BadgePages, ImportPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Options, Pager, SheetPage, Told, Weight

PER_PAGE = 50
OWN, OFFICERS = "own", "officers"


@dataclass(frozen=True)
class AccountsPlace:
    """The accounts of the machine, the event officers work at, and where files come from and go to."""

    book: AccountBook
    event: EventConfig
    folders: tuple[Path, ...]


class AccountsPages(Subject):
    """Whoever may only unlock sees nobody but who is locked."""

    def __init__(self, room: Room, place: AccountsPlace) -> None:
        self._room, self._place = room, place
        self._all = room.who.may(Action.READ_ACCOUNTS)
        self._of = OWN if room.who.may(Action.MANAGE_ADMINS) else OFFICERS
        self._search, self._first = "", 0
        self._found: list[Account] = []
        self._told: Told | None = None
        self._revoking = ""

    def open(self, told: Told | None = None) -> None:
        self._told, self._revoking = told, ""
        self._load()

    def act(self, name: str, row: str) -> None:
        book, who = self._place.book, self._room.who
        match name:
            case "new":
                self._room.enter(lambda room: NewAccountPages(room, book, self._place.event))
            case "import":
                self._room.enter(lambda room: ImportPages(room, book, self._place.event, self._place.folders))
            case "badges":
                self._room.enter(lambda room: BadgePages(room, book, self._place.event, self._place.folders))
            case "badge":
                self._room.enter(lambda room: BadgePages(room, book, self._place.event, self._place.folders, row))
            case "unlock":
                self._do(lambda: book.unlock(who, row), "unlocked", row)
            case "revoke":
                self._confirm(row)
            case "really_revoke":
                revoked, self._revoking = self._revoking, ""
                self._do(lambda: book.revoke(who, revoked), "revoked", revoked)
            case "renew":
                self._room.ask(
                    lambda: book.renew(who, row),
                    lambda issued: self._room.enter(lambda room: IssuedSheet(room, issued)),
                    self._say,
                )

    def chosen(self, name: str, value: str) -> None:
        self._of, self._first, self._told = value, 0, None
        self._load()

    def searched(self, text: str) -> None:
        self._search, self._first = text, 0
        self._show()

    def turned(self, later: bool) -> None:
        self._first = max(0, self._first + (PER_PAGE if later else -PER_PAGE))
        self._show()

    def back(self) -> bool:
        if not self._revoking:
            return False
        self._revoking = ""
        self._show()
        return True

    def _load(self) -> None:
        book, who, event = self._place.book, self._room.who, self._place.event.id
        of = event if self._of == OFFICERS else None
        self._room.ask(
            (lambda: book.listed(who, of)) if self._all else (lambda: book.locked(who, event)), self._listed, self._say
        )

    def _listed(self, accounts: list[Account]) -> None:
        self._found = accounts
        self._show()

    def _do(self, call: object, done: str, account_id: str) -> None:
        assert callable(call)
        told = Told(Mark.GOOD, self._room.texts(f"office.accounts.{done}", account=account_id))

        def answered(_: object) -> None:
            self.open(told)

        self._room.ask(call, answered, self._say)

    def _say(self, told: Told) -> None:
        self._told = told
        self._show()

    def _matches(self, account: Account, cells: tuple[str, ...]) -> bool:
        wanted = self._search.casefold().split()
        where = " ".join(cells).casefold()
        return all(word in where for word in wanted)

    def _show(self) -> None:
        texts, now = self._room.texts, self._room.clock.now()
        rows = [account_row(one, now, texts) for one in self._found]
        rows = [row for one, row in zip(self._found, rows, strict=True) if self._matches(one, row.cells)]
        shown = tuple(rows[self._first : self._first + PER_PAGE])
        line = texts("office.of", first=self._first + 1, last=self._first + len(shown), count=len(rows))
        names = ("account", "name", "role", "state")
        shares = (1.1, 1.4, 1.6, 1.6)
        columns = tuple(
            Column(texts(f"office.accounts.column.{name}"), share) for name, share in zip(names, shares, strict=True)
        )
        self._room.show(
            ListPage(
                texts("office.accounts.title"),
                columns,
                shown,
                "" if self._all else texts("office.accounts.locked_only"),
                self._told,
                self._search,
                texts("office.accounts.search"),
                self._options(),
                Pager(line, self._first > 0, self._first + PER_PAGE < len(rows)) if len(rows) > PER_PAGE else None,
                self._acts(),
                texts("office.accounts.none" if self._all else "office.accounts.none_locked"),
            )
        )

    def _options(self) -> tuple[Options, ...]:
        if not self._all:
            return ()
        texts = self._room.texts
        of = ((OWN, texts("office.accounts.own")), (OFFICERS, texts("office.accounts.officers")))
        return (Options("of", texts("office.accounts.of"), self._of, of),)

    def _acts(self) -> tuple[Act, ...]:
        """Buttons of what this person may do with what is listed; the book refuses everything else all the same."""
        who, texts = self._room.who, self._room.texts
        officers = self._of == OFFICERS
        manages = who.may(Action.MANAGE_OFFICERS if officers else Action.MANAGE_ADMINS)
        offered = (
            ("new", manages, False),
            ("import", manages and officers, False),
            ("badges", who.may(Action.PRINT_BADGES) and officers, False),
            ("unlock", who.may(Action.UNLOCK_ACCOUNT) and (officers or manages), True),
            ("badge", who.may(Action.PRINT_BADGES) and officers, True),
            ("renew", manages and not officers, True),
            ("revoke", manages, True),
        )
        return tuple(
            Act(name, texts(f"office.accounts.act.{name}"), on_row=on_row) for name, may, on_row in offered if may
        )

    def _confirm(self, account_id: str) -> None:
        texts = self._room.texts
        self._revoking = account_id
        lead = texts("office.accounts.revoke_lead", account=account_id)
        act = Act("really_revoke", texts("office.accounts.hold_to_revoke"), Weight.DANGER)
        self._room.show(SheetPage(texts("office.accounts.revoke_title"), (), lead, acts=(act,)))
