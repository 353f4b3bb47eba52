"""One gate of a newcomer's event, played as fast as can be: real window by touch, real rules and store, no devices.

Time passes only from timer to timer, and answers of threads are let through one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import cast

from PySide6.QtWidgets import QApplication

from drivers.port import DeviceReady, DocumentKind, DocumentPresented, DocumentRemoved, DocumentValidity, IdentityRead
from drivers.secret import SecretText
from kiosk.closing.keys import unlock_with_secret
from kiosk.config.places import EventPlace
from kiosk.domain.access import Principal, Role
from kiosk.face.port import Advice, Compared, FaceObserved
from kiosk.ledger.port import Place
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ports import SystemTokens
from kiosk.station.station import Hands, Station
from kiosk.text import Texts
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.station_window import StationWindow
from kiosk.vault.opening_secret import OpeningSecret
from kiosk.visit.states import Phase, Rules
from kiosk.workers.queue import WorkQueue
from kiosk.workers.store import LedgerStore
from tests.helpers.accounts import NOW_S
from tests.helpers.monkey_world import Camera, Later
from tests.helpers.newcomer_visits import BAD
from tests.helpers.roster import HEADER, number, row
from tests.helpers.station import RecordedGate, RecordedHolds, RecordedLog, ScriptedAttempt, SetClock, portrait
from tests.helpers.told_timers import Timers
from tests.helpers.ui import LANDSCAPE, SCENE, end, tap

MOST_TIMERS = 40
"""After so many a visit has to be over."""


@dataclass(frozen=True)
class Visit:
    """``score``: of the face that comes, 0..1; None: staff is chosen."""

    person: int
    score: float | None
    expected: str


def evening(count: int) -> list[Visit]:
    """Most match; some carry another's card, choose staff, come a second time, or have no good ticket."""
    visits = []
    for person in range(count):
        if person in BAD:
            visits.append(Visit(person, 0.95, "staff:no_ticket"))
        elif person % 5 == 1:
            visits.append(Visit(person, 0.05, "staff:no_match"))
        elif person % 5 == 2:
            visits.append(Visit(person, None, "staff:chose_staff"))
        elif person % 5 == 3:
            visits.append(Visit(person - 3, 0.95, "staff:already_used"))
        else:
            visits.append(Visit(person, 0.95, "admitted:face"))
    return visits


class SeeingCamera(Camera):
    def sees(self, score: float) -> None:
        self._say(FaceObserved(1, 0.0, 1, Advice.NONE, usable=True, near_enough=True))
        self._say(Compared(score, 3, "wlt-rehearsal", 0.01, 0.02, 3))


class FastGate:
    def __init__(self, place: EventPlace, secret: str) -> None:
        self._keys = unlock_with_secret(place, OpeningSecret.of(secret))
        self._ledger = SqliteLedger(place.ledger_file, self._keys)
        self._later, self.log, clock = Later(), RecordedLog(), SetClock()
        clock.s = NOW_S
        self.window = StationWindow(Texts, SCENE, ("zh", "en"), motion=False, now=clock.now)
        self.window.show_as_window(*LANDSCAPE)
        self._timers = Timers(clock, lambda name: self.station.on_timer(name))
        self._camera = SeeingCamera(Random(1), lambda event: self.station.on_capture(event))
        at, who = Place("gate-1", "A", "night-1"), Principal(Role.STATION, "gate-1")
        store = LedgerStore(self._ledger, cast(WorkQueue, self._later), at, clock, SystemTokens(), lambda: who)
        gate, holds = RecordedGate(), RecordedHolds()
        hands = Hands(self.window, self._camera, store, gate, holds, self._timers, self.log, clock)
        self.station, self._clock, self.gate = Station(hands, Rules(), ScriptedAttempt), clock, gate
        self.window.choice_made.connect(self.station.on_choice)
        self.window.painted.connect(self.station.on_painted)
        self.station.on_document(DeviceReady())

    def play(self, visit: Visit) -> str:
        """From an empty gate to an empty gate; how it ended and why."""
        self._settle()
        page = self.window.page
        assert isinstance(page, ChoicePage), page
        tap(self.window, page.staff if visit.score is None else page.face)
        self._settle()
        if visit.score is not None:
            self._show_card(visit.person)
            for _ in range(Rules().max_attempts):
                if self._camera.is_open:
                    self._camera.sees(visit.score)
                    self._settle()
            self.station.on_document(DocumentRemoved())
        for _ in range(MOST_TIMERS):
            if self.station.visit.phase is Phase.IDLE and self.log.facts:
                facts = self.log.facts.pop()
                return f"{facts.ending}:{facts.cause}"
            due = self._timers.next_at()
            if due is not None:
                self._clock.s = max(self._clock.s, due)
                self._timers.fire_due()
            self._settle()
        raise AssertionError(f"the visit hangs in {self.station.visit.phase}")

    def close(self) -> None:
        end(self.window)
        self._ledger.close()
        self._keys.forget()

    def _show_card(self, person: int) -> None:
        token = self._keys.token(DocumentKind.RESIDENT, "CHN", number(person))
        name, at_s = SecretText(row(person)[HEADER.index("name")]), self._clock.s
        valid = DocumentValidity.VALID
        self.station.on_document(DocumentPresented(at_s))
        self.station.on_document(IdentityRead(DocumentKind.RESIDENT, "CHN", token, "测**", name, True, valid, at_s))
        self._settle()
        self.station.on_document(portrait(1, at_s))
        self._settle()

    def _settle(self) -> None:
        while True:
            self._camera.hear_of_the_handle()
            QApplication.processEvents()
            waiting = [later for later in (self._later, self._camera.later) if later.waiting]
            if not waiting:
                return
            waiting[0].let_one()
