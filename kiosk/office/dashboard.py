"""The event as it runs, for supervisors: exact numbers that follow by themselves, nobody's name (R-112)."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.office.dashboard_words import board_page
from kiosk.office.live import Live
from kiosk.office.subject import Room, Subject
from kiosk.office.view import BoardPage, Told

AGAIN_S = 5.0


class DashboardPages(Subject):
    """``look`` waits and asks the role table."""

    def __init__(self, room: Room, look: Callable[[], Live]) -> None:
        self._room, self._look = room, look
        self._last: BoardPage | None = None

    def open(self, told: Told | None = None) -> None:
        """Now, and every few seconds while it is looked at."""
        self._room.ask(self._look, self._show, self._say)

    def _show(self, live: Live) -> None:
        self._last = board_page(live, self._room.texts)
        self._room.show(self._last)
        self._room.later(AGAIN_S, self.open)

    def _say(self, told: Told) -> None:
        """What was seen last stays, below the sentence why there is nothing newer."""
        before = self._last or BoardPage(self._room.texts("dashboard.title"), (), ())
        self._room.show(BoardPage(before.title, before.numbers, before.panels, before.lead, told))
        self._room.later(AGAIN_S, self.open)
