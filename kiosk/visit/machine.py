"""The visit machine: (visit, event) -> (visit, effects). Pure; the rules of one attendee's visit and nothing else.

Reading order: choice, document, ticket, capture, commit, ending. Invariants (checked by property tests):

* the camera is asked for only after *Face check* was tapped, frames flow only while choice = face, age_ok and a lease;
* the lease is committed before WELCOME is shown, and released on every other path;
* every fault and every non-match ends in STAFF; no path ends in a refusal;
* IDLE holds nothing of the last person, and CLOSING waits until camera and engine are gone.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CancelTimers,
    CloseCapture,
    CommitTicket,
    Effect,
    ForgetDocument,
    GiveReference,
    LookUpTicket,
    NoteEnding,
    OpenGate,
    PrepareCapture,
    RestartCapture,
    Show,
    StartTimer,
)
from kiosk.visit.moves import (
    choosing_view,
    close,
    hold_if_complete,
    looking_view,
    refused_ticket,
    rest,
    start_capturing,
    to_staff,
    waiting_view,
)
from kiosk.visit.states import Cause, Phase, Rules, Visit
from kiosk.visit.table import Step, apply, on
from kiosk.visit.view import Screen, View

P = Phase
BEFORE_CONSENT = (P.IDLE, P.CHOOSING)
RESTING = (P.OUT_OF_SERVICE, P.IDLE)
RESULTS = (P.ADMITTED, P.ELSEWHERE, P.STAFF)
STOPPABLE = (P.AWAITING_DOCUMENT, P.HOLDING, P.CAPTURING)
CAPTURE_PHASES = (P.AWAITING_DOCUMENT, P.HOLDING, P.CAPTURING)
DEFERRABLE = (ev.DocumentPresented, ev.DocumentRead, ev.PortraitArrived, ev.CodeRead)


def step(visit: Visit, event: ev.Event, rules: Rules) -> Step:
    """One event. A next person's document that came while closing is taken up as soon as the machine rests."""
    if visit.phase is P.CLOSING and isinstance(event, DEFERRABLE):
        return replace(visit, early=(*visit.early, event)), ()
    after, effects = apply(visit, event, rules)
    while after.phase is P.IDLE and after.early:
        waiting, after = after.early, replace(after, early=())
        for early in waiting:
            after, more = step(after, early, rules)
            effects = (*effects, *more)
    return after, effects


# --- the reader and the service -------------------------------------------------------------------


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


BUSY = (P.CHOOSING, P.AWAITING_DOCUMENT, P.HOLDING, P.CAPTURING, P.COMMITTING, *RESULTS, P.CLOSING)


@on(BUSY, ev.ReaderCameBack, to=())
def reader_back(visit: Visit, event: ev.ReaderCameBack, rules: Rules) -> Step:
    return replace(visit, reader_ready=True), ()


@on((P.COMMITTING, *RESULTS, P.CLOSING), ev.ReaderWentAway, to=())
def reader_gone_later(visit: Visit, event: ev.ReaderWentAway, rules: Rules) -> Step:
    return replace(visit, reader_ready=False), ()


@on(
    (P.CHOOSING, P.AWAITING_DOCUMENT, P.HOLDING, P.CAPTURING),
    ev.ReaderWentAway,
    to=(P.STAFF,),
)
def reader_gone(visit: Visit, event: ev.ReaderWentAway, rules: Rules) -> Step:
    gone = replace(visit, reader_ready=False)
    if visit.document_known and visit.portrait_here:
        return gone, ()
    return to_staff(gone, Cause.READER_LOST, rules)


@on(BUSY, ev.ServicePaused, to=())
def paused_in_a_visit(visit: Visit, event: ev.ServicePaused, rules: Rules) -> Step:
    return replace(visit, paused=True), ()


@on(BUSY, ev.ServiceResumed, to=())
def resumed_in_a_visit(visit: Visit, event: ev.ServiceResumed, rules: Rules) -> Step:
    return replace(visit, paused=False), ()


# --- the choice -----------------------------------------------------------------------------------


