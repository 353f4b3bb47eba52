"""Letting a device in at the base: its name is typed, a code is shown; its request and the answer travel as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.base.enrolment import CODE_MINUTES
from kiosk.office.files import FolderPages, PathPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Field, FormPage, Group, Mark, SheetPage, Told, Weight

_LONGEST_NAME = 40
_SUFFIXES = (".txt",)


class InvitePages(Subject):
    """``invite``: the code for a device of this name."""

    def __init__(self, room: Room, invite: Callable[[str], str]) -> None:
        self._room, self._invite = room, invite

    def open(self, told: Told | None = None) -> None:
        texts = self._room.texts
        field = Field("device", texts("office.base.device"), texts("office.base.device_hint"), longest=_LONGEST_NAME)
        title, submit, lead = (texts(f"office.base.{key}") for key in ("enrol", "make_code", "replaces"))
        self._room.show(FormPage(title, (field,), submit, lead, told))

    def submitted(self, values: Mapping[str, str]) -> None:
        name = values.get("device", "")
        self._room.ask(lambda: self._invite(name), lambda code: self._show(name, code), self.open)

    def act(self, name: str, row: str) -> None:
        if name == "seen":
            self._room.leave(None)

    def _show(self, name: str, code: str) -> None:
        """The code is good once; whoever photographs it can be that device, so it says for how long."""
        texts = self._room.texts
        steps = tuple((str(n), texts(f"office.base.step.{n}")) for n in range(1, 5))
        self._room.show(
            SheetPage(
                texts("office.base.code_of", device=name),
                (Group(texts("office.base.steps"), steps), Group(texts("office.base.typed"), ((name, code),))),
                "",
                Told(Mark.LOOK, texts("office.base.once", minutes=round(CODE_MINUTES))),
                code,
                texts("office.base.scan"),
                (Act("seen", texts("office.base.done"), Weight.PRIMARY),),
            )
        )


class AnswerPages(PathPages):
    """A request's file is chosen; the answer is put beside it, on the same stick."""

    def __init__(self, room: Room, sign: Callable[[Path, Path], tuple[str, str]], folders: tuple[Path, ...]) -> None:
        self._room, self._sign = room, sign
        self._files = FolderPages(room, folders, _SUFFIXES, room.texts("office.base.choose_request"), self._answer)

    def _answer(self, request: Path) -> None:
        room = self._room

        def done(answered: tuple[str, str]) -> None:
            device, file = answered
            room.leave(Told(Mark.GOOD, room.texts("office.base.answered", device=device, file=file)))

        room.ask(lambda: self._sign(request, request.parent), done, self._files.open)
