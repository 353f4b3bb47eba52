"""Officers against each other, for whoever supervises them; the page is the one a supervisor sees at the desk."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.accounts.overrides import Comparison
from kiosk.office.overrides_page import overrides_page
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, ListPage, Told


class OverridesPages(Subject):
    def __init__(self, room: Room, compared: Callable[[], Comparison]) -> None:
        """``compared`` asks the role table."""
        self._room, self._compared = room, compared

    def open(self, told: Told | None = None) -> None:
        texts = self._room.texts
        again = (Act("again", texts("office.again")),)

        def failed(told: Told) -> None:
            self._room.show(ListPage(texts("office.overrides.title"), (), (), told=told))

        self._room.ask(self._compared, lambda seen: self._room.show(overrides_page(seen, texts, acts=again)), failed)

    def act(self, name: str, row: str) -> None:
        self.open()