@on(BEFORE_CONSENT, ev.ChoiceMade, to=(P.AWAITING_DOCUMENT, P.HOLDING, P.STAFF))
def choice_made(visit: Visit, event: ev.ChoiceMade, rules: Rules) -> Step:
    if event.lane is Lane.STAFF or not rules.face_lane:
        return to_staff(visit, Cause.CHOSE_STAFF, rules)
    after, effects = hold_if_complete(replace(visit, capture_on=True), rules)
    if after.phase is P.STAFF:  # known to be under age or unfit: the camera is never asked for
        return replace(after, capture_on=False), tuple(e for e in effects if not isinstance(e, CloseCapture))
    return after, (PrepareCapture(), *effects)


@on(BEFORE_CONSENT, ev.DocumentPresented, to=(P.CHOOSING,))
def document_before_choice(visit: Visit, event: ev.DocumentPresented, rules: Rules) -> Step:
    after = replace(visit, phase=P.CHOOSING, document_down=True)
    return after, (CancelTimers(), Show(choosing_view(after)), StartTimer("idle", rules.idle_s))


@on(BEFORE_CONSENT, ev.DocumentRead, to=(P.CHOOSING,))
def identity_before_choice(visit: Visit, event: ev.DocumentRead, rules: Rules) -> Step:
    after = replace(
        visit,
        phase=P.CHOOSING,
        document_down=True,
        masked_name=event.masked_name,
        age_ok=event.age_ok,
        validity=event.validity,
    )
    return after, (Show(choosing_view(after)), LookUpTicket())


@on(BEFORE_CONSENT, ev.CodeRead, to=(P.CHOOSING,))
def code_before_choice(visit: Visit, event: ev.CodeRead, rules: Rules) -> Step:
    after = replace(visit, phase=P.CHOOSING, code_here=True)
    lookup: tuple[Effect, ...] = () if visit.document_known else (LookUpTicket(),)
    return after, (CancelTimers(), Show(choosing_view(after)), *lookup, StartTimer("idle", rules.idle_s))


@on((P.CHOOSING,), ev.PortraitArrived, to=())
def portrait_before_choice(visit: Visit, event: ev.PortraitArrived, rules: Rules) -> Step:
    return replace(visit, portrait_here=True), ()


@on((P.CHOOSING,), ev.DocumentUnreadable, to=(P.STAFF,))
def unreadable_before_choice(visit: Visit, event: ev.DocumentUnreadable, rules: Rules) -> Step:
    after = replace(visit, document_down=False, unreadable=visit.unreadable + 1)
    if after.unreadable >= rules.max_unreadable:
        return to_staff(after, Cause.DOCUMENT_UNREADABLE, rules)
    return after, (Show(choosing_view(after)),)


@on((P.CHOOSING,), ev.TicketLookedUp, to=(P.ELSEWHERE, P.STAFF))
def looked_up_before_choice(visit: Visit, event: ev.TicketLookedUp, rules: Rules) -> Step:
    if event.check.outcome in {CheckOutcome.VALID, CheckOutcome.CODE_NEEDED}:
        return visit, ()
    return refused_ticket(visit, event.check, rules)


@on((P.CHOOSING,), ev.StoreFailed, to=(P.STAFF,))
def store_failed_before_choice(visit: Visit, event: ev.StoreFailed, rules: Rules) -> Step:
    return to_staff(visit, Cause.STORE_FAULT, rules)


# --- the document ---------------------------------------------------------------------------------


@on((P.AWAITING_DOCUMENT,), ev.DocumentPresented, to=())
def document_presented(visit: Visit, event: ev.DocumentPresented, rules: Rules) -> Step:
    after = replace(visit, document_down=True, idle_warned=False)
    return after, (
        CancelTimers(),
        Show(View(Screen.READING, can_stop=True)),
        StartTimer("idle", rules.idle_s),
    )


@on((P.AWAITING_DOCUMENT,), ev.DocumentRead, to=(P.HOLDING, P.STAFF))
def identity_read(visit: Visit, event: ev.DocumentRead, rules: Rules) -> Step:
    after = replace(
        visit,
        document_down=True,
        masked_name=event.masked_name,
        age_ok=event.age_ok,
        validity=event.validity,
    )
    return hold_if_complete(after, rules)


@on((P.AWAITING_DOCUMENT,), ev.CodeRead, to=(P.HOLDING, P.STAFF))
def code_read(visit: Visit, event: ev.CodeRead, rules: Rules) -> Step:
    return hold_if_complete(replace(visit, code_here=True), rules)


