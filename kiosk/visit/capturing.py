"""Frames flow, the comparison is decided, the admission becomes durable before anybody is told."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.lane import Lane
from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CancelTimers,
    CloseCapture,
    CommitTicket,
    ForgetDocument,
    GiveReference,
    NoteEnding,
    OpenGate,
    Show,
    StartTimer,
)
from kiosk.visit.moves import (
    bad_proof,
    emptied,
    looking_view,
    next_attempt,
    reading_view,
    to_staff,
)
from kiosk.visit.phases import CAPTURE_PHASES, P
from kiosk.visit.states import Cause, Rules, Visit
from kiosk.visit.table import Step, on
from kiosk.visit.view import Screen, View


@on((P.CAPTURING,), ev.PortraitArrived, to=())
def portrait_arrived(visit: Visit, event: ev.PortraitArrived, rules: Rules) -> Step:
    if visit.portrait_here:
        return visit, ()  # one reference per visit
    return replace(visit, portrait_here=True), (GiveReference(),)


@on((P.CAPTURING,), ev.AdviceChanged, to=())
def advice_changed(visit: Visit, event: ev.AdviceChanged, rules: Rules) -> Step:
    after = replace(visit, acquired=visit.acquired or event.advice == "none")
    if visit.act is not None:
        return after, ()  # one thing at a time: whoever turns as asked is not told to look straight
    return after, (Show(looking_view(after, event.advice)),)


@on((P.CAPTURING,), ev.ActAsked, to=())
def act_asked(visit: Visit, event: ev.ActAsked, rules: Rules) -> Step:
    if not rules.challenge or visit.challenge_met:
        return visit, ()
    after = replace(visit, act=event.act, act_step=event.step, act_of=event.of)
    begins = () if visit.act is not None else (StartTimer("challenge", rules.challenge_s),)
    return after, (*begins, Show(looking_view(after, "none")))


@on((P.CAPTURING,), ev.ChallengeMet, to=(P.COMMITTING, P.PROVING))
def challenge_met(visit: Visit, event: ev.ChallengeMet, rules: Rules) -> Step:
    after = replace(visit, challenge_met=True, act=None)
    if visit.matched:
        return _confirmed(after, rules)
    return after, (Show(looking_view(after, "none")), StartTimer("attempt", rules.attempt_s))


@on((P.CAPTURING,), ev.ChallengeFailed, to=(P.STAFF,))
def challenge_failed(visit: Visit, event: ev.ChallengeFailed, rules: Rules) -> Step:
    """No second attempt, and no refusal: whoever could not, or would not, is checked by a person."""
    return to_staff(visit, Cause.CHALLENGE_NOT_MET, rules) if rules.challenge else (visit, ())


@on((P.CAPTURING,), ev.SubjectReplaced, to=(P.STAFF,))
def subject_replaced(visit: Visit, event: ev.SubjectReplaced, rules: Rules) -> Step:
    """In a challenge it costs the attempt: what one did must not count for another, however often they change."""
    if not rules.challenge or not (visit.act is not None or visit.challenge_met or visit.matched):
        return visit, ()
    return next_attempt(visit, rules, Cause.NOT_ACQUIRED)


@on((P.CAPTURING,), ev.MatchFound, to=(P.COMMITTING, P.PROVING))
def match_found(visit: Visit, event: ev.MatchFound, rules: Rules) -> Step:
    if rules.challenge and not visit.challenge_met:
        return replace(visit, matched=True), ()
    return _confirmed(visit, rules)


def _confirmed(visit: Visit, rules: Rules) -> Step:
    """The camera has done its work; where the document's own proof is not through, the ticket waits for it alone."""
    if visit.proof_pending:
        after = replace(visit, phase=P.PROVING)
        return after, (CancelTimers(), CloseCapture(), Show(reading_view(after)), StartTimer("proof", rules.proof_s))
    return replace(visit, phase=P.COMMITTING), (
        CancelTimers(),
        CommitTicket(Lane.FACE),
        CloseCapture(),
        StartTimer("fault", rules.fault_s),
    )


