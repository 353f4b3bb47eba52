"""Taking a package: its file, the code of the machine that packed it, how a new key is kept; all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Event

from kiosk.office.files import FolderPages
from kiosk.office.package_port import Answers, Brought, PackagePort, Taken
from kiosk.office.refusals import sentence_of
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Field, FormPage, Group, Mark, Options, SheetPage, Told
from kiosk.roster.faults import ImportCancelled
from kiosk.text import Texts
from kiosk.vault.protection import Protection

CODE, PROTECTION, SECRET, AGAIN = "code", "protection", "secret", "secret_again"


class TakePages(Subject):
    """``_page``: files, answers, reading or taken. While rows are read, back cancels."""

    def __init__(self, room: Room, port: PackagePort) -> None:
        self._room, self._port = room, port
        title = room.texts("office.package.choose")
        self._files = FolderPages(room, port.folders, (".package",), title, self._chose)
        self._page, self._file = "files", Path()
        self._brought: Brought | None = None
        self._protection = Protection.SECRET.value
        self._cancel = Event()

    def open(self, told: Told | None = None) -> None:
        self._page = "files"
        self._files.open(told)

    def opened(self, row: str) -> None:
        if self._page == "files":
            self._files.opened(row)

    def act(self, name: str, row: str) -> None:
        if self._page == "files":
            self._files.act(name, row)
        elif name == "cancel":
            self._cancel.set()

    def chosen(self, name: str, value: str) -> None:
        if self._page == "answers" and name == PROTECTION and value in list(Protection):
            self._protection = value
            self._ask(None)

    def submitted(self, values: Mapping[str, str]) -> None:
        if self._page != "answers" or self._brought is None:
            return
        secret = values.get(SECRET, "")
        if AGAIN in values and secret != values[AGAIN]:
            self._ask(Told(Mark.BAD, self._room.texts("office.wizard.fault.not_twice")))
        else:
            self._take(Answers(values.get(CODE, ""), self._protection, secret))

    def back(self) -> bool:
        match self._page:
            case "files":
                return self._files.back()
            case "answers":
                self.open()
                return True
            case "reading":
                self._cancel.set()
                return True
        return False

    def _chose(self, file: Path) -> None:
        self._file = file

        def known(brought: Brought) -> None:
            self._brought = brought
            self._ask(None)

        self._room.ask(lambda: self._port.look(file), known, self.open)

    def _ask(self, told: Told | None) -> None:
        brought = self._brought
        if brought is None:
            return
        self._page = "answers"
        self._room.show(answers_page(brought, self._protection, self._room.texts, told))

    def _take(self, answers: Answers) -> None:
        self._page, room, file = "reading", self._room, self._file
        cancel = self._cancel = Event()

        def progress(rows: int) -> None:
            if cancel.is_set():
                raise ImportCancelled
            room.post(lambda: self._show_reading(rows))

        self._show_reading(0)
        room.work.do(lambda: self._port.take(file, answers, progress), self._taken, self._not_taken)

    def _show_reading(self, rows: int) -> None:
        if self._page == "reading":
            texts = self._room.texts
            told = Told(Mark.NONE, texts("office.roster.reading", rows=f"{rows:,}"))
            cancel = Act("cancel", texts("office.roster.act.cancel"))
            self._room.show(SheetPage(texts("office.package.take"), (), self._file.name, told, acts=(cancel,)))

    def _not_taken(self, error: Exception) -> None:
        texts = self._room.texts
        if isinstance(error, ImportCancelled):
            self._ask(Told(Mark.LOOK, texts("office.package.cancelled")))
        else:
            self._ask(Told(Mark.BAD, sentence_of(error, texts)))

    def _taken(self, taken: Taken) -> None:
        self._page = "taken"
        self._room.show(taken_page(taken, self._room.texts))


def answers_page(brought: Brought, protection: str, texts: Texts, told: Told | None = None) -> FormPage:
    """Asked is only what has to be known: a code once, a protection for a new key, a secret where one is used."""
    fields = []
    if brought.code_wanted:
        hint = texts("office.package.maker_code_hint")
        fields.append(Field(CODE, texts("office.package.maker_code", maker=brought.maker), hint, longest=40))
    options: tuple[Options, ...] = ()
    if not brought.made:
        values = tuple((each.value, texts(f"office.wizard.value.protection.{each.value}")) for each in Protection)
        options = (Options(PROTECTION, texts("office.wizard.setting.protection"), protection, values),)
    new_secret = not brought.made and protection == Protection.SECRET.value
    for name in (SECRET, AGAIN) if new_secret else (SECRET,) if brought.locked else ():
        words, hint = texts(f"office.wizard.setting.{name}"), texts(f"office.wizard.hint.{name}")
        fields.append(Field(name, words, hint, longest=200, hidden=True))
    lead = texts("office.package.more" if brought.made else "office.package.new", event=brought.event)
    submit = texts("office.package.act.take_it")
    return FormPage(texts("office.package.take"), tuple(fields), submit, lead, told, options=options)


def taken_page(taken: Taken, texts: Texts) -> SheetPage:
    received = taken.received
    event, tickets, written = received.place.event_id, f"{received.tickets:,}", f"{received.written:,}"
    which = "made" if received.made else "added"
    words = texts(f"office.package.{which}", event=event, tickets=tickets, written=written)
    fields = [(texts("office.package.packed_by"), received.maker)]
    if received.groups:
        fields.append((texts("office.package.groups"), ", ".join(received.groups)))
    beware = []
    if received.shared:
        beware.append(("", texts("office.package.shared", groups=", ".join(received.shared))))
    if received.settings_differ:
        beware.append(("", texts("office.package.settings_differ")))
    if taken.over:
        beware.append(("", texts("office.package.over")))
    groups = [Group(texts("office.package.the_package"), tuple(fields))]
    if beware:
        groups.append(Group(texts("office.package.beware"), tuple(beware)))
    told = Told(Mark.LOOK if beware else Mark.GOOD, words)
    return SheetPage(texts("office.package.take"), tuple(groups), texts("office.package.next"), told)
