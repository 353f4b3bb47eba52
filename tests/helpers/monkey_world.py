"""A gate and a desk with real windows, rules and ledger, over devices and time that a test moves: for monkeys.

Answers of threads wait until they are let through, in the order of each thread; time passes only where it is told to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, cast

from drivers.port import (
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentKind,
    DocumentValidity,
    IdentityRead,
    PortraitRead,
)
from drivers.secret import SecretText
from kiosk.accounts.badge import new_badge
from kiosk.domain.access import NotAllowed, Principal, Role
from kiosk.domain.lane import Lane
from kiosk.face.port import Advice, AttackSuspected, Compared, EngineLost, FaceObserved, ReferenceReady, SubjectChanged
from kiosk.ledger.memory import MemoryLedger
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.prior import PriorChoices, signed_consent
from kiosk.ledger.tickets import NewTicket, sealed_row
from kiosk.parts.party import wire_party
from kiosk.ports import SystemTokens
from kiosk.station.desk import Desk
from kiosk.station.desk_login import DeskLogin, Officer
from kiosk.station.door import LockedDoor
from kiosk.station.ports import CameraGone, CameraReady, CameraState, CaptureEnded, CaptureEvent
from kiosk.station.station import Hands, Station
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.station_window import StationWindow
from kiosk.visit.states import Rules
from kiosk.workers.lit_buttons import button_desk
from kiosk.workers.queue import WorkQueue
from kiosk.workers.store import LedgerStore
from tests.helpers.ledger import GATE, new_keys, ticket, token_of
from tests.helpers.prior import EVENT, KEY
from tests.helpers.station import RecordedGate, RecordedHolds, RecordedLog, ScriptedAttempt, SetClock, portrait
from tests.helpers.told_timers import Timers
from tests.helpers.ui import SCENE, SIZES

PEOPLE = 40
PIN = "302817"


class Later:
    """A thread's answers, kept until they are let through; stands for a WorkQueue, too."""

    def __init__(self) -> None:
        self.waiting: deque[Callable[[], None]] = deque()

    def do(
        self,
        call: Callable[[], Any],
        answered: Callable[[Any], None] = lambda answer: None,
        failed: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        try:
            answer = call()
        except (LedgerUnavailable, NotAllowed) as error:
            self.waiting.append(partial(failed, error))
        else:
            self.waiting.append(lambda: answered(answer))

    def let_one(self) -> None:
        if self.waiting:
            self.waiting.popleft()()


class Camera:
    """Implements kiosk.station.ports.Capture. ``is_open`` is the truth the sign on the screen has to tell."""

    def __init__(self, rng: Random, deliver: Callable[[CaptureEvent], None]) -> None:
        self._rng, self._deliver = rng, deliver
        self.is_open = self._running = self._frames = False
        self.later, self.broken = Later(), ""
        self.openings = 0
        self._handle: deque[CameraState] = deque()

    def prepare(self) -> None:
        if self._running:
            self.broken = "a second session was begun"
        self._running = True
        self._turn(True)
        self._say(CameraReady())

    def start_frames(self, *, keep: bool) -> None:
        self._frames = True

    def give_reference(self, portrait: PortraitRead) -> None:
        portrait.data.wipe()
        self._say(ReferenceReady("wlt-rehearsal", 0.01, 0.02))

    def restart(self) -> None:
        self._frames = True

    def close(self, *, seal: bool) -> None:
        self._running = self._frames = False
        self.later.waiting.clear()
        self._turn(False)
        self._say(CaptureEnded())

    def happen(self) -> None:
        """A frame, a comparison or a fault."""
        if not self._running:
            return
        if self._rng.random() < 0.1:
            if self._rng.random() < 0.5:
                self._say(EngineLost("crashed"))
            else:
                self._turn(False)
                self._say(CameraGone("lost"))
        elif self._frames:
            seen = FaceObserved(1, 0.0, 1, self._rng.choice(list(Advice)), usable=True, near_enough=True)
            score = self._rng.choice([0.05, 0.5, 0.95])
            compared = Compared(score, 3, "wlt-rehearsal", 0.01, 0.02, 3)
            events: list[CaptureEvent] = [seen, seen, compared, SubjectChanged(), AttackSuspected("edge")]
            self._say(self._rng.choice(events))

    def _turn(self, is_open: bool) -> None:
        if is_open != self.is_open:
            self.is_open = is_open
            self.openings += is_open
            self._handle.append(CameraState(is_open))

    def hear_of_the_handle(self) -> None:
        """What the device says of its handle is heard before anything else."""
        while self._handle:
            self._deliver(self._handle.popleft())

    def _say(self, event: CaptureEvent) -> None:
        self.later.waiting.append(lambda: self._deliver(event))


class Officers:
    """Implements kiosk.station.desk_login.Officers for one officer."""

    def __init__(self, badge: str, later: Later) -> None:
        self._badge, self._later = badge, later

    def badge_of(self, untrusted_text: str) -> str | None:
        return untrusted_text if untrusted_text == self._badge else None

    def know(self, badge: str, answered: Callable[[bool], None], refused: object) -> None:
        self._later.waiting.append(lambda: answered(True))

    def log_in(
        self,
        badge: str,
        pin: str,
        new_pin: str,
        answered: Callable[[Officer], None],
        refused: Callable[[str, float], None],
    ) -> None:
        officer = Officer(Principal(Role.ATTENDANT, "o-1"), "Robin Example")
        self._later.waiting.append(lambda: answered(officer) if pin == PIN else refused("wrong", 0.0))

    def unlock(self, pin: str, answered: Callable[[], None], refused: Callable[[str, float], None]) -> None:
        self._later.waiting.append(lambda: answered() if pin == PIN else refused("wrong", 0.0))

    def keep_alive(self, lost: Callable[[], None]) -> None: ...

    def went_idle(self) -> None: ...

    def end(self) -> None: ...


CONSENTS_UNTIL_S = 4_000_000_000


class SeenLedger(MemoryLedger):
    """Tells who is inside by which ticket."""

    def begin_anew(self) -> None:
        """Another evening: every ticket is good again."""
        self._admissions.clear()
        self._undone.clear()
        self._exited.clear()

    def inside(self) -> list[str]:
        return [self._admissions[key][0].ticket_reference for key in self._inside()]

    def lanes_at(self, station: str) -> list[Lane]:
        return [one.lane for one, _ in self._admissions.values() if one.station == station]


class World:
    """One gate and one desk over one ledger. ``windows``: of the attendee and of the attendant."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.rng, self.clock, self.badge = rng, SetClock(), new_badge()
        self.keys = new_keys(folder)
        self.ledger = SeenLedger(self.keys)
        groups = ("A", "A", "A", "A", "B")
        self.ledger.add_rows(
            sealed_row(
                self._with_prior(ticket(self.keys, n, gate_group=groups[n % 5], revoked=n % 11 == 0), n), self.keys
            )
            for n in range(PEOPLE)
        )
        self.gate_later, self.desk_later, self.accounts = Later(), Later(), Later()
        size = rng.choice(SIZES)
        self.gate, self.gate_window = self._make_gate(size)
        self.desk, self.desk_window = self._make_desk(size)
        self.gate.on_document(DeviceReady())
        self.desk.on_document(DeviceReady())

    @property
    def queues(self) -> tuple[Later, ...]:
        return (self.gate_later, self.desk_later, self.accounts, self.camera.later)

    def _store(self, later: Later, who: Callable[[], Principal], station: str) -> LedgerStore:
        place = replace(GATE, station=station, entries=2)
        queue = cast(WorkQueue, later)
        return LedgerStore(self.ledger, queue, place, self.clock, SystemTokens(), who, prior=PriorChoices(EVENT))

    @staticmethod
    def _with_prior(one: NewTicket, person: int) -> NewTicket:
        """Some chose a lane with their ticket."""
        consent = signed_consent(EVENT, one.details.code, CONSENTS_UNTIL_S, KEY)
        said = {1: "staff", 2: consent}.get(person % 4, "")
        return replace(one, details=replace(one.details, prior=said))

    def _make_gate(self, size: tuple[int, int]) -> tuple[Station, StationWindow]:
        window = StationWindow(Texts, SCENE, ("zh", "en"), motion=False, buttons=True, now=lambda: self.clock.s)
        window.show_as_window(*size)
        desk = button_desk(window, lambda *_args, **_fields: None)
        assert desk is not None
        self.buttons = desk
        self.buttons.on_board(DeviceReady())
        station: Station
        self.gate_timers = Timers(self.clock, lambda name: station.on_timer(name))
        self.camera = Camera(self.rng, lambda event: station.on_capture(event))
        store = self._store(self.gate_later, lambda: Principal(Role.STATION, "gate-1"), "gate")
        hands = Hands(
            window, self.camera, store, RecordedGate(), RecordedHolds(), self.gate_timers, RecordedLog(), self.clock
        )
        station = Station(hands, Rules(), ScriptedAttempt)
        window.choice_made.connect(station.on_choice)
        window.stop_tapped.connect(station.on_stop)
        window.dispute_tapped.connect(station.on_dispute)
        window.hold_answered.connect(station.on_hold_answer)
        window.more_time_tapped.connect(station.on_more_time)
        window.activity.connect(station.on_activity)
        window.painted.connect(station.on_painted)
        return station, window

    def _make_desk(self, size: tuple[int, int]) -> tuple[Desk, DeskWindow]:
        window = DeskWindow(Texts, SCENE, ("zh", "en"), login=True, motion=False, now=lambda: self.clock.s)
        window.show_as_window(*size)
        login: DeskLogin
        self.desk_timers = Timers(self.clock, lambda name: desk.on_timer(name))
        store = self._store(self.desk_later, lambda: login.principal, "desk")
        desk = Desk(
            window, store, RecordedGate(), self.desk_timers, self._typed, lambda one: one.admission_id, entries=2
        )
        self.login_timers = Timers(self.clock, lambda name: login.on_timer(name))
        officers = Officers(self.badge, self.accounts)
        login = DeskLogin(window, officers, self.login_timers, self.clock, "desk-1", desk.on_left)
        self.login, self.door = login, LockedDoor(desk, login)
        window.admit_tapped.connect(desk.on_admit)
        window.supervisor_tapped.connect(desk.on_supervisor)
        window.next_tapped.connect(desk.on_next)
        window.undo_tapped.connect(desk.on_undo)
        window.number_typed.connect(desk.on_number)
        window.code_typed.connect(desk.on_typed)
        window.found_panel.chosen.connect(desk.on_found_chosen)
        wire_party(window, desk)
        window.cover.entered.connect(login.on_entered)
        window.cover.other_tapped.connect(login.on_other)
        window.lock_tapped.connect(login.on_lock)
        window.touched.connect(login.on_activity)
        login.start()
        desk.start()
        return desk, window

    def _typed(self, kind: DocumentKind, state: str, number: str) -> Any:
        return token_of(self.keys, int(number.replace("X", "")[-2:] or "0") % PEOPLE)

    def document(self) -> tuple[DocumentEvent, ...]:
        """Somebody's: identity, then portrait."""
        person, rng = self.rng.randrange(PEOPLE + 5), self.rng
        validity = rng.choice([DocumentValidity.VALID, DocumentValidity.VALID, DocumentValidity.EXPIRED])
        name = f"测试{person}" if rng.random() < 0.9 else "王样例"
        read = IdentityRead(
            DocumentKind.RESIDENT,
            "CHN",
            token_of(self.keys, person),
            "测**",
            SecretText(name),
            rng.random() < 0.85,
            validity,
            self.clock.s,
        )
        return read, portrait(person, self.clock.s)

    def pass_time(self, seconds: float) -> None:
        """Timers fire in their order, each at its time."""
        end = self.clock.s + seconds
        while True:
            due = [timers.next_at() for timers in (self.gate_timers, self.desk_timers, self.login_timers)]
            soonest = min((at for at in due if at is not None), default=end)
            if soonest >= end:
                break
            self.clock.s = max(self.clock.s, soonest)
            self._fire()
        self.clock.s = end
        self._fire()
        rest = self.gate_window.rest_timer  # the window's own, which no clock of a test moves
        if seconds * 1000 >= rest.interval() and rest.isActive():
            rest.timeout.emit()
        self.let_buttons_rest(seconds)

    def let_buttons_rest(self, seconds: float = 1.0) -> None:
        """The moment in which the lit buttons press nothing is over, if it lasted no longer than ``seconds``."""
        assert self.gate_window.lit_buttons is not None
        rest = self.gate_window.lit_buttons.rest_timer
        if seconds * 1000 >= rest.interval() and rest.isActive():
            rest.stop()
            rest.timeout.emit()

    def _fire(self) -> None:
        for timers in (self.gate_timers, self.desk_timers, self.login_timers):
            timers.fire_due()

    def unplug(self, door: bool) -> None:
        (self.door if door else self.gate).on_document(DeviceLost("gone"))

    def plug_in(self) -> None:
        self.gate.on_document(DeviceReady())
        self.door.on_document(DeviceReady())
        self.ledger.unavailable = None
        for service in (self.gate, self.desk):
            service.on_service(True)

    def let_all(self) -> None:
        self.camera.hear_of_the_handle()
        while any(queue.waiting for queue in self.queues):
            for queue in self.queues:
                queue.let_one()
