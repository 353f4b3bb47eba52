"""What somebody stands for before an event is armed: its impact assessment, and the signs at cameras and entrances."""

from __future__ import annotations

from pathlib import Path

from kiosk.closing.statements import About
from kiosk.office.files import FolderPages, PathPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, SheetPage, Told, Weight
from kiosk.office.wizard_port import Looked, WizardPort

SUFFIXES = (".pdf", ".odt", ".docx", ".txt", ".md")


class PaperPages(Subject):
    def __init__(self, room: Room, port: WizardPort) -> None:
        self._room, self._port = room, port
        self._confirming = False

    def open(self, told: Told | None = None) -> None:
        self._confirming = False
        self._room.ask(self._port.look, lambda looked: self._show(looked, told), self._room.leave)

    def opened(self, row: str) -> None:
        if row == About.ASSESSMENT.value:
            self._room.enter(lambda room: _AssessmentPages(room, self._port))
        elif row == About.SIGNS.value:
            self._confirm()

    def act(self, name: str, row: str) -> None:
        if name == "stand":
            self.opened(row)
        elif name == "really":
            told = Told(Mark.GOOD, self._room.texts("office.wizard.done.signs"))
            self._room.ask(
                lambda: self._port.stand_for(About.SIGNS, None), lambda _: self.open(told), lambda why: self.open(why)
            )

    def back(self) -> bool:
        if not self._confirming:
            return False
        self.open()
        return True

    def _show(self, looked: Looked, told: Told | None) -> None:
        texts = self._room.texts
        codes = {thing.code for thing in looked.missing}
        rows = tuple(
            Row(
                about.value,
                (
                    texts(f"office.wizard.paper.{about.value}"),
                    texts("office.wizard.paper.open" if about.value in codes else "office.wizard.in_place"),
                ),
                Mark.BAD if about.value in codes else Mark.GOOD,
            )
            for about in About
        )
        columns = (Column(texts("office.wizard.paper.which"), 2.0), Column(texts("office.wizard.column.state"), 2.0))
        act = Act("stand", texts("office.wizard.act.stand"), Weight.PRIMARY, on_row=True)
        title, lead = texts("office.wizard.step.papers"), texts("office.wizard.why.papers")
        self._room.show(ListPage(title, columns, rows, lead, told, acts=(act,), opens=True))

    def _confirm(self) -> None:
        texts = self._room.texts
        self._confirming = True
        act = Act("really", texts("office.wizard.act.signs_are_up"), Weight.DANGER)
        title = texts("office.wizard.paper.signs")
        self._room.show(SheetPage(title, (), texts("office.wizard.why.signs"), acts=(act,)))


class _AssessmentPages(PathPages):
    """The signed paper's file is chosen; only its hash is kept."""

    def __init__(self, room: Room, port: WizardPort) -> None:
        self._room, self._port = room, port
        title = room.texts("office.wizard.paper.choose")
        self._files = FolderPages(room, port.folders, SUFFIXES, title, self._take)

    def _take(self, paper: Path) -> None:
        told = Told(Mark.GOOD, self._room.texts("office.wizard.done.assessment"))
        self._room.ask(
            lambda: self._port.stand_for(About.ASSESSMENT, paper), lambda _: self._room.leave(told), self._files.open
        )
