"""The evidence pack of an event that is over: what is in it, where to, and what whoever checks it needs to know."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from kiosk.office.evidence_port import EvidencePort, MakingCancelled, Saved
from kiosk.office.files import FolderPages, PathPages
from kiosk.office.refusals import sentence_of
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Group, Mark, SheetPage, Told, Weight
from kiosk.text import Texts


class EvidencePages(Subject):
    """``_page``: about, files, making or saved. While it is made, back cancels it."""

    def __init__(self, room: Room, port: EvidencePort) -> None:
        self._room, self._port = room, port
        self._certificates: dict[str, bytes] = {}
        self._files = FolderPages(room, port.folders, (), room.texts("office.evidence.where"), self._make)
        self._page = "about"
        self._cancel = Event()

    def open(self, told: Told | None = None) -> None:
        """Also when the choice of a certificate is left."""
        texts = self._room.texts
        self._page = "about"
        groups = [Group(texts("office.evidence.inside"), (("", texts("office.evidence.inside_line")),))]
        acts = [Act("where", texts("office.evidence.act.where"), Weight.PRIMARY)]
        if self._port.certificate is not None:
            added = tuple(("", name) for name in self._certificates) or (("", texts("office.evidence.no_base")),)
            groups.append(Group(texts("office.evidence.of_base"), added))
            acts.insert(0, Act("add", texts("office.evidence.act.add")))
        title, lead = texts("office.evidence.title"), texts("office.evidence.lead")
        self._room.show(SheetPage(title, tuple(groups), lead, told, acts=tuple(acts)))

    def opened(self, row: str) -> None:
        if self._page == "files":
            self._files.opened(row)

    def act(self, name: str, row: str) -> None:
        if self._page == "files":
            self._files.act(name, row)
        elif name == "where" and self._page == "about":
            self._page = "files"
            self._files.open()
        elif name == "add" and self._page == "about":
            self._room.enter(lambda room: _BaseCertificate(room, self._port, self._certificates))
        elif name == "cancel":
            self._cancel.set()

    def back(self) -> bool:
        if self._page == "making":
            self._cancel.set()
            return True
        if self._page != "files":
            return False
        if not self._files.back():
            self.open()
        return True

    def _make(self, folder: Path) -> None:
        self._page, room = "making", self._room
        cancel = self._cancel = Event()

        def told(share: float) -> None:
            if cancel.is_set():
                raise MakingCancelled
            room.post(lambda: self._show_making(share))

        self._show_making(0.0)
        room.work.do(lambda: self._port.make(folder, self._certificates, told), self._saved, self._not_made)

    def _not_made(self, error: Exception) -> None:
        if isinstance(error, MakingCancelled):
            self.open(Told(Mark.LOOK, self._room.texts("office.evidence.cancelled")))
        else:
            self.open(Told(Mark.BAD, sentence_of(error, self._room.texts)))

    def _show_making(self, share: float) -> None:
        if self._page != "making":
            return
        texts = self._room.texts
        cancel = Act("cancel", texts("office.evidence.act.cancel"))
        told = Told(Mark.NONE, texts("office.evidence.making"), share)
        self._room.show(SheetPage(texts("office.evidence.title"), (), "", told, acts=(cancel,)))

    def _saved(self, saved: Saved) -> None:
        self._page = "saved"
        self._room.show(saved_page(saved, self._room.texts))


class _BaseCertificate(PathPages):
    """One certificate of the base is chosen; it has to hold, and to be this event's."""

    def __init__(self, room: Room, port: EvidencePort, certificates: dict[str, bytes]) -> None:
        self._room, self._port, self._certificates = room, port, certificates
        self._files = FolderPages(room, port.folders, (".json",), room.texts("office.evidence.choose_base"), self._take)

    def _take(self, file: Path) -> None:
        read = self._port.certificate
        if read is None:
            return

        def taken(named: tuple[str, bytes]) -> None:
            self._certificates[named[0]] = named[1]
            self._room.leave(Told(Mark.GOOD, self._room.texts("office.evidence.added", name=file.name)))

        self._room.ask(lambda: read(file), taken, self._files.open)


def saved_page(saved: Saved, texts: Texts) -> SheetPage:
    """Where it is, and what whoever checks it needs to know."""
    told = Told(Mark.GOOD, texts("office.evidence.saved", count=saved.files))
    fields = (
        (texts("office.evidence.file"), str(saved.file)),
        (texts("office.evidence.sum"), saved.sha256),
        (texts("office.evidence.public_key"), saved.public_key.hex()),
    )
    group = Group(texts("office.evidence.note"), fields)
    return SheetPage(texts("office.evidence.title"), (group,), texts("office.evidence.saved_lead"), told)
