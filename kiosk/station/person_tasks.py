"""What can be done about whoever is at the desk beside admitting: a page of tiles. Window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.station.desk_page import DeskPage, Tile
from kiosk.station.desk_view import DeskState
from kiosk.station.page_shell import RESTING, PageShell
from kiosk.text import Texts

_AT_A_PERSON = frozenset({DeskState.FACTS})


@dataclass(frozen=True)
class Entry:
    """A tile: ``stem`` is the key of its words, and with ``_line`` of a line more.

    ``offered``: whether it is there now.
    """

    stem: str
    start: Callable[[], None]
    offered: Callable[[], bool] = lambda: True


class TaskTiles:
    """``title``: key of the page's words, with ``_lead`` or ``.lead`` beside it."""

    def __init__(
        self,
        shell: PageShell,
        texts: Callable[[], Texts],
        stem: str,
        entries: tuple[Entry, ...],
        *,
        at_a_person: bool,
    ) -> None:
        self._shell, self._texts, self._stem, self._entries = shell, texts, stem, entries
        self._stays = _AT_A_PERSON if at_a_person else RESTING

    @property
    def offered(self) -> bool:
        """Whether the page would have anything on it."""
        return any(entry.offered() for entry in self._entries)

    def on_tapped(self) -> None:
        texts = self._texts()
        tiles = tuple(
            Tile(entry.stem, texts(entry.stem), texts(f"{entry.stem}_line"))
            for entry in self._entries
            if entry.offered()
        )
        self._shell.show(
            self, DeskPage(texts(f"{self._stem}.title"), texts(f"{self._stem}.lead"), tiles=tiles), self._stays
        )

    def on_act(self, name: str) -> None:
        entry = next(entry for entry in self._entries if entry.stem == name)
        if entry.offered():
            entry.start()

    def on_back(self) -> None:
        self._shell.close()
