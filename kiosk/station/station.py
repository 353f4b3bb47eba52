"""The gate station: feeds the visit machine and carries out its effects. No rules here, and no widgets.

Runs in the window's thread; everything that blocks sits behind the ports of ``kiosk.station.ports``. Answers that
arrive for a visit that is already over find nobody, and a document that belongs to no visit is wiped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.port import (
    CodeScanned,
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentJudged,
    DocumentPresented,
    DocumentRemoved,
    IdentityRead,
    KeyNeeded,
    KeyTaken,
    KeyUnreadable,
    PortraitRead,
    ReadFailed,
    ReadProgress,
    ScannerEvent,
)
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.face.decision import Attempt
from kiosk.face.port import (
    Advice,
    AttackSuspected,
    ChallengeAsked,
    ChallengeFailed,
    ChallengeMet,
    Compared,
    EngineLost,
    FaceObserved,
    ReferenceFailed,
    ReferenceReady,
    SubjectChanged,
)
from kiosk.ports import Clock
from kiosk.station.document import CurrentDocument
from kiosk.station.held import VisitHold
from kiosk.station.marks import Marks
from kiosk.station.ports import (
    CameraGone,
    CameraReady,
    CameraState,
    Capture,
    CaptureEnded,
    CaptureEvent,
    Gate,
    Holds,
    SealingDone,
    Store,
    Timers,
    VisitLog,
    Window,
)
from kiosk.station.record import VisitRecord
from kiosk.station.ticket import VisitTicket
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.machine import step
from kiosk.visit.states import Phase, Rules, Visit
from kiosk.visit.view import Screen

TAKES_DOCUMENTS = frozenset({Phase.IDLE, Phase.CHOOSING, Phase.AWAITING_DOCUMENT, Phase.CLOSING})
"""From the lease on the visit has its document; a second one is somebody else's. While closing it is the next one's."""
NEEDS_NO_LEDGER = frozenset({Phase.OUT_OF_SERVICE, Phase.STAFF, Phase.DISPUTING, Phase.ELSEWHERE})


def _nothing() -> None:
    """Where no reader keeps keys of documents."""


def _uncounted(lane: str) -> None:
    """Where choices of lanes are not counted."""


@dataclass(frozen=True)
class Hands:
    """Everything the station acts through."""

    window: Window
    capture: Capture
    store: Store
    gate: Gate
    holds: Holds
    timers: Timers
    log: VisitLog
    clock: Clock
    forget_key: Callable[[], None] = _nothing
    count_choice: Callable[[str], None] = _uncounted


class Station:
    """One gate lane. Call only from the window's thread."""

    def __init__(self, hands: Hands, rules: Rules, new_attempt: Callable[[], Attempt]) -> None:
        self._hands, self._rules, self._new_attempt = hands, rules, new_attempt
        self._visit = Visit()
        self._document = CurrentDocument()
        self._record = VisitRecord(hands.log)
        self._ticket = VisitTicket(hands.store, self.post, lambda: self._visit.phase)
        self._hold = VisitHold(hands.holds, self.post, lambda: self._visit)
        self._attempt = new_attempt()
        self._advice: Advice | None = None
        self._letting_go = False

    @property
    def visit(self) -> Visit:
        return self._visit

    def post(self, event: ev.Event) -> None:
        """Step the machine and carry out what it wants."""
        if isinstance(event, ev.AdmissionCommitted):
            self._mark("committed")
        self._visit, effects = step(self._visit, event, self._rules)
        for effect in effects:
            self._carry_out(effect)
        if self._letting_go and self._visit.phase in NEEDS_NO_LEDGER:
            self._letting_go = False
            self._hands.store.let_go()

    # --- what happens outside --------------------------------------------------------------------

    def on_choice(self, lane: str) -> None:
        self._mark("consent")
        self.post(ev.ChoiceMade(Lane(lane)))

    def on_stop(self) -> None:
        self.post(ev.StopTapped())

    def on_dispute(self) -> None:
        self.post(ev.DisputeTapped())

    def on_hold_answer(self, agreed: bool) -> None:
        self.post(ev.HoldAnswered(agreed))

    def on_more_time(self) -> None:
        self.post(ev.MoreTimeTapped())

    def on_activity(self) -> None:
        """Somebody reads the notice or changes the language: they are still there."""
        self.post(ev.MoreTimeTapped())

    def on_service(self, is_open: bool) -> None:
        self.post(ev.ServiceResumed() if is_open else ev.ServicePaused())

    def on_face_lane(self, ready: bool) -> None:
        """Whether a face check could begin now."""
        self.post(ev.FaceLaneReady() if ready else ev.FaceLanePaused())

    def on_mode(self, mode: Mode) -> None:
        """What a supervisor put this gate into."""
        self.post(ev.ModeChanged(mode))

    def on_let_in(self, admission_id: str) -> None:
        """A desk admitted somebody this gate had sent there."""
        self.post(ev.StaffAdmitted(admission_id))

    def on_let_in_over(self, admission_id: str) -> None:
        self.post(ev.LetInTimeOver(admission_id))

    def on_service_ended(self) -> None:
        """The event is being closed for good: let go of ledger and key as soon as nobody's visit needs them."""
        self._letting_go = True
        self.post(ev.ServiceEnded())

    def on_timer(self, name: str) -> None:
        self.post(ev.TimerFired(name))

    def on_document(self, event: DocumentEvent) -> None:
        match event:
            case DeviceReady():
                self.post(ev.ReaderCameBack())
            case DeviceLost():
                self.post(ev.ReaderWentAway())
            case DocumentPresented(at_s=at_s):
                self._on_presented(at_s)
            case IdentityRead():
                self._on_identity(event)
            case PortraitRead():
                if self._document.portrait_read(event):
                    self._document_marks().mark("portrait", event.at_s)
                    self.post(ev.PortraitArrived())
            case ReadFailed(reason=reason):
                self.post(ev.DocumentUnreadable(reason))
            case DocumentRemoved():
                self.post(ev.DocumentLifted())
            case _:
                self._on_chip(event)

    def _on_chip(self, event: DocumentEvent) -> None:
        """What documents with a chip say besides."""
        match event:
            case DocumentJudged():
                if self._document.known:
                    self._document_marks().mark("proof", event.at_s)
                    self.post(ev.DocumentProved(event.proof))
            case KeyNeeded():
                self.post(ev.KeyWanted())
            case KeyTaken():
                self.post(ev.KeyTaken())
            case KeyUnreadable():
                self.post(ev.KeyUnreadable())
            case ReadProgress(share=share):
                self.post(ev.ReadingWentOn(share))

    def _on_presented(self, at_s: float) -> None:
        self.post(ev.DocumentPresented())
        if self._visit.phase in TAKES_DOCUMENTS:
            self._document.put_down()
            self._document_marks().mark("document", at_s)
        else:
            self._document.turn_away()

    def _on_identity(self, identity: IdentityRead) -> None:
        if not self._document.identity_read(identity):
            return
        self._document_marks().mark("document_first_byte", identity.first_byte_at_s)
        self._document_marks().mark("identity", self._hands.clock.monotonic())
        same_holder = self._document.same_holder()
        self.post(
            ev.DocumentRead(
                identity.masked_name,
                identity.age_ok,
                identity.validity,
                same_holder,
                identity.to_be_proved,
                identity.kind in self._rules.documents,
            )
        )

    def _document_marks(self) -> Marks:
        return self._record.early_marks if self._visit.phase is Phase.CLOSING else self._record.marks

    def on_scanner(self, event: ScannerEvent) -> None:
        if isinstance(event, CodeScanned) and self._visit.phase in TAKES_DOCUMENTS:
            self._document.code_scanned(event.untrusted_code)
            self.post(ev.CodeRead())

    def on_capture(self, event: CaptureEvent) -> None:
        match event:
            case CameraState(is_open=is_open):
                self._hands.window.set_camera_on(is_open)
            case CameraReady():
                self._mark("camera_open")
            case CameraGone(code=code):
                self.post(ev.CameraFailed(code))
            case SealingDone(sealed=sealed):
                self._hold.sealed(sealed)
            case CaptureEnded():
                self._mark("capture_closed")
                self.post(ev.CaptureClosed())
                self._record.report_if_over(capture_on=self._visit.capture_on)
            case EngineLost(code=code):
                self.post(ev.EngineFailed(code))
            case _ if self._visit.phase is Phase.CAPTURING:  # else the engine was quicker than the news that it is over
                self._on_engine(event)

    def _on_engine(self, event: CaptureEvent) -> None:
        match event:
            case FaceObserved():
                self._on_face(event)
            case ReferenceReady():
                self._mark("reference")
            case ReferenceFailed(code=code):
                self.post(ev.ReferenceUnusable(code))
            case Compared():
                self._on_compared(event)
            case AttackSuspected():
                self.post(ev.AttackSuspected())
            case ChallengeAsked(act=act, step=step_, of=of):
                self.post(ev.ActAsked(act, step_, of))
            case ChallengeMet():
                self.post(ev.ChallengeMet())
            case ChallengeFailed(code=code):
                self.post(ev.ChallengeFailed(code))
            case SubjectChanged():
                self._attempt, self._record.score = self._new_attempt(), None
                self.post(ev.SubjectReplaced())

    def _on_face(self, seen: FaceObserved) -> None:
        self._record.marks.mark("first_frame", seen.captured_at_s)
        if seen.near_enough:
            self._record.marks.mark("first_usable", seen.captured_at_s)
        if seen.advice is not self._advice:
            self._advice = seen.advice
            self.post(ev.AdviceChanged(seen.advice))

    def _on_compared(self, compared: Compared) -> None:
        self._record.score = compared.score
        decision = self._attempt.judge(compared)
        if decision is None:
            return
        if decision:
            self._mark("decided")
        self.post(ev.MatchFound() if decision else ev.NoMatchFound())

    def on_painted(self, screen: Screen) -> None:
        """The window says a result screen is really on the glass."""
        if screen is Screen.WELCOME and self._visit.phase is Phase.ADMITTED:
            self._mark("painted")
            self._record.report_if_over(capture_on=self._visit.capture_on)

    # --- carrying out ----------------------------------------------------------------------------

    def _carry_out(self, effect: ef.Effect) -> None:
        hands = self._hands
        match effect:
            case ef.Show(view=view):
                hands.window.show_view(view)
            case ef.StartTimer(name=name, seconds=seconds):
                hands.timers.start(name, seconds)
            case ef.CancelTimers():
                hands.timers.cancel_all()
            case ef.OpenGate(admission=admission):
                hands.gate.open_for(admission or self._ticket.admission_id)
            case ef.NotLetIn(admission=admission):
                hands.gate.not_opened(admission)
            case ef.FreeFlow(on=on):
                hands.gate.free_flow(on)
            case ef.ForgetDocument(but_holder=but_holder):
                self._document.forget(but_holder=but_holder)
            case ef.CountChoice(lane=lane):
                self._mark("consent")
                hands.count_choice(lane)
            case ef.StoreSealed():
                self._hold.store()
            case ef.NoteEnding():
                self._mark("decided")
                hands.forget_key()
                self._record.note(effect, capture_on=self._visit.capture_on)
            case ef.EndVisit():
                self._end_visit()
            case _:
                self._use_capture(effect)
                self._use_ticket(effect)

    def _use_capture(self, effect: ef.Effect) -> None:
        capture = self._hands.capture
        match effect:
            case ef.PrepareCapture():
                capture.prepare()
            case ef.StartFrames(keep=keep):
                self._mark("held")
                capture.start_frames(keep=keep)
            case ef.GiveReference():
                portrait = self._document.hand_over_portrait()
                if portrait is not None:
                    capture.give_reference(portrait)
            case ef.RestartCapture():
                self._attempt, self._advice = self._new_attempt(), None
                capture.restart()
            case ef.CloseCapture(seal=seal):
                capture.close(seal=seal)

    def _use_ticket(self, effect: ef.Effect) -> None:
        match effect:
            case ef.LookUpTicket():
                self._ticket.look_up(self._document.presented())
            case ef.HoldTicket():
                self._ticket.hold(self._document.presented())
            case ef.CommitTicket(lane=lane):
                self._ticket.commit(lane)
            case ef.ReleaseTicket():
                self._ticket.release()
            case ef.VoidPriorChoice():
                self._ticket.void_prior()

    def _end_visit(self) -> None:
        self._record.end()
        self._ticket.next_visit()
        self._hold.next_visit()
        self._attempt, self._advice = self._new_attempt(), None

    def _mark(self, name: str) -> None:
        self._record.marks.mark(name, self._hands.clock.monotonic())
