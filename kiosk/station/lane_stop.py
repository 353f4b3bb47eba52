"""The lane closed in one touch, because somebody needs help, and opened again (issue of the own gate group alone).

Whoever works at the desk may do it: nobody looks for a supervisor first. All other modes are the supervisor's
(kiosk.station.venue_sheets). Window's thread.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

from kiosk.base.answers import Answer
from kiosk.domain.access import Action, Principal
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import LaneState
from kiosk.office.view import Act, Mark, Told, Weight
from kiosk.ports import Clock
from kiosk.station.desk_page import DeskPage
from kiosk.station.lanes import VenueLanes
from kiosk.station.page_shell import PageShell
from kiosk.station.venue_sheets import WITHIN_S, IncidentLog
from kiosk.text import Texts

LASTS_S = 30 * 60.0
"""A lane that nobody opens again opens by itself; a supervisor may close it for longer."""
REOPEN, DONE = "reopen", "done"


class ClosedSign(Protocol):
    def show_lane_closed(self, closed: bool) -> None:
        """What the button says from now on."""


class LaneStop:
    """``gate_group``: the desk's own."""

    def __init__(
        self,
        shell: PageShell,
        sign: ClosedSign,
        lanes: VenueLanes,
        log: IncidentLog,
        principal: Callable[[], Principal],
        texts: Callable[[], Texts],
        gate_group: str,
        clock: Clock,
    ) -> None:
        self._shell, self._sign, self._lanes, self._log, self._principal = shell, sign, lanes, log, principal
        self._texts, self._gate_group, self._clock = texts, gate_group, clock
        self._closed: tuple[Incident, ...] = ()
        self._said = ""

    def on_state(self, state: LaneState) -> None:
        self._closed = tuple(
            one for one in state.incidents if one.gate_group == self._gate_group and one.mode is Mode.LANE_CLOSED
        )
        self._sign.show_lane_closed(bool(self._closed))

    def on_tapped(self) -> None:
        """One touch closes; where it is closed already, the way back is offered."""
        if not self._principal().may(Action.CLOSE_LANE):
            return
        self._said = "closed"
        if not self._closed:
            self._begin()
        self._show()

    def on_act(self, name: str) -> None:
        if name == REOPEN and self._principal().may(Action.CLOSE_LANE):
            self._end()
        elif name == DONE:
            self._shell.close()

    def on_back(self) -> None:
        self._shell.close()

    def _begin(self) -> None:
        now, who = self._clock.now(), self._principal().name
        closing = Incident(
            secrets.token_hex(16), self._gate_group, Mode.LANE_CLOSED, Why.MEDICAL, who, now, now + LASTS_S
        )
        self._said = "closing"

        def answered(answer: Answer | None) -> None:
            self._said = "away" if answer is None else "closed"
            if answer is not None:
                self._closed = (*self._closed, closing)
                self._sign.show_lane_closed(True)
                self._log.begun(who, closing)
            self._refresh()

        self._lanes.begin(closing, answered, WITHIN_S)

    def _end(self) -> None:
        who, ending = self._principal().name, self._closed
        self._said = "closing"
        for incident in ending:

            def answered(answer: Answer | None, one: Incident = incident) -> None:
                self._said = "away" if answer is None else "open"
                if answer is not None:
                    self._closed = tuple(other for other in self._closed if other != one)
                    self._sign.show_lane_closed(bool(self._closed))
                    self._log.ended(who, one)
                self._refresh()

            self._lanes.end(incident.incident, who, answered, WITHIN_S)
        self._show()

    def _refresh(self) -> None:
        if self._shell.shows(self):
            self._show()

    def _show(self) -> None:
        texts = self._texts()
        told = {
            "closing": Told(Mark.UNKNOWN, texts("venue.told.asking")),
            "closed": Told(Mark.GOOD, texts("venue.told.begun")),
            "open": Told(Mark.GOOD, texts("venue.told.ended")),
            "away": Told(Mark.BAD, texts("venue.told.away")),
        }[self._said]
        is_open = not self._closed
        stem = "closing" if self._said in {"closing", "away"} and is_open else "open" if is_open else "closed"
        lead = texts("lane_stop.again_lead" if stem == "open" else "lane_stop.lead")
        reopen = () if is_open else (Act(REOPEN, texts("lane_stop.reopen")),)
        done = Act(DONE, texts("lane_stop.done"), Weight.PRIMARY)
        page = DeskPage(texts(f"lane_stop.{stem}_title"), lead, told, acts=(*reopen, done), back=False)
        self._shell.show(self, page)
