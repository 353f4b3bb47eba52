"""A ticket that has been used, and an officer who admits all the same, saying why (R-35). Window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.domain.refusal import Again
from kiosk.station.desk_page import DeskPage, Tile
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.page_shell import PageShell
from kiosk.text import Texts


class AgainDesk(Protocol):
    @property
    def view(self) -> DeskView: ...

    def on_admit(self) -> None: ...

    def on_admit_again(self, reason: str) -> None:
        """Admit on a ticket that has been used; the earlier use is set aside, never deleted."""


class AdmittingAgain:
    """Two taps: *Admit all the same*, and why."""

    def __init__(self, shell: PageShell, desk: AgainDesk, texts: Callable[[], Texts]) -> None:
        self._shell, self._desk, self._texts = shell, desk, texts

    def on_admit_tapped(self) -> None:
        if not self._desk.view.can_admit_again:
            self._desk.on_admit()
            return
        texts = self._texts()
        tiles = tuple(Tile(why, texts(f"again.reason.{why}.word"), texts(f"again.reason.{why}.line")) for why in Again)
        page = DeskPage(texts("again.title"), texts("again.lead"), tiles=tiles)
        self._shell.show(self, page, frozenset({DeskState.FACTS}))

    def on_act(self, name: str) -> None:
        self._shell.close()
        self._desk.on_admit_again(Again(name))

    def on_back(self) -> None:
        self._shell.close()
