"""What must hold after any sequence of events whatever, lying devices and impatient fingers included."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import DocumentProof, DocumentValidity
from kiosk.domain.act import Act
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.machine import step
from kiosk.visit.phases import RESTING
from kiosk.visit.states import Phase, Rules, Visit
from kiosk.visit.table import TABLE, as_mermaid
from kiosk.visit.view import Screen
from tests.helpers.visits import TICKET, check

TIMERS = ["idle", "fault", "reading", "portrait", "attempt", "proof", "challenge", "consent", "direction", "prior"]
CHECKS = st.sampled_from([check(outcome) for outcome in CheckOutcome] + [check(CheckOutcome.NO_TICKET, None)])
REFUSALS = CHECKS.filter(lambda c: c.outcome is not CheckOutcome.VALID)
EVENTS = st.one_of(
    st.builds(ev.ChoiceMade, st.sampled_from(Lane)),
    st.sampled_from(
        [
            ev.DocumentPresented(),
            ev.DocumentLifted(),
            ev.PortraitArrived(),
            ev.DocumentUnreadable("lifted"),
            ev.KeyWanted(),
            ev.KeyTaken(),
            ev.KeyUnreadable(),
            ev.ReadingWentOn(0.4),
            ev.CodeRead(),
            ev.ReaderWentAway(),
            ev.ReaderCameBack(),
            ev.AdmissionCommitted(),
            ev.CommitRefused(),
            ev.StoreFailed("full"),
            ev.CameraFailed("lost"),
            ev.EngineFailed("lost"),
            ev.ReferenceUnusable("no_face"),
            ev.AdviceChanged("none"),
            ev.AdviceChanged("come_closer"),
            ev.MatchFound(),
            ev.NoMatchFound(),
            ev.AttackSuspected(),
            ev.ActAsked(Act.TURN_LEFT, 1, 2),
            ev.ActAsked(Act.FRONT, 2, 2),
            ev.ChallengeMet(),
            ev.ChallengeFailed("time_over"),
            ev.SubjectReplaced(),
            ev.StopTapped(),
            ev.DisputeTapped(),
            ev.HoldAnswered(True),
            ev.HoldAnswered(False),
            ev.CapturesSealed(True),
            ev.CapturesSealed(False),
            ev.CapturesKept("K7M4PX"),
            ev.CapturesNotKept(),
            ev.MoreTimeTapped(),
            ev.CaptureClosed(),
            ev.ServicePaused(),
            ev.FaceLanePaused(),
            ev.FaceLaneReady(),
            ev.ServiceResumed(),
            ev.ServiceEnded(),
        ]
    ),
    st.builds(ev.DocumentRead, st.just("Z**"), st.booleans(), st.sampled_from(DocumentValidity), st.booleans()),
    st.builds(
        ev.DocumentRead, st.just("Z**"), st.just(True), st.just(DocumentValidity.VALID), st.just(True), st.just(True)
    ),
    st.builds(ev.DocumentProved, st.sampled_from(DocumentProof)),
    st.builds(ev.TicketLookedUp, CHECKS),
    st.builds(ev.TicketLookedUp, st.builds(replace, st.just(check(CheckOutcome.VALID)), prior=st.sampled_from(Lane))),
    st.builds(ev.TicketHeld, st.just(check(CheckOutcome.VALID, TICKET))),
    st.builds(ev.HoldRefused, REFUSALS),
    st.builds(ev.TimerFired, st.sampled_from(TIMERS)),
    st.builds(ev.ModeChanged, st.sampled_from(Mode)),
    st.builds(ev.StaffAdmitted, st.sampled_from("ab")),
    st.builds(ev.LetInTimeOver, st.sampled_from("ab")),
)
RULES = st.builds(
    Rules,
    code_needed=st.booleans(),
    face_lane=st.booleans(),
    hold_offered=st.booleans(),
    challenge=st.booleans(),
    unknown_issuer_ok=st.booleans(),
)


class Watcher:
    """Follows the effects the way the world would, and complains."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.visit = rules, Visit()
        self.consented = self.age_ok = self.held = self.committed = self.capture = self.document = False
        self.agreed = self.keeping = self.challenged = self.free = self.by_desk = False
        self.let_in: set[str] = set()
        self.to_be_proved = self.document_first = False
        self.reminded: Lane | None = None  # the lane chosen with the ticket, while that alone is on the screen
        self.proof: DocumentProof | None = None

    def tell(self, event: ev.Event) -> None:
        before = self.visit
        if before.phase in {Phase.IDLE, Phase.CHOOSING} and isinstance(event, ev.ChoiceMade):
            self.consented = event.lane is Lane.FACE and self.rules.face_lane
        if event == ev.TimerFired("prior") and self.reminded is not None and before.phase is Phase.CHOOSING:
            assert self.document_first, "a consent is the holder's, whose document was read"
            self.consented = self.reminded is Lane.FACE
        if isinstance(event, ev.DocumentRead) and before.phase in {Phase.IDLE, Phase.CHOOSING}:
            self.document_first = True
        if isinstance(event, ev.TicketHeld) and before.phase is Phase.HOLDING:
            self.held = True
        if isinstance(event, ev.CommitRefused) and before.phase is Phase.COMMITTING:
            self.held = False
        if isinstance(event, ev.CaptureClosed):
            self.capture = False
        if isinstance(event, ev.HoldAnswered) and before.phase is Phase.DISPUTING:
            self.agreed = event.agreed
        if isinstance(event, ev.DocumentRead) and not event.same_holder:
            self.agreed = False  # somebody else's document: the consent was not theirs
        takes = before.phase in {Phase.IDLE, Phase.CHOOSING, Phase.AWAITING_DOCUMENT}
        if isinstance(event, ev.DocumentRead) and takes:
            self.to_be_proved, self.proof = event.to_be_proved, None
        if isinstance(event, ev.DocumentProved):
            self.proof = event.proof
        if isinstance(event, ev.ChallengeMet) and before.phase is Phase.CAPTURING:
            self.challenged = True
        if isinstance(event, ev.SubjectReplaced):
            self.challenged = False  # what somebody did does not count for whoever comes after
        if isinstance(event, ev.StaffAdmitted):
            self.let_in.add(event.admission)
        self.visit, effects = step(before, event, self.rules)
        self.committed = isinstance(event, ev.AdmissionCommitted) and before.phase is Phase.COMMITTING
        self.by_desk = any(isinstance(effect, ef.OpenGate) and effect.admission for effect in effects)
        for effect in effects:
            self.see(effect)
        assert self.let_in == {waits.admission for waits in self.visit.let_in}, "let in, told of, or still waiting"
        assert self.free == self.visit.flows_freely
        self.at_rest()

    def see(self, effect: ef.Effect) -> None:
        match effect:
            case ef.PrepareCapture():
                assert self.consented
                assert not self.visit.by_document
                assert not self.capture
                self.capture = True
            case ef.StartFrames(keep=True):
                assert self.agreed
                assert self.rules.hold_offered
                self.keeping = True
            case ef.CloseCapture(seal=True):
                assert self.keeping
                assert self.agreed
                self.agreed = self.keeping = False
            case ef.StartFrames() | ef.GiveReference() | ef.RestartCapture():
                self.challenged = self.challenged and isinstance(effect, ef.GiveReference)
                assert self.consented
                assert self.held
                assert self.capture
                assert self.visit.age_ok
                assert not self.visit.by_document
            case ef.CommitTicket(lane=Lane.DOCUMENT):
                assert self.held
                assert self.visit.by_document
                assert not self.capture
            case ef.CommitTicket():
                assert self.held
                assert self.challenged or not self.rules.challenge
                good = {DocumentProof.GENUINE}
                if self.rules.unknown_issuer_ok:
                    good.add(DocumentProof.ISSUER_UNKNOWN)
                assert self.proof in good or not self.to_be_proved
            case ef.ReleaseTicket():
                assert self.held
                self.held = False
            case ef.OpenGate(admission=admission) if admission:
                assert self.visit.mode is not Mode.LANE_CLOSED
                assert not self.visit.paused
                assert self.visit.phase in {Phase.ADMITTED, *RESTING}
                self.let_in.remove(admission)
            case ef.NotLetIn(admission=admission):
                self.let_in.remove(admission)
            case ef.FreeFlow(on=on):
                assert on != self.free
                self.free = on
            case ef.OpenGate():
                assert self.committed
                self.held = False
            case ef.Show(view=view):
                if view.screen is Screen.WELCOME:
                    assert self.committed or self.by_desk
                assert view.masked_name in {"", "Z**"}
                assert self.rules.hold_offered or not (view.can_dispute or view.keeps or view.keeping)
                assert self.agreed or not view.keeps
                self.reminded = view.prior if view.screen is Screen.PRIOR_CHOICE else None
                assert (view.prior is not None) == (view.screen is Screen.PRIOR_CHOICE)
            case ef.VoidPriorChoice():
                assert self.visit.phase is Phase.STAFF
            case ef.CountChoice(lane=lane):
                assert lane is self.reminded

    def at_rest(self) -> None:
        if self.visit.phase not in {Phase.IDLE, Phase.OUT_OF_SERVICE}:
            return
        self.consented = self.agreed = self.keeping = self.document_first = False
        assert (self.visit.prior, self.visit.reminding) == (None, False)
        assert (self.visit.keep, self.visit.sealing, self.visit.may_dispute) == (False, False, False)
        assert not self.capture
        assert not self.held
        assert self.visit.masked_name == ""
        assert self.visit.age_ok is None


