"""The office's page for how the machine's windows look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.config.look import Look, NightHours
from kiosk.office.look_page import look_page, with_choice
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Told


@dataclass(frozen=True)
class LookPort:
    """``choose`` asks the role table, keeps the choice and waits; ``applied`` shows it. Of ``choose``: OSError."""

    now: Callable[[], Look]
    hours: NightHours
    choose: Callable[[Look], Look]
    applied: Callable[[Look], None]


class LookPages(Subject):
    def __init__(self, room: Room, port: LookPort) -> None:
        self._room, self._port = room, port

    def open(self, told: Told | None = None) -> None:
        self._show()

    def chosen(self, name: str, value: str) -> None:
        look = with_choice(self._port.now(), name, value)
        self._room.work.do(lambda: self._port.choose(look), self._kept, lambda _error: self._show(unwritten=True))

    def _kept(self, look: Look) -> None:
        self._port.applied(look)
        self._show()

    def _show(self, *, unwritten: bool = False) -> None:
        page = look_page(self._port.now(), self._port.hours, self._room.texts, unwritten=unwritten)
        self._room.show(page)
