"""Checking an evidence pack: which file, against which public key, and everything that was found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kiosk.documents.evidence_check import KEY, Checked
from kiosk.documents.evidence_words import fault_words
from kiosk.office.evidence_port import EvidencePort
from kiosk.office.files import FolderPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, Field, FormPage, ListPage, Mark, Options, Row, SheetPage, Told
from kiosk.text import Texts

OWN, OTHER, NONE = "own", "other", "none"
TYPED = "public_key"


class CheckPackPages(Subject):
    """``_page``: files, key, checking or found."""

    def __init__(self, room: Room, port: EvidencePort) -> None:
        self._room, self._port = room, port
        self._files = FolderPages(room, port.folders, (".zip",), room.texts("office.evidence.choose"), self._chose)
        self._page, self._file = "files", Path()
        self._own: bytes | None = None
        self._against = OTHER

    def open(self, told: Told | None = None) -> None:
        self._page = "files"
        self._files.open(told)

    def opened(self, row: str) -> None:
        if self._page == "files":
            self._files.opened(row)

    def act(self, name: str, row: str) -> None:
        if self._page == "files":
            self._files.act(name, row)
        elif name == "again":
            self.open()

    def chosen(self, name: str, value: str) -> None:
        if self._page == "key" and name == "against" and value in self._offered():
            self._against = value
            self._ask_key(None)

    def submitted(self, values: Mapping[str, str]) -> None:
        if self._page != "key":
            return
        if self._against == OTHER:
            typed = re.sub(r"\s", "", values.get(TYPED, ""))
            if not KEY.fullmatch(typed):
                self._ask_key(Told(Mark.BAD, self._room.texts("office.evidence.bad_key")))
                return
            self._check(bytes.fromhex(typed))
        else:
            self._check(self._own if self._against == OWN else None)

    def back(self) -> bool:
        if self._page == "files":
            return self._files.back()
        if self._page == "key":
            self.open()
            return True
        return False

    # --- against which key -------------------------------------------------------------------------

    def _chose(self, file: Path) -> None:
        self._file = file

        def known(own: bytes | None) -> None:
            self._own, self._against = own, OTHER if own is None else OWN
            self._ask_key(None)

        self._room.ask(self._port.own_key, known, self.open)

    def _offered(self) -> tuple[str, ...]:
        return (OTHER, NONE) if self._own is None else (OWN, OTHER, NONE)

    def _ask_key(self, told: Told | None) -> None:
        self._page, texts = "key", self._room.texts
        values = tuple((value, texts(f"office.evidence.against.{value}")) for value in self._offered())
        options = Options("against", texts("office.evidence.against.words"), self._against, values)
        words, hint = texts("office.evidence.public_key"), texts("office.evidence.public_key_hint")
        fields = (Field(TYPED, words, hint, longest=80, several=True),) if self._against == OTHER else ()
        lead = f"{self._file.name}\n{texts('office.evidence.against.lead')}"
        title, submit = texts("office.evidence.check_title"), texts("office.evidence.act.check_it")
        self._room.show(FormPage(title, fields, submit, lead, told, options=(options,)))

    # --- what was found ----------------------------------------------------------------------------

    def _check(self, key: bytes | None) -> None:
        self._page, texts, file = "checking", self._room.texts, self._file
        told = Told(Mark.NONE, texts("office.evidence.checking"))
        self._room.show(SheetPage(texts("office.evidence.check_title"), (), file.name, told))
        self._room.ask(
            lambda: self._port.check(file, key), lambda found: self._show(found, trusted=key is not None), self.open
        )

    def _show(self, found: Checked, *, trusted: bool) -> None:
        self._page = "found"
        self._room.show(found_page(found, self._file.name, self._room.texts, trusted=trusted))


def found_page(found: Checked, file: str, texts: Texts, *, trusted: bool) -> ListPage:
    """Faults, each with its file; below them what the pack says of itself. ``trusted``: a key was given."""
    rows = [
        Row(f"fault-{number}", (fault.file or file, fault_words(fault.code, texts)), Mark.BAD)
        for number, fault in enumerate(found.faults)
    ]
    if found.event:
        rows += _facts(found, texts, trusted=trusted)
    columns = (Column(texts("office.evidence.what"), 1.0), Column(texts("office.evidence.found"), 2.2))
    if not found.ok:
        told = Told(Mark.BAD, texts("office.evidence.not_whole", count=len(found.faults)))
    elif trusted:
        told = Told(Mark.GOOD, texts("office.evidence.whole"))
    else:
        told = Told(Mark.LOOK, texts("office.evidence.whole_own_key"))
    acts = (Act("again", texts("office.evidence.act.again")),)
    key = " ".join(re.findall(".{16}", found.public_key))  # it may be broken between these
    lead = f"{file}\n{texts('office.evidence.public_key')}: {key}" if key else file
    return ListPage(texts("office.evidence.check_title"), columns, tuple(rows), lead, told, acts=acts)


def _facts(found: Checked, texts: Texts, *, trusted: bool) -> list[Row]:
    def row(name: str, words: str, mark: Mark = Mark.NONE) -> Row:
        return Row(name, (texts(f"office.evidence.fact.{name}"), words), mark)

    rows = [row("event", found.event), row("files", f"{found.files:,}")]
    for name, so in (("assessed", found.assessed_first), ("notice", found.notice_shown)):
        if so is None:
            rows.append(row(name, texts(f"office.evidence.{name}.nobody")))
        else:
            words = texts(f"office.evidence.{name}.{'yes' if so else 'no'}")
            rows.append(row(name, words, Mark.GOOD if so else Mark.LOOK))
    which = texts("office.evidence.key.given" if trusted else "office.evidence.key.own")
    rows.append(row("key", which, Mark.GOOD if trusted else Mark.LOOK))
    return rows
