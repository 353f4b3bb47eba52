"""The opening secret, typed once for one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.office.subject import Room, Subject
from kiosk.office.view import Field, FormPage, Mark, Told

SECRET = "secret"  # noqa: S105 - the name of a line


class SecretPages(Subject):
    """``call`` gets what was typed and waits; ``done`` names what is said then."""

    def __init__(self, room: Room, call: Callable[[str], None], done: str) -> None:
        self._room, self._call, self._done = room, call, done

    def open(self, told: Told | None = None) -> None:
        texts = self._room.texts
        field = Field(SECRET, texts("office.wizard.setting.secret"), longest=200, hidden=True)
        lead = texts("office.wizard.why.secret")
        title = texts("office.wizard.secret")
        self._room.show(FormPage(title, (field,), texts("office.wizard.go_on"), lead, told))

    def submitted(self, values: Mapping[str, str]) -> None:
        told = Told(Mark.GOOD, self._room.texts(f"office.wizard.done.{self._done}"))
        self._room.ask(lambda: self._call(values[SECRET]), lambda _: self._room.leave(told), self.open)
