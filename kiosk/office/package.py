"""An event from another machine, where no base connects them: asked for here, packed there, taken here."""

from __future__ import annotations

from pathlib import Path

from kiosk.office.files import FolderPages
from kiosk.office.package_port import Asked, PackagePort
from kiosk.office.package_take import TakePages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Group, Mark, SheetPage, Told, Weight
from kiosk.text import Texts


class PackagePages(Subject):
    def __init__(self, room: Room, port: PackagePort) -> None:
        self._room, self._port = room, port

    def open(self, told: Told | None = None) -> None:
        texts = self._room.texts
        names = ("ask", "pack", "take")
        steps = tuple(("", f"{at}.  {texts(f'office.package.step.{name}')}") for at, name in enumerate(names, 1))
        acts = (
            Act("ask", texts("office.package.act.ask")),
            Act("take", texts("office.package.act.take"), Weight.PRIMARY),
        )
        title, lead = texts("office.package.title"), texts("office.package.lead")
        self._room.show(SheetPage(title, (Group(texts("office.package.steps"), steps),), lead, told, acts=acts))

    def act(self, name: str, row: str) -> None:
        if name == "ask":
            self._room.enter(lambda room: RequestPages(room, self._port))
        elif name == "take":
            self._room.enter(lambda room: TakePages(room, self._port))


class RequestPages(Subject):
    """The request of this machine, as a code to be scanned or a file; and the code that is typed where it goes."""

    def __init__(self, room: Room, port: PackagePort) -> None:
        self._room, self._port = room, port
        self._asked: Asked | None = None

    def open(self, told: Told | None = None) -> None:
        if self._asked is None:
            self._room.ask(self._port.ask, self._made, self._room.leave)
        else:
            self._room.show(request_page(self._asked, self._room.texts, told))

    def act(self, name: str, row: str) -> None:
        if name == "save" and self._asked is not None:
            asked = self._asked
            self._room.enter(lambda room: self._saving(room, asked))

    def _made(self, asked: Asked) -> None:
        self._asked = asked
        self.open()

    def _saving(self, room: Room, asked: Asked) -> FolderPages:
        def save(folder: Path) -> None:
            def saved(name: str) -> None:
                room.leave(Told(Mark.GOOD, room.texts("office.package.saved", name=name)))

            room.ask(lambda: self._port.keep(asked, folder), saved, pages.open)

        pages = FolderPages(room, self._port.folders, (), room.texts("office.package.save_where"), save)
        return pages


def request_page(asked: Asked, texts: Texts, told: Told | None = None) -> SheetPage:
    fields = (
        (texts("office.package.event"), asked.event),
        (texts("office.package.device"), asked.device),
        (texts("office.package.code"), asked.code),
    )
    group = Group(texts("office.package.this_machine"), fields)
    acts = (Act("save", texts("office.package.act.save"), Weight.PRIMARY),)
    title, lead, scan = (texts(f"office.package.{name}") for name in ("request", "request_lead", "scan"))
    return SheetPage(title, (group,), lead, told, asked.text.strip(), scan, acts)
