"""A gate station and a desk with recorders for hands: what they did, and answers given when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from drivers.port import (
    DeviceReady,
    DocumentKind,
    DocumentPresented,
    DocumentValidity,
    IdentityRead,
    IdToken,
    PortraitFormat,
    PortraitRead,
)
from drivers.secret import SecretText, SensitiveBytes
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck, TicketFacts
from kiosk.face.decision import Attempt
from kiosk.face.port import Compared
from kiosk.ledger.port import Admission, GateState, Held, Hold, Presented
from kiosk.station.desk import Desk
from kiosk.station.desk_view import DeskView
from kiosk.station.ports import PortraitDisplay, VisitFacts
from kiosk.station.station import Hands, Station
from kiosk.visit.states import Phase, Rules
from kiosk.visit.view import View

TICKET = TicketFacts("reference-0001", "night-1", "A", "Block 1")
VALID = TicketCheck(CheckOutcome.VALID, TICKET, name_agrees=True)
HELD = Held(VALID, Hold("hold-1", TICKET.reference, 30.0))
ADMISSION = Admission("admission-1", TICKET.reference, 1000.0, "gate-1", Lane.FACE, GateState.PENDING)


class SetClock:
    """Time as the test sets it."""

    def __init__(self) -> None:
        self.s = 100.0

    def monotonic(self) -> float:
        return self.s

    def now(self) -> float:
        return self.s


@dataclass
class Asked:
    """One question to the store, still open."""

    what: str
    given: tuple[Any, ...]
    answer: Callable[[Any], None]
    fail: Callable[[str], None]


@dataclass
class RecordedStore:
    asked: list[Asked] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)
    undone: list[tuple[str, str]] = field(default_factory=list)
    let_go_of: int = 0
    open_gates: list[Admission] = field(default_factory=list)

    def look_up(self, presented: Presented, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("look_up", (presented,), answered, failed))

    def hold(self, presented: Presented, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("hold", (presented,), answered, failed))

    def hold_by_staff(self, presented: Presented, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("hold_by_staff", (presented,), answered, failed))

    def admit_again(self, presented: Presented, reason: str, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("admit_again", (presented, reason), answered, failed))

    def recent(self, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("recent", (), answered, failed))

    def undo_late(self, admission_id: str, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("undo_late", (admission_id,), answered, failed))

    def correct(self, presented: Presented, reason: str, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("correct", (presented, reason), answered, failed))

    def erase(self, presented: Presented, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("erase", (presented,), answered, failed))

    def commit(self, hold_id: str, lane: Lane, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("commit", (hold_id, lane), answered, failed))

    def void_prior(self, reference: str) -> None:
        self.voided.append(reference)

    def release(self, hold_id: str) -> None:
        self.released.append(hold_id)

    def undo(self, admission_id: str, reason: str, by: str, answered: Any, failed: Any) -> None:
        self.undone.append((admission_id, reason))
        self.asked.append(Asked("undo", (admission_id,), answered, failed))

    def search(self, untrusted_text: str, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("search", (untrusted_text,), answered, failed))

    def admit_party(self, party: Sequence[Presented], answered: Any, failed: Any) -> None:
        self.asked.append(Asked("admit_party", (tuple(party),), answered, failed))

    def exit(self, presented: Presented, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("exit", (presented,), answered, failed))

    def unconfirmed(self, answered: Callable[[list[Admission]], None]) -> None:
        answered(list(self.open_gates))

    def let_go(self) -> None:
        self.let_go_of += 1

    def take(self, what: str) -> Asked:
        """The oldest open question of this kind."""
        found = next(asked for asked in self.asked if asked.what == what)
        self.asked.remove(found)
        return found

    def count(self, what: str) -> int:
        return sum(asked.what == what for asked in self.asked)


@dataclass
class RecordedCapture:
    calls: list[str] = field(default_factory=list)
    portraits: list[PortraitRead] = field(default_factory=list)

    def prepare(self) -> None:
        self.calls.append("prepare")

    def start_frames(self, *, keep: bool) -> None:
        self.calls.append("start_frames to keep" if keep else "start_frames")

    def give_reference(self, portrait: PortraitRead) -> None:
        self.calls.append("give_reference")
        self.portraits.append(portrait)

    def restart(self) -> None:
        self.calls.append("restart")

    def close(self, *, seal: bool) -> None:
        self.calls.append("close and seal" if seal else "close")


class RecordedDisplay:
    """Has what it is given on its screen until it is put away. ``window``: hears of pictures, as the real one does."""

    def __init__(self, window: Callable[[npt.NDArray[np.uint8] | None], None] = lambda picture: None) -> None:
        self.given: list[PortraitRead] = []
        self.on_screen: PortraitRead | None = None
        self._window = window
        self._answered: Callable[[bool], None] | None = None

    def show(self, portrait: PortraitRead, answered: Callable[[bool], None]) -> None:
        self.given.append(portrait)
        self.on_screen, self._answered = portrait, answered

    def put_away(self) -> None:
        if self.on_screen is not None:
            self.on_screen.data.wipe()
        self.on_screen = self._answered = None
        self._window(None)

    def answer(self, shown: bool, picture: npt.NDArray[np.uint8] | None = None) -> None:
        """As if it had been decoded, or could not be."""
        assert self._answered is not None
        self._window(picture)
        self._answered(shown)


@dataclass
class RecordedHolds:
    asked: list[Asked] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def confirm(self, code: str) -> None:
        self.confirmed.append(code)

    def keep(self, sealed: bytes, answered: Any, failed: Any) -> None:
        self.asked.append(Asked("keep", (sealed,), answered, failed))

    def drop(self, code: str) -> None:
        self.dropped.append(code)


@dataclass
class RecordedTimers:
    running: dict[str, float] = field(default_factory=dict)

    def start(self, name: str, seconds: float) -> None:
        self.running[name] = seconds

    def cancel_all(self) -> None:
        self.running.clear()


@dataclass
class RecordedWindow:
    views: list[Any] = field(default_factory=list)
    sign: list[bool] = field(default_factory=list)

    def show_view(self, view: View | DeskView) -> None:
        self.views.append(view)

    def set_camera_on(self, on: bool) -> None:
        self.sign.append(on)


@dataclass
class RecordedGate:
    opened: list[str] = field(default_factory=list)
    shut: list[str] = field(default_factory=list)
    free: list[bool] = field(default_factory=list)

    def open_for(self, admission_id: str) -> None:
        self.opened.append(admission_id)

    def open_for_all(self, admission_ids: Sequence[str]) -> None:
        self.opened.extend(admission_ids)

    def not_opened(self, admission_id: str) -> None:
        self.shut.append(admission_id)

    def free_flow(self, on: bool) -> None:
        self.free.append(on)


@dataclass
class RecordedLog:
    facts: list[VisitFacts] = field(default_factory=list)

    def visit_ended(self, facts: VisitFacts) -> None:
        self.facts.append(facts)


def identity(person: int = 1, *, age_ok: bool = True, validity: str = "valid", at_s: float = 0.0) -> IdentityRead:
    return IdentityRead(
        DocumentKind.RESIDENT,
        "CHN",
        IdToken(bytes([person]) * 32),
        f"P{person}*",
        SecretText(f"person {person}"),
        age_ok,
        DocumentValidity(validity),
        at_s,
    )


def portrait(person: int = 1, at_s: float = 0.0) -> PortraitRead:
    return PortraitRead(PortraitFormat.WLT, SensitiveBytes(bytes([person]) * 16), at_s)


def compared(score: float, frames: int = 3) -> Compared:
    return Compared(score, frames, "wlt-rehearsal", 0.01, 0.02, frames)


class ScriptedAttempt(Attempt):
    """Decides as a test wants it: from 0.9 match, below 0.1 non-match, undecided between."""

    def judge(self, compared: Compared) -> bool | None:
        return True if compared.score >= 0.9 else False if compared.score < 0.1 else None


class GateLane:
    """A station whose reader is ready, and everything it acts through."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.window, self.capture, self.store = RecordedWindow(), RecordedCapture(), RecordedStore()
        self.gate, self.timers, self.log, self.clock = RecordedGate(), RecordedTimers(), RecordedLog(), SetClock()
        self.holds, self.attempts = RecordedHolds(), 0
        self.counted: list[str] = []
        hands = Hands(
            self.window, self.capture, self.store, self.gate, self.holds, self.timers, self.log, self.clock,
            count_choice=self.counted.append,
        )  # fmt: skip
        self.station = Station(hands, rules or Rules(), self._attempt)
        self.station.on_document(DeviceReady())

    def _attempt(self) -> Attempt:
        self.attempts += 1
        return ScriptedAttempt()

    @property
    def phase(self) -> Phase:
        return self.station.visit.phase

    @property
    def screen(self) -> str:
        return str(self.window.views[-1].screen)

    def put(self, person: int = 1, at_s: float | None = None) -> tuple[IdentityRead, PortraitRead]:
        """Lay a document down; both parts are read at ``at_s``."""
        at = self.clock.s if at_s is None else at_s
        read, picture = identity(person, at_s=at), portrait(person, at)
        for event in (DocumentPresented(at), read, picture):
            self.station.on_document(event)
        return read, picture

    def to_capturing(self, person: int = 1) -> tuple[IdentityRead, PortraitRead]:
        self.station.on_choice("face")
        put = self.put(person)
        self.store.take("hold").answer(HELD)
        assert self.phase is Phase.CAPTURING
        return put


class DeskLane:
    """A desk whose reader is ready. Tokens of typed numbers show what they were made from."""

    def __init__(self, entries: int | None = 1, portraits: PortraitDisplay | None = None) -> None:
        self.window, self.store, self.gate, self.timers = (
            RecordedWindow(), RecordedStore(), RecordedGate(), RecordedTimers(),
        )  # fmt: skip
        self.desk = Desk(
            self.window,
            self.store,
            self.gate,
            self.timers,
            self._token,
            lambda one: one.admission_id,
            entries=entries,
            portraits=portraits,
        )
        self.desk.start()
        self.desk.on_document(DeviceReady())

    @staticmethod
    def _token(kind: DocumentKind, state: str, number: str) -> IdToken:
        return IdToken(f"{kind}/{state}/{len(number)}".encode().ljust(32))

    @property
    def view(self) -> DeskView:
        return self.desk.view

    def put(self, person: int = 1, **how: Any) -> IdentityRead:
        read = identity(person, **how)
        self.desk.on_document(DocumentPresented(0.0))
        self.desk.on_document(read)
        return read

    def facts(self, check: TicketCheck = VALID, person: int = 1) -> IdentityRead:
        read = self.put(person)
        self.store.take("look_up").answer(check)
        return read