@on((P.PROVING,), ev.DocumentProved, to=(P.COMMITTING, P.STAFF))
def proved_at_last(visit: Visit, event: ev.DocumentProved, rules: Rules) -> Step:
    after = replace(visit, proof=event.proof)
    cause = bad_proof(after, rules)
    if cause is not None:
        return to_staff(after, cause, rules)
    return replace(after, phase=P.COMMITTING), (
        CancelTimers(),
        CommitTicket(Lane.DOCUMENT if visit.by_document else Lane.FACE),
        StartTimer("fault", rules.fault_s),
    )


@on((P.PROVING,), ev.ReadingWentOn, to=())
def proof_comes_on(visit: Visit, event: ev.ReadingWentOn, rules: Rules) -> Step:
    return visit, (StartTimer("proof", rules.proof_s),)


@on((P.PROVING,), ev.DocumentUnreadable, to=(P.STAFF,))
def proof_unreadable(visit: Visit, event: ev.DocumentUnreadable, rules: Rules) -> Step:
    return to_staff(visit, Cause.DOCUMENT_UNPROVED, rules)


@on((P.PROVING,), ev.TimerFired, to=(P.STAFF,))
def proof_did_not_come(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    return to_staff(visit, Cause.DOCUMENT_UNPROVED, rules) if event.name == "proof" else (visit, ())


@on((P.CAPTURING,), ev.NoMatchFound, to=(P.STAFF,))
def no_match_found(visit: Visit, event: ev.NoMatchFound, rules: Rules) -> Step:
    return next_attempt(visit, rules, Cause.NO_MATCH)


@on((P.CAPTURING,), ev.AttackSuspected, to=(P.STAFF,))
def attack_suspected(visit: Visit, event: ev.AttackSuspected, rules: Rules) -> Step:
    """No second attempt: it would show the same sign, and a person can tell at a glance."""
    return to_staff(visit, Cause.ATTACK_SIGN, rules)


@on((P.CAPTURING,), ev.ReferenceUnusable, to=(P.STAFF,))
def reference_unusable(visit: Visit, event: ev.ReferenceUnusable, rules: Rules) -> Step:
    return to_staff(visit, Cause.NO_REFERENCE, rules)


@on(CAPTURE_PHASES, ev.CameraFailed, to=(P.STAFF,))
def camera_failed(visit: Visit, event: ev.CameraFailed, rules: Rules) -> Step:
    if visit.by_document:
        return visit, ()
    return to_staff(visit, Cause.CAMERA_FAULT, rules)


@on(CAPTURE_PHASES, ev.EngineFailed, to=(P.STAFF,))
def engine_failed(visit: Visit, event: ev.EngineFailed, rules: Rules) -> Step:
    if visit.by_document:
        return visit, ()
    return to_staff(visit, Cause.ENGINE_FAULT, rules)


@on((P.COMMITTING,), ev.AdmissionCommitted, to=(P.ADMITTED,))
def admission_committed(visit: Visit, event: ev.AdmissionCommitted, rules: Rules) -> Step:
    view = View(Screen.WELCOME, masked_name=visit.masked_name, seat_area=visit.seat_area)
    return emptied(visit, P.ADMITTED), (
        CancelTimers(),
        Show(view),
        OpenGate(),
        ForgetDocument(),
        NoteEnding("admitted", Lane.DOCUMENT if visit.by_document else Lane.FACE),
        StartTimer("direction", rules.welcome_s),
    )


@on((P.COMMITTING,), ev.CommitRefused, to=(P.STAFF,))
def commit_refused(visit: Visit, event: ev.CommitRefused, rules: Rules) -> Step:
    return to_staff(replace(visit, held=False), Cause.LEASE_LOST, rules)