@pytest.mark.requirement("R-05", "R-41")
@given(rules=RULES, events=st.lists(EVENTS, max_size=60))
def test_every_path_keeps_the_promises(rules: Rules, events: list[ev.Event]) -> None:
    watcher = Watcher(rules)
    watcher.tell(ev.ReaderCameBack())
    for event in events:
        watcher.tell(event)


@pytest.mark.requirement("R-44")
@given(rules=RULES, events=st.lists(EVENTS, max_size=40))
def test_from_anywhere_time_alone_leads_back_to_rest(rules: Rules, events: list[ev.Event]) -> None:
    watcher = Watcher(rules)
    for event in [ev.ReaderCameBack(), *events]:
        watcher.tell(event)
    for _ in range(3):
        for name in (*TIMERS, "attempt", "direction"):
            watcher.tell(ev.TimerFired(name))
            watcher.tell(ev.CaptureClosed())
    assert watcher.visit.phase in {Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.STAFF, Phase.CHOOSING}
    for _ in range(4):
        for name in ("idle", "consent", "direction"):
            watcher.tell(ev.TimerFired(name))
            watcher.tell(ev.CaptureClosed())
    assert watcher.visit.phase in {Phase.IDLE, Phase.OUT_OF_SERVICE}


@pytest.mark.requirement("R-33", "R-88")
def test_no_phase_refuses_anybody() -> None:
    assert not any("refus" in phase for phase in Phase)


def test_the_table_and_its_diagram_know_every_phase() -> None:
    diagram = as_mermaid()
    for phase in Phase:
        assert phase in diagram
    assert len(TABLE) > 60
