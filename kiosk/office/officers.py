"""Officers in numbers: accounts from a CSV file, with what is wrong row by row; badges and PIN slips as two PDFs."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from kiosk.accounts.account import expiry_of
from kiosk.accounts.book import AccountBook
from kiosk.accounts.officer_file import OfficerFile, read_officers
from kiosk.accounts.paper_process import on_paper
from kiosk.config.event import EventConfig
from kiosk.domain.access import Action
from kiosk.office.files import FolderPages, PathPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight


class ImportPages(Subject):
    def __init__(self, room: Room, book: AccountBook, event: EventConfig, folders: tuple[Path, ...]) -> None:
        self._room, self._book, self._event = room, book, event
        self._files = FolderPages(room, folders, (".csv", ".txt"), room.texts("office.import.choose"), self._read)
        self._found: OfficerFile | None = None

    def open(self, told: Told | None = None) -> None:
        self._files.open(told)

    def opened(self, row: str) -> None:
        if self._found is None:
            self._files.opened(row)

    def act(self, name: str, row: str) -> None:
        if self._found is None:
            self._files.act(name, row)
        elif name == "take_good":
            self._take(self._found)

    def back(self) -> bool:
        if self._found is None:
            return self._files.back()
        self._found = None
        self._files.open()
        return True

    def _read(self, path: Path) -> None:
        book, event = self._book, self._event
        expires_at = expiry_of(event).timestamp()

        def read() -> OfficerFile:
            book.require(self._room.who, Action.MANAGE_OFFICERS)
            return read_officers(path, event.id, expires_at, book.taken_ids())

        self._room.ask(read, self._show, self._files.open)

    def _show(self, found: OfficerFile) -> None:
        """All good: one tap makes them. Bad rows: what is wrong with each; the good ones can still be taken."""
        texts = self._room.texts
        self._found = found
        faults = tuple(
            Row(str(number), (str(fault.row), fault.words(texts)), Mark.BAD)
            for number, fault in enumerate(found.faults)
        )
        good = len(found.good)
        told = Told(
            Mark.LOOK if faults else Mark.GOOD,
            texts("office.import.bad" if faults else "office.import.all_good", good=good, rows=found.rows),
        )
        act = Act("take_good", texts("office.import.take", count=good), Weight.PRIMARY)
        columns = (Column(texts("office.import.row"), 0.6), Column(texts("office.import.fault"), 5.0))
        title = texts("office.import.title")
        self._room.show(
            ListPage(
                title, columns, faults, "", told, acts=(act,) if good else (), empty=texts("office.import.nothing_bad")
            )
        )

    def _take(self, found: OfficerFile) -> None:
        who, event = self._room.who, self._event.id
        done = Told(Mark.GOOD, self._room.texts("office.import.done", count=len(found.good)))

        def refused(told: Told) -> None:
            self._found = None
            self._files.open(told)

        self._room.ask(
            lambda: self._book.add_officers(who, found.good, event), lambda _: self._room.leave(done), refused
        )


class BadgePages(PathPages):
    """``only``: a new badge for this officer; "" for all who have none."""

    def __init__(
        self, room: Room, book: AccountBook, event: EventConfig, folders: tuple[Path, ...], only: str = ""
    ) -> None:
        self._room, self._book, self._event, self._only = room, book, event, only
        self._files = FolderPages(room, folders, (), room.texts("office.badges.choose"), self._make)

    def _make(self, folder: Path) -> None:
        room, book, event = self._room, self._book, self._event
        stamp = f"{datetime.fromtimestamp(room.clock.now()).astimezone():%Y%m%d-%H%M%S}"
        badges, slips = folder / f"badges-{event.id}-{stamp}.pdf", folder / f"pins-{event.id}-{stamp}.pdf"

        def make() -> int:
            only = [self._only] if self._only else []
            return len(book.issue_badges(room.who, event.id, only, partial(on_paper, event, badges, slips)))

        def made(count: int) -> None:
            words = room.texts("office.badges.made", count=count, badges=badges.name, slips=slips.name)
            room.leave(Told(Mark.GOOD, words if count else room.texts("office.badges.all_have_one")))

        self._files.open(Told(Mark.NONE, room.texts("office.badges.making")))
        room.ask(make, made, self._files.open)
