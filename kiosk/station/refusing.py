"""Refusing entry: a supervisor's act alone, with a reason of the list and a slip (R-33, R-88). Window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.domain.access import Action, Principal
from kiosk.domain.refusal import Reason, slip_number
from kiosk.ports import Clock
from kiosk.station.desk_page import DeskPage, Tile
from kiosk.station.desk_view import DeskState
from kiosk.station.page_shell import PageShell
from kiosk.station.slip import Slip
from kiosk.station.slips import Slips
from kiosk.text import Texts

_STAYS = frozenset({DeskState.FACTS, DeskState.TROUBLE, DeskState.READING})


class RefusingDesk(Protocol):
    """The part of the desk that a refusal ends."""

    def on_supervisor(self) -> None: ...

    def on_refused(self) -> bool:
        """The person at the desk is refused; nothing of them stays. False where nobody is there."""


class Refusing:
    """``refused``: puts it on record (reason, number of the slip)."""

    def __init__(
        self,
        shell: PageShell,
        desk: RefusingDesk,
        slips: Slips,
        principal: Callable[[], Principal],
        texts: Callable[[], Texts],
        clock: Clock,
        gate_group: str,
        refused: Callable[[Reason, str], None],
    ) -> None:
        self._shell, self._desk, self._slips, self._principal = shell, desk, slips, principal
        self._texts, self._clock, self._gate_group, self._refused = texts, clock, gate_group, refused

    def on_supervisor_tapped(self) -> None:
        """An attendant sends on; a supervisor, who is the one sent to, says why not."""
        if not self._principal().may(Action.REFUSE_ENTRY):
            self._desk.on_supervisor()
            return
        texts = self._texts()
        tiles = tuple(Tile(reason, texts(f"refuse.reason.{reason}.word")) for reason in Reason)
        self._shell.show(self, DeskPage(texts("refuse.title"), texts("refuse.lead"), tiles=tiles), _STAYS)

    def on_act(self, name: str) -> None:
        if not self._principal().may(Action.REFUSE_ENTRY):
            self._shell.close()
            return
        reason = Reason(name)
        self._shell.close()
        if self._desk.on_refused():
            sentence = f"refuse.reason.{reason}.slip"
            slip = Slip(slip_number(), self._clock.now(), self._gate_group, "slip.refused", sentence)
            self._refused(reason, slip.code)
            self._slips.give(slip)

    def on_back(self) -> None:
        self._shell.close()
