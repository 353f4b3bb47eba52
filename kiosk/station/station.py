"""The gate station: feeds the visit machine and carries out its effects. No rules here, and no widgets.

Runs in the window's thread; everything that blocks sits behind the ports of ``kiosk.station.ports``. Answers that
arrive for a visit that is already over are recognised by the visit's number; a lease that comes too late is given back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from drivers.port import (
    CodeScanned,
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentPresented,
    IdentityRead,
    PortraitRead,
    ReadFailed,
    ScannerEvent,
)
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.face.decision import Attempt
from kiosk.face.port import (
    Advice,
    Compared,
    EngineLost,
    FaceObserved,
    ReferenceFailed,
    ReferenceReady,
    SubjectChanged,
)
from kiosk.ledger.port import Admission, Held
from kiosk.ports import Clock
from kiosk.station.document import CurrentDocument
from kiosk.station.marks import Marks
from kiosk.station.ports import Capture, Gate, Store, Timers, VisitFacts, VisitLog, Window
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.machine import step
from kiosk.visit.states import Rules, Visit
from kiosk.visit.view import Screen
from kiosk.workers.capture import CameraGone, CameraState, CaptureEnded, CaptureEvent

T = TypeVar("T")


@dataclass(frozen=True)
class Hands:
    """Everything the station acts through."""

    window: Window
    capture: Capture
    store: Store
    gate: Gate
    timers: Timers
    log: VisitLog
    clock: Clock


class Station:
    """One gate lane. Call only from the window's thread."""

    def __init__(self, hands: Hands, rules: Rules, new_attempt: Callable[[], Attempt]) -> None:
        self._hands, self._rules, self._new_attempt = hands, rules, new_attempt
        self._visit = Visit()
        self._document = CurrentDocument()
        self._number = 0
        self._hold_id = ""
        self._admission_id = ""
        self._attempt = new_attempt()
        self._score: float | None = None
        self._advice = Advice.NONE
        self._marks = Marks()
        self._ended: ef.NoteEnding | None = None

    @property
    def visit(self) -> Visit:
        return self._visit

    def post(self, event: ev.Event) -> None:
        """Step the machine and carry out what it wants."""
        self._visit, effects = step(self._visit, event, self._rules)
        for effect in effects:
            self._carry_out(effect)

    # --- what happens outside --------------------------------------------------------------------

    def on_choice(self, lane: str) -> None:
        self._mark("consent")
        self.post(ev.ChoiceMade(Lane(lane)))

    def on_stop(self) -> None:
        self.post(ev.StopTapped())

    def on_more_time(self) -> None:
        self.post(ev.MoreTimeTapped())

    def on_activity(self) -> None:
        """Somebody reads the notice or changes the language: they are still there."""
        self.post(ev.MoreTimeTapped())

    def on_service(self, is_open: bool) -> None:
        self.post(ev.ServiceResumed() if is_open else ev.ServicePaused())

    def on_timer(self, name: str) -> None:
        self.post(ev.TimerFired(name))

    def on_document(self, event: DocumentEvent) -> None:
        match event:
            case DeviceReady():
                self.post(ev.ReaderCameBack())
            case DeviceLost():
                self.post(ev.ReaderWentAway())
            case DocumentPresented(at_s=at_s):
                self.post(ev.DocumentPresented())
                self._marks.mark("document", at_s)
            case IdentityRead():
                self._on_identity(event)
            case PortraitRead():
                self._document.portrait_read(event)
                self._marks.mark("portrait", event.at_s)
                self.post(ev.PortraitArrived())
            case ReadFailed(reason=reason):
                self.post(ev.DocumentUnreadable(reason))
            case _:
                pass

    def _on_identity(self, identity: IdentityRead) -> None:
        self._document.identity_read(identity)
        self._marks.mark("document_first_byte", identity.first_byte_at_s)
        self._mark("identity")
        self.post(ev.DocumentRead(identity.masked_name, identity.age_ok, identity.validity))

    def on_scanner(self, event: ScannerEvent) -> None:
        if isinstance(event, CodeScanned):
            self._document.code_scanned(event.untrusted_code)
            self.post(ev.CodeRead())

    def on_capture(self, event: CaptureEvent) -> None:
        match event:
            case CameraState(is_open=is_open):
                self._hands.window.set_camera_on(is_open)
                if is_open:
                    self._mark("camera_open")
            case CameraGone(code=code):
                self.post(ev.CameraFailed(code))
            case CaptureEnded():
                self._mark("capture_closed")
                self.post(ev.CaptureClosed())
                self._report_if_over()
            case FaceObserved():
                self._on_face(event)
            case ReferenceReady():
                self._mark("reference")
            case ReferenceFailed(code=code):
                self.post(ev.ReferenceUnusable(code))
            case Compared():
                self._on_compared(event)
            case SubjectChanged():
                self._attempt = self._new_attempt()
            case EngineLost(code=code):
                self.post(ev.EngineFailed(code))

    def _on_face(self, seen: FaceObserved) -> None:
        self._marks.mark("first_frame", seen.captured_at_s)
        if seen.near_enough:
            self._marks.mark("first_usable", seen.captured_at_s)
        if seen.advice is not self._advice:
            self._advice = seen.advice
            self.post(ev.AdviceChanged(seen.advice))

    def _on_compared(self, compared: Compared) -> None:
        self._score = compared.score
        decision = self._attempt.judge(compared)
        if decision is None:
            return
        self._mark("decided")
        self.post(ev.MatchFound() if decision else ev.NoMatchFound())

    def on_painted(self, screen: Screen) -> None:
        """The window says a result screen is really on the glass."""
        if screen is Screen.WELCOME:
            self._mark("painted")
            self._report_if_over()

    # --- carrying out ----------------------------------------------------------------------------

    def _carry_out(self, effect: ef.Effect) -> None:
        hands = self._hands
        match effect:
            case ef.Show(view=view):
                if view.screen is Screen.CHOICE and not view.document_down and not view.code_seen:
                    self._begin_visit()
                hands.window.show_view(view)
            case ef.StartTimer(name=name, seconds=seconds):
                hands.timers.start(name, seconds)
            case ef.CancelTimers():
                hands.timers.cancel_all()
            case ef.PrepareCapture():
                hands.capture.prepare()
            case ef.StartFrames():
                self._mark("held")
                hands.capture.start_frames()
            case ef.GiveReference():
                portrait = self._document.hand_over_portrait()
                if portrait is not None:
                    hands.capture.give_reference(portrait)
            case ef.RestartCapture():
                self._attempt = self._new_attempt()
                hands.capture.restart()
            case ef.CloseCapture():
                hands.capture.close()
            case ef.OpenGate():
                hands.gate.open_for(self._admission_id)
            case ef.ForgetDocument():
                self._document.forget()
            case ef.NoteEnding():
                self._note(effect)
            case _:
                self._use_store(effect)

    def _use_store(self, effect: ef.Effect) -> None:
        store, number = self._hands.store, self._number
        failed = self._if_current(number, self._on_store_failed)
        match effect:
            case ef.LookUpTicket():
                looked_up = self._if_current(number, self._on_looked_up)
                store.look_up(self._document.presented(), looked_up, failed)
            case ef.HoldTicket():
                store.hold(self._document.presented(), lambda held: self._on_held(number, held), failed)
            case ef.CommitTicket(lane=lane):
                committed = self._if_current(number, self._on_commit_answer)
                store.commit(self._hold_id, lane, committed, failed)
            case ef.ReleaseTicket():
                store.release(self._hold_id)
                self._hold_id = ""

    def _if_current(self, number: int, call: Callable[[T], None]) -> Callable[[T], None]:
        def guarded(answer: T) -> None:
            if number == self._number:
                call(answer)

        return guarded

    def _on_held(self, number: int, held: Held) -> None:
        if held.hold is None:
            self._if_current(number, self._on_refused)(held.check)
            return
        if number != self._number or self._visit.phase != "holding":
            self._hands.store.release(held.hold.hold_id)
            return
        self._hold_id = held.hold.hold_id
        self.post(ev.TicketHeld(held.check))

    def _on_store_failed(self, code: str) -> None:
        self.post(ev.StoreFailed(code))

    def _on_looked_up(self, check: TicketCheck) -> None:
        self.post(ev.TicketLookedUp(check))

    def _on_refused(self, check: TicketCheck) -> None:
        self.post(ev.HoldRefused(check))

    def _on_commit_answer(self, answer: Admission | CheckOutcome) -> None:
        if isinstance(answer, Admission):
            self._mark("committed")
            self._admission_id = answer.admission_id
            self.post(ev.AdmissionCommitted())
        else:
            self.post(ev.CommitRefused())

    # --- one visit's facts -----------------------------------------------------------------------

    def _begin_visit(self) -> None:
        self._report_now()
        self._number += 1
        self._hold_id = self._admission_id = ""
        self._attempt = self._new_attempt()
        self._score = None
        self._advice = Advice.NONE
        self._marks = Marks()

    def _note(self, ending: ef.NoteEnding) -> None:
        self._ended = ending
        if ending.ending != "admitted" and not self._visit.capture_on:
            self._report_now()

    def _report_if_over(self) -> None:
        """An admission is complete when the verdict is painted and the capture is gone; others when it is gone."""
        if self._ended is None or self._visit.capture_on:
            return
        if self._ended.ending != "admitted" or "painted" in self._marks.at_s:
            self._report_now()

    def _report_now(self) -> None:
        if self._ended is None:
            return
        ended, self._ended = self._ended, None
        self._hands.log.visit_ended(VisitFacts(ended.ending, ended.cause, self._score, self._marks.durations()))

    def _mark(self, name: str) -> None:
        self._marks.mark(name, self._hands.clock.monotonic())
