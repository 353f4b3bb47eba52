"""Requests about personal data, with the person present: what is held, erase, withdraw, explain, complain (R-82).

Each becomes a numbered slip with a date to be answered by, and a record that names nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from kiosk.domain.access import Action, Principal
from kiosk.domain.refusal import slip_number
from kiosk.office.view import Act, Weight
from kiosk.ports import Clock
from kiosk.station.desk_page import DeskPage, Tile
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.page_shell import PageShell
from kiosk.station.slip import Slip
from kiosk.station.slips import Slips
from kiosk.text import Texts

RECORD = "record"
SLOT_S = 15 * 60
_WORKING_DAYS, _DAYS = 15, 30
_AT_A_PERSON = frozenset({DeskState.FACTS})


class Request(StrEnum):
    """What somebody may ask for; ``rights.kind`` of the translations."""

    ACCESS = "access"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    EXPLAIN = "explain"
    COMPLAIN = "complain"


@dataclass(frozen=True)
class RightsTerms:
    """``erased_by``: UTC seconds at which everything is destroyed by itself. ``month``: a month to answer, as in the
    European Union; else fifteen working days.
    """

    gate_group: str
    erased_by: float
    month: bool


class RightsDesk(Protocol):
    @property
    def view(self) -> DeskView: ...

    def on_erase(self, done: Callable[[bool], None]) -> None: ...

    def on_withdrawn(self) -> None: ...


def due_on(day: date, month: bool) -> date:
    """The day by which a request of ``day`` has to be answered."""
    if month:
        return day + timedelta(days=_DAYS)
    left = _WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


class Rights:
    """``recorded``: puts a request on record (kind, code of the slip, due as UTC text, done)."""

    def __init__(
        self,
        shell: PageShell,
        desk: RightsDesk,
        slips: Slips,
        principal: Callable[[], Principal],
        texts: Callable[[], Texts],
        clock: Clock,
        terms: RightsTerms,
        recorded: Callable[[str, str, str, bool], None],
    ) -> None:
        self._shell, self._desk, self._slips, self._principal = shell, desk, slips, principal
        self._texts, self._clock, self._terms, self._recorded = texts, clock, terms, recorded
        self._kind: Request | None = None

    @property
    def offered(self) -> bool:
        return self._principal().may(Action.ANSWER_RIGHTS)

    def start(self) -> None:
        self._kind = None
        texts = self._texts()
        tiles = tuple(
            Tile(kind, texts(f"rights.kind.{kind}.word"), texts(f"rights.kind.{kind}.line")) for kind in Request
        )
        self._shell.show(self, DeskPage(texts("rights.title"), texts("rights.lead"), tiles=tiles), _AT_A_PERSON)

    def on_act(self, name: str) -> None:
        if name != RECORD:
            self._kind = Request(name)
            self._show(self._kind)
        elif self._kind is not None:
            kind, self._kind = self._kind, None  # a second tap asks for nothing more
            self._record(kind)

    def _record(self, kind: Request) -> None:
        if kind is not Request.ERASE and self.offered:
            if kind is Request.WITHDRAW:
                self._desk.on_withdrawn()
            self._finish(kind, True)
        elif kind is Request.ERASE and self._principal().may(Action.ERASE_TICKET):
            self._desk.on_erase(lambda done: self._finish(kind, done))

    def on_back(self) -> None:
        if self._kind is None:
            self._shell.close()
        else:
            self.start()

    def _finish(self, kind: Request, done: bool) -> None:
        """On record in any case, whoever stands there by now: an erasure without a record would be nobody's."""
        now = self._clock.now()
        due = due_on(datetime.fromtimestamp(now).astimezone().date(), self._terms.month)
        stem = f"rights.kind.{kind}.{'slip' if done else 'slip_open'}"
        reason = stem if self._texts().has(stem) else f"rights.kind.{kind}.slip"
        slip = Slip(slip_number(), now, self._terms.gate_group, "slip.request", reason, due.isoformat())
        until = datetime.combine(due, datetime.min.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._recorded(kind, slip.code, until, done)
        self._slips.give(slip)

    def _show(self, kind: Request) -> None:
        texts = self._texts()
        allowed = kind is not Request.ERASE or self._principal().may(Action.ERASE_TICKET)
        weight = Weight.DANGER if kind is Request.ERASE else Weight.PRIMARY
        acts = (Act(RECORD, texts(f"rights.kind.{kind}.do"), weight),) if allowed else ()
        lead = texts(f"rights.kind.{kind}.lead" if allowed else "rights.supervisor")
        facts = self._held(texts) if kind in {Request.ACCESS, Request.ERASE} else ()
        steps = tuple(texts(f"rights.explain.{n}") for n in range(1, 5)) if kind is Request.EXPLAIN else ()
        page = DeskPage(texts(f"rights.kind.{kind}.word"), lead, steps=steps, facts=facts, acts=acts)
        self._shell.show(self, page, _AT_A_PERSON)

    def _held(self, texts: Texts) -> tuple[tuple[str, str], ...]:
        """What is held about the ticket at the desk: its state and a quarter of an hour, never the moment (R-84)."""
        view = self._desk.view
        held = texts("rights.held.ticket" if view.ticket_reference_end else "rights.held.nothing")
        use = view.earlier_use
        used = texts("rights.held.not_used")
        if use is not None:
            slot = time.strftime("%Y-%m-%d %H:%M", time.localtime(use.at // SLOT_S * SLOT_S))
            used = texts("rights.held.used", slot=slot)
        until = time.strftime("%Y-%m-%d %H:%M", time.localtime(self._terms.erased_by))
        return (
            (texts("rights.fact.face"), texts("rights.held.no_face")),
            (texts("rights.fact.ticket"), held),
            (texts("rights.fact.entry"), used),
            (texts("rights.fact.until"), texts("rights.held.until", time=until)),
        )
