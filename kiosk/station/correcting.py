"""A ticket bound to the wrong name or number, put right with the person present: a supervisor, with a reason (R-89)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from kiosk.domain.access import Action, Principal
from kiosk.domain.outcome import CheckOutcome
from kiosk.station.desk_facts import identified
from kiosk.station.desk_page import DeskPage, Tile
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.page_shell import PageShell
from kiosk.text import Texts

CORRECTABLE = frozenset({CheckOutcome.NAME_DIFFERS, CheckOutcome.CODE_AND_CARD_DISAGREE})
"""What a ticket that was bound wrongly looks like; a ticket that was used is nobody's to give away."""


class Mistake(StrEnum):
    """Why it is corrected; ``correct.reason`` of the translations."""

    NAME_TYPO = "name_typo"
    NUMBER_TYPO = "number_typo"
    NEW_DOCUMENT = "new_document"  # lost, renewed, or another kind than at the sale


class CorrectingDesk(Protocol):
    @property
    def view(self) -> DeskView: ...

    def on_correct(self, reason: str, done: Callable[[bool], None]) -> None: ...


class Correcting:
    """The document on the reader is what the ticket is bound to: nothing is typed, so nothing is typed wrongly."""

    def __init__(
        self,
        shell: PageShell,
        desk: CorrectingDesk,
        principal: Callable[[], Principal],
        texts: Callable[[], Texts],
        corrected: Callable[[str, bool], None],
    ) -> None:
        self._shell, self._desk, self._principal, self._texts = shell, desk, principal, texts
        self._corrected = corrected

    @property
    def offered(self) -> bool:
        view = self._desk.view
        return self._principal().may(Action.CORRECT_TICKET) and identified(view) and view.outcome in CORRECTABLE

    def start(self) -> None:
        texts = self._texts()
        tiles = tuple(Tile(one, texts(f"correct.reason.{one}")) for one in Mistake)
        page = DeskPage(texts("correct.title"), texts("correct.lead"), tiles=tiles)
        self._shell.show(self, page, frozenset({DeskState.FACTS}))

    def on_act(self, name: str) -> None:
        reason = Mistake(name)
        self._shell.close()
        if self.offered:
            self._desk.on_correct(reason, lambda done: self._corrected(reason, done))

    def on_back(self) -> None:
        self._shell.close()
