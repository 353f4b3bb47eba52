"""What a supervisor sees and does about the venue at a desk: both lanes side by side, head counts, incident modes.

Pure. Whoever may not see it has no button and no sheet; a document put down, a log-out or a lock takes the sheet away.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Protocol

from kiosk.base.answers import Answer
from kiosk.domain.access import Action, Principal
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import HeadCount, LaneState
from kiosk.office.incident_page import BEGIN, CHOOSE, END, WAITS, Chosen, incident_page, why_page
from kiosk.office.lanes_page import INCIDENTS, lanes_page
from kiosk.office.view import ListPage
from kiosk.ports import Clock
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.lanes import VenueLanes
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts

WITHIN_S = 5.0


class VenueWindow(Protocol):
    def show_venue_button(self, on: bool) -> None: ...

    def show_sheet(self, page: ListPage | None) -> None:
        """In place of the desk; None gives the desk back."""


class IncidentLog(Protocol):
    """Who began and ended what, on record."""

    def begun(self, who: str, incident: Incident) -> None: ...

    def ended(self, who: str, incident: Incident) -> None: ...


class VenueSheets:
    """Window's thread. ``groups``: ids of the event's gate groups; ``gate_name``: what a person reads for one."""

    def __init__(
        self,
        window: VenueWindow,
        lanes: VenueLanes,
        log: IncidentLog,
        principal: Callable[[], Principal],
        texts: Callable[[], Texts],
        groups: tuple[str, ...],
        gate_name: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._window, self._lanes, self._log, self._principal = window, lanes, log, principal
        self._texts, self._groups, self._gate_name, self._clock = texts, groups, gate_name, clock
        self._state = LaneState()
        self._heads: tuple[HeadCount, ...] = ()
        self._chosen, self._page, self._said = Chosen(), "", ""

    @property
    def is_open(self) -> bool:
        return bool(self._page)

    def on_login(self, view: LoginView) -> None:
        """Somebody came or went."""
        if view.step is not LoginStep.OPEN:
            self.on_back()
        self._window.show_venue_button(self._may(Action.READ_VENUE))

    def on_desk(self, view: DeskView) -> None:
        """A ticket is looked at: that goes before every sheet."""
        if view.state is not DeskState.WAITING:
            self.on_back()

    def on_state(self, state: LaneState) -> None:
        self._state = state
        self._show()

    def on_heads(self, heads: tuple[HeadCount, ...]) -> None:
        self._heads = heads
        self._show()

    def on_tapped(self) -> None:
        if self._may(Action.READ_VENUE):
            self._page, self._said = WAITS, ""
            self._lanes.want_heads(True)
            self._show()

    def on_chosen(self, name: str, value: str) -> None:
        if self._page == INCIDENTS:
            self._chosen = self._chosen.with_choice(name, value)
            self._page = CHOOSE if (name, value) == ("why", "") else self._page
            self._show()

    def on_opened(self, key: str) -> None:
        """A row tapped twice: where reasons are listed, it is chosen."""
        self.on_act(CHOOSE, key)

    def on_act(self, name: str, key: str) -> None:
        """``key``: of the row that is chosen, a gate group or "all"."""
        if not self._page:
            return
        if name in {INCIDENTS, WAITS}:
            self._page, self._said = name, ""
        elif name == CHOOSE and self._page == CHOOSE:
            self._chosen, self._page = self._chosen.with_choice("why", key), INCIDENTS
        elif name.startswith(BEGIN) and key and self._may(Action.SET_INCIDENT):
            self._begin(key, Mode(name.removeprefix(BEGIN)))
        elif name == END and key and self._may(Action.SET_INCIDENT):
            self._end(key)
        self._show()

    def on_back(self) -> None:
        if self._page:
            self.on_covered()
            self._window.show_sheet(None)

    def on_covered(self) -> None:
        """Another sheet is shown over this one."""
        if self._page:
            self._page = ""
            self._lanes.want_heads(False)

    def _begin(self, group: str, mode: Mode) -> None:
        now, chosen, who = self._clock.now(), self._chosen, self._principal().name
        until = now + chosen.minutes * 60
        incident = Incident(secrets.token_hex(16), group, mode, Why(chosen.why), who, now, until)
        self._said = "asking"
        self._lanes.begin(incident, lambda answer: self._begun(incident, answer), WITHIN_S)

    def _begun(self, incident: Incident, answer: Answer | None) -> None:
        self._said = "begun" if answer is not None else "away"
        if answer is not None:
            self._log.begun(incident.officer, incident)
        self._show()

    def _end(self, group: str) -> None:
        who = self._principal().name
        for incident in [one for one in self._state.incidents if one.gate_group == group]:
            self._said = "asking"
            self._lanes.end(incident.incident, who, partial(self._ended, who, incident), WITHIN_S)

    def _ended(self, who: str, incident: Incident, answer: Answer | None) -> None:
        self._said = "ended" if answer is not None else "away"
        if answer is not None:
            self._log.ended(who, incident)
        self._show()

    def _may(self, action: Action) -> bool:
        return self._principal().may(action)

    def _show(self) -> None:
        texts = self._texts()
        if self._page == WAITS:
            now = self._clock.now() + self._state.offset_s
            may_set = self._may(Action.SET_INCIDENT)
            self._window.show_sheet(lanes_page(self._state, self._heads, self._gate_name, now, texts, may_set=may_set))
        elif self._page == INCIDENTS:
            page = incident_page(self._state, self._groups, self._gate_name, self._chosen, self._said, texts)
            self._window.show_sheet(page)
        elif self._page == CHOOSE:
            self._window.show_sheet(why_page(texts))
