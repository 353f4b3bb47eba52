"""The reader, the face lane and the service come and go; whoever is in the middle of a visit is looked after first."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.lane import Lane
from kiosk.visit import events as ev
from kiosk.visit.effects import Show, StartTimer
from kiosk.visit.moves import choosing_view, rest, to_staff
from kiosk.visit.phases import AFTER_CONSENT, BEFORE_CONSENT, BUSY, DECIDED, RESTING, UNDECIDED, P
from kiosk.visit.states import Cause, Rules, Visit
from kiosk.visit.table import Step, on


@on(RESTING, ev.ReaderCameBack, to=(P.IDLE,))
def reader_back_at_rest(visit: Visit, event: ev.ReaderCameBack, rules: Rules) -> Step:
    return rest(replace(visit, reader_ready=True))


@on(RESTING, ev.ReaderWentAway, to=(P.OUT_OF_SERVICE,))
def reader_gone_at_rest(visit: Visit, event: ev.ReaderWentAway, rules: Rules) -> Step:
    return rest(replace(visit, reader_ready=False))


@on(RESTING, ev.ServicePaused, to=(P.OUT_OF_SERVICE,))
def paused_at_rest(visit: Visit, event: ev.ServicePaused, rules: Rules) -> Step:
    return rest(replace(visit, paused=True))


@on(RESTING, ev.ServiceResumed, to=(P.IDLE,))
def resumed_at_rest(visit: Visit, event: ev.ServiceResumed, rules: Rules) -> Step:
    return rest(replace(visit, paused=False))


@on(BUSY, ev.ReaderCameBack, to=())
def reader_back(visit: Visit, event: ev.ReaderCameBack, rules: Rules) -> Step:
    return replace(visit, reader_ready=True), ()


@on(DECIDED, ev.ReaderWentAway, to=())
def reader_gone_later(visit: Visit, event: ev.ReaderWentAway, rules: Rules) -> Step:
    return replace(visit, reader_ready=False), ()


@on(UNDECIDED, ev.ReaderWentAway, to=(P.STAFF,))
def reader_gone(visit: Visit, event: ev.ReaderWentAway, rules: Rules) -> Step:
    gone = replace(visit, reader_ready=False)
    if visit.document_known and (visit.portrait_here or visit.by_document) and not visit.proof_pending:
        return gone, ()
    return to_staff(gone, Cause.READER_LOST, rules)


@on(BUSY, ev.ServicePaused, to=())
def paused_in_a_visit(visit: Visit, event: ev.ServicePaused, rules: Rules) -> Step:
    return replace(visit, paused=True), ()


@on(BUSY, ev.ServiceResumed, to=())
def resumed_in_a_visit(visit: Visit, event: ev.ServiceResumed, rules: Rules) -> Step:
    return replace(visit, paused=False), ()


@on(RESTING, ev.ServiceEnded, to=(P.OUT_OF_SERVICE,))
def ended_at_rest(visit: Visit, event: ev.ServiceEnded, rules: Rules) -> Step:
    return rest(replace(visit, paused=True))


@on(UNDECIDED, ev.ServiceEnded, to=(P.STAFF,))
def ended_in_a_visit(visit: Visit, event: ev.ServiceEnded, rules: Rules) -> Step:
    return to_staff(replace(visit, paused=True), Cause.SERVICE_ENDED, rules)


@on(DECIDED, ev.ServiceEnded, to=())
def ended_after_the_decision(visit: Visit, event: ev.ServiceEnded, rules: Rules) -> Step:
    return replace(visit, paused=True), ()


@on(BEFORE_CONSENT, ev.FaceLanePaused, to=())
def face_paused_at_the_choice(visit: Visit, event: ev.FaceLanePaused, rules: Rules) -> Step:
    reminding = visit.reminding and visit.prior is not Lane.FACE
    after = replace(visit, face_paused=True, reminding=reminding)
    opened = visit.reminding and not reminding
    return after, (Show(choosing_view(after)), *((StartTimer("idle", rules.idle_s),) if opened else ()))


@on(BEFORE_CONSENT, ev.FaceLaneReady, to=())
def face_ready_at_the_choice(visit: Visit, event: ev.FaceLaneReady, rules: Rules) -> Step:
    after = replace(visit, face_paused=False)
    return after, (Show(choosing_view(after)),)


@on((P.OUT_OF_SERVICE, *AFTER_CONSENT), ev.FaceLanePaused, to=())
def face_paused_elsewhere(visit: Visit, event: ev.FaceLanePaused, rules: Rules) -> Step:
    return replace(visit, face_paused=True), ()


@on((P.OUT_OF_SERVICE, *AFTER_CONSENT), ev.FaceLaneReady, to=())
def face_ready_elsewhere(visit: Visit, event: ev.FaceLaneReady, rules: Rules) -> Step:
    return replace(visit, face_paused=False), ()