@on((P.AWAITING_DOCUMENT, P.HOLDING), ev.PortraitArrived, to=())
def portrait_early(visit: Visit, event: ev.PortraitArrived, rules: Rules) -> Step:
    return replace(visit, portrait_here=True), ()


@on((P.AWAITING_DOCUMENT,), ev.DocumentUnreadable, to=(P.STAFF,))
def unreadable(visit: Visit, event: ev.DocumentUnreadable, rules: Rules) -> Step:
    after = replace(visit, document_down=False, unreadable=visit.unreadable + 1)
    if after.unreadable >= rules.max_unreadable:
        return to_staff(after, Cause.DOCUMENT_UNREADABLE, rules)
    return after, (CancelTimers(), Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


# --- the ticket -----------------------------------------------------------------------------------


@on((P.HOLDING,), ev.TicketHeld, to=(P.CAPTURING,))
def ticket_held(visit: Visit, event: ev.TicketHeld, rules: Rules) -> Step:
    ticket = event.check.ticket
    return start_capturing(replace(visit, held=True, seat_area=ticket.seat_area if ticket else ""), rules)


@on((P.HOLDING,), ev.HoldRefused, to=(P.ELSEWHERE, P.STAFF))
def hold_refused(visit: Visit, event: ev.HoldRefused, rules: Rules) -> Step:
    return refused_ticket(visit, event.check, rules)


@on((P.HOLDING, P.COMMITTING), ev.StoreFailed, to=(P.STAFF,))
def store_failed(visit: Visit, event: ev.StoreFailed, rules: Rules) -> Step:
    return to_staff(visit, Cause.STORE_FAULT, rules)


# --- the capture ----------------------------------------------------------------------------------


@on((P.CAPTURING,), ev.PortraitArrived, to=())
def portrait_arrived(visit: Visit, event: ev.PortraitArrived, rules: Rules) -> Step:
    return replace(visit, portrait_here=True), (GiveReference(),)


@on((P.CAPTURING,), ev.AdviceChanged, to=())
def advice_changed(visit: Visit, event: ev.AdviceChanged, rules: Rules) -> Step:
    after = replace(visit, acquired=visit.acquired or event.advice == "none")
    return after, (Show(looking_view(after, event.advice)),)


@on((P.CAPTURING,), ev.MatchFound, to=(P.COMMITTING,))
def match_found(visit: Visit, event: ev.MatchFound, rules: Rules) -> Step:
    return replace(visit, phase=P.COMMITTING), (
        CancelTimers(),
        CommitTicket(Lane.FACE),
        CloseCapture(),
        StartTimer("fault", rules.fault_s),
    )


def next_attempt(visit: Visit, rules: Rules, cause: Cause) -> Step:
    if visit.attempt >= rules.max_attempts:
        return to_staff(visit, cause, rules)
    after = replace(visit, attempt=visit.attempt + 1, acquired=False)
    return after, (
        RestartCapture(),
        Show(looking_view(after, "none")),
        StartTimer("attempt", rules.attempt_s),
    )


@on((P.CAPTURING,), ev.NoMatchFound, to=(P.STAFF,))
def no_match_found(visit: Visit, event: ev.NoMatchFound, rules: Rules) -> Step:
    return next_attempt(visit, rules, Cause.NO_MATCH)


@on((P.CAPTURING,), ev.ReferenceUnusable, to=(P.STAFF,))
def reference_unusable(visit: Visit, event: ev.ReferenceUnusable, rules: Rules) -> Step:
    return to_staff(visit, Cause.NO_REFERENCE, rules)


@on(CAPTURE_PHASES, ev.CameraFailed, to=(P.STAFF,))
def camera_failed(visit: Visit, event: ev.CameraFailed, rules: Rules) -> Step:
    return to_staff(visit, Cause.CAMERA_FAULT, rules)


@on(CAPTURE_PHASES, ev.EngineFailed, to=(P.STAFF,))
def engine_failed(visit: Visit, event: ev.EngineFailed, rules: Rules) -> Step:
    return to_staff(visit, Cause.ENGINE_FAULT, rules)


# --- the commit -----------------------------------------------------------------------------------


@on((P.COMMITTING,), ev.AdmissionCommitted, to=(P.ADMITTED,))
def admission_committed(visit: Visit, event: ev.AdmissionCommitted, rules: Rules) -> Step:
    view = View(Screen.WELCOME, masked_name=visit.masked_name, seat_area=visit.seat_area)
    after = Visit(
        phase=P.ADMITTED,
        reader_ready=visit.reader_ready,
        paused=visit.paused,
        capture_on=visit.capture_on,
        early=visit.early,
    )
    return after, (
        CancelTimers(),
        Show(view),
        OpenGate(),
        ForgetDocument(),
        NoteEnding("admitted", Lane.FACE),
        StartTimer("direction", rules.welcome_s),
    )


@on((P.COMMITTING,), ev.CommitRefused, to=(P.STAFF,))
def commit_refused(visit: Visit, event: ev.CommitRefused, rules: Rules) -> Step:
    return to_staff(replace(visit, held=False), Cause.LEASE_LOST, rules)


# --- stopping, time, ending -----------------------------------------------------------------------


@on(STOPPABLE, ev.StopTapped, to=(P.STAFF,))
def stop_tapped(visit: Visit, event: ev.StopTapped, rules: Rules) -> Step:
    return to_staff(visit, Cause.WITHDREW, rules)


@on((P.CHOOSING, P.AWAITING_DOCUMENT), ev.MoreTimeTapped, to=())
def more_time(visit: Visit, event: ev.MoreTimeTapped, rules: Rules) -> Step:
    after = replace(visit, idle_warned=False)
    view = choosing_view(after) if visit.phase is P.CHOOSING else waiting_view(after, rules)
    return after, (Show(view), StartTimer("idle", rules.idle_s))


@on(
    (P.CHOOSING, P.AWAITING_DOCUMENT),
    ev.TimerFired,
    to=(P.STAFF, P.CLOSING, *RESTING),
)
def idle_ran_out(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    if event.name != "idle":
        return visit, ()
    if not visit.idle_warned:
        after = replace(visit, idle_warned=True)
        view = choosing_view(after) if visit.phase is P.CHOOSING else waiting_view(after, rules)
        return after, (Show(view), StartTimer("idle", rules.idle_warning_s))
    if visit.phase is P.CHOOSING:
        return to_staff(visit, Cause.NO_CHOICE, rules)
    after, effects = close(visit, rules)
    return after, (NoteEnding("abandoned", Cause.ABANDONED), *effects)


@on((P.HOLDING, P.COMMITTING), ev.TimerFired, to=(P.STAFF,))
def store_silent(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    return to_staff(visit, Cause.STORE_FAULT, rules) if event.name == "fault" else (visit, ())


@on((P.CAPTURING,), ev.TimerFired, to=(P.STAFF,))
def capture_time_over(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    if event.name == "portrait" and not visit.portrait_here:
        return to_staff(visit, Cause.NO_REFERENCE, rules)
    if event.name == "attempt":
        return next_attempt(visit, rules, Cause.NO_MATCH if visit.acquired else Cause.NOT_ACQUIRED)
    return visit, ()


@on(RESULTS, ev.TimerFired, to=(P.CLOSING, *RESTING))
def result_shown_long_enough(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    return close(visit, rules) if event.name == "direction" else (visit, ())


@on(RESULTS, ev.DocumentPresented, to=(P.CLOSING, *RESTING))
def next_person(visit: Visit, event: ev.DocumentPresented, rules: Rules) -> Step:
    """The next person's document ends the last verdict at once."""
    return close(replace(visit, early=(event,)), rules)


@on(CAPTURE_PHASES, ev.CaptureClosed, to=(P.STAFF,))
def capture_closed_too_early(visit: Visit, event: ev.CaptureClosed, rules: Rules) -> Step:
    return to_staff(replace(visit, capture_on=False), Cause.ENGINE_FAULT, rules)


@on((P.COMMITTING, *RESULTS), ev.CaptureClosed, to=())
def capture_closed(visit: Visit, event: ev.CaptureClosed, rules: Rules) -> Step:
    return replace(visit, capture_on=False), ()


@on((P.CLOSING,), ev.CaptureClosed, to=RESTING)
def closed(visit: Visit, event: ev.CaptureClosed, rules: Rules) -> Step:
    return rest(replace(visit, capture_on=False))


@on((P.CLOSING,), ev.TimerFired, to=())
def closing_hangs(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    """Never rest while the camera may be on: ask again."""
    if event.name != "fault":
        return visit, ()
    return visit, (CloseCapture(), ForgetDocument(), StartTimer("fault", rules.fault_s))
