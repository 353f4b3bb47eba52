"""After consent: the document (and code) come in, the ticket is held - or the person belongs elsewhere."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CancelTimers,
    ForgetDocument,
    ReleaseTicket,
    Show,
    StartTimer,
)
from kiosk.visit.moves import (
    admit_by_document,
    bad_proof,
    hold_if_complete,
    reading_view,
    refused_ticket,
    start_capturing,
    to_staff,
    waiting_view,
    with_identity,
    without_document,
)
from kiosk.visit.phases import P
from kiosk.visit.states import Cause, Rules, Visit
from kiosk.visit.table import Step, on


@on((P.AWAITING_DOCUMENT,), ev.DocumentPresented, to=())
def document_presented(visit: Visit, event: ev.DocumentPresented, rules: Rules) -> Step:
    after = replace(visit, document_down=True, idle_warned=False)
    return after, (
        CancelTimers(),
        Show(reading_view(after)),
        StartTimer("reading", rules.reading_s),
    )


@on((P.AWAITING_DOCUMENT,), ev.DocumentRead, to=(P.HOLDING, P.STAFF))
def identity_read(visit: Visit, event: ev.DocumentRead, rules: Rules) -> Step:
    after = with_identity(visit, event)
    return hold_if_complete(after, rules)


@on((P.AWAITING_DOCUMENT,), ev.KeyWanted, to=())
def key_wanted(visit: Visit, event: ev.KeyWanted, rules: Rules) -> Step:
    after = replace(visit, key_wanted=True)
    return after, (CancelTimers(), Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


@on((P.AWAITING_DOCUMENT,), ev.KeyTaken, to=())
def key_taken(visit: Visit, event: ev.KeyTaken, rules: Rules) -> Step:
    after = replace(visit, key_here=True, key_wanted=False, swipe_failed=False, idle_warned=False)
    return after, (CancelTimers(), Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


@on((P.AWAITING_DOCUMENT,), ev.KeyUnreadable, to=())
def swipe_failed(visit: Visit, event: ev.KeyUnreadable, rules: Rules) -> Step:
    after = replace(visit, swipe_failed=True, idle_warned=False)
    return after, (CancelTimers(), Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


@on((P.AWAITING_DOCUMENT,), ev.ReadingWentOn, to=())
def reading_goes_on(visit: Visit, event: ev.ReadingWentOn, rules: Rules) -> Step:
    """A chip takes seconds, and says all the time that it is there."""
    after = replace(visit, reading_share=event.share, key_wanted=False)
    return after, (CancelTimers(), Show(reading_view(after)), StartTimer("reading", rules.reading_s))


@on((P.HOLDING,), ev.ReadingWentOn, to=())
def reading_goes_on_while_held(visit: Visit, event: ev.ReadingWentOn, rules: Rules) -> Step:
    after = replace(visit, reading_share=event.share)
    patience = (StartTimer("portrait", rules.portrait_s),) if visit.held else ()
    return after, (Show(reading_view(after)), *patience)


@on((P.AWAITING_DOCUMENT, P.HOLDING, P.CAPTURING), ev.DocumentProved, to=(P.STAFF,))
def proved(visit: Visit, event: ev.DocumentProved, rules: Rules) -> Step:
    after = replace(visit, proof=event.proof)
    cause = bad_proof(after, rules)
    return (after, ()) if cause is None else to_staff(after, cause, rules)


@on((P.HOLDING,), ev.DocumentUnreadable, to=(P.AWAITING_DOCUMENT, P.STAFF))
def unreadable_later(visit: Visit, event: ev.DocumentUnreadable, rules: Rules) -> Step:
    """A chip was lifted between identity and portrait: the lease goes back, and it may be laid down again."""
    release = (ReleaseTicket(),) if visit.held else ()
    after = replace(without_document(visit), phase=P.AWAITING_DOCUMENT, unreadable=visit.unreadable + 1)
    if after.unreadable >= rules.max_unreadable:
        return to_staff(replace(after, held=visit.held), Cause.DOCUMENT_UNREADABLE, rules)
    forget = (CancelTimers(), *release, ForgetDocument())
    return after, (*forget, Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


@on((P.AWAITING_DOCUMENT,), ev.CodeRead, to=(P.HOLDING, P.STAFF))
def code_read(visit: Visit, event: ev.CodeRead, rules: Rules) -> Step:
    return hold_if_complete(replace(visit, code_here=True), rules)


@on((P.AWAITING_DOCUMENT, P.HOLDING), ev.PortraitArrived, to=(P.CAPTURING,))
def portrait_early(visit: Visit, event: ev.PortraitArrived, rules: Rules) -> Step:
    after = replace(visit, portrait_here=True, reading_share=None)
    return start_capturing(after, rules) if after.held else (after, ())


@on((P.AWAITING_DOCUMENT,), ev.DocumentUnreadable, to=(P.STAFF,))
def unreadable(visit: Visit, event: ev.DocumentUnreadable, rules: Rules) -> Step:
    after = replace(visit, document_down=False, unreadable=visit.unreadable + 1)
    if after.unreadable >= rules.max_unreadable:
        return to_staff(after, Cause.DOCUMENT_UNREADABLE, rules)
    return after, (CancelTimers(), Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


@on((P.HOLDING,), ev.TicketHeld, to=(P.CAPTURING, P.COMMITTING, P.PROVING))
def ticket_held(visit: Visit, event: ev.TicketHeld, rules: Rules) -> Step:
    ticket = event.check.ticket
    after = replace(visit, held=True, seat_area=ticket.seat_area if ticket else "")
    if after.by_document:
        return admit_by_document(after, rules)
    if after.to_be_proved and not after.portrait_here:
        # A chip's portrait comes seconds later. No frame is taken before there is something to compare it with.
        return after, (CancelTimers(), Show(reading_view(after)), StartTimer("portrait", rules.portrait_s))
    return start_capturing(after, rules)


@on((P.HOLDING,), ev.HoldRefused, to=(P.ELSEWHERE, P.STAFF))
def hold_refused(visit: Visit, event: ev.HoldRefused, rules: Rules) -> Step:
    return refused_ticket(visit, event.check, rules)


@on((P.HOLDING, P.COMMITTING), ev.StoreFailed, to=(P.STAFF,))
def store_failed(visit: Visit, event: ev.StoreFailed, rules: Rules) -> Step:
    return to_staff(visit, Cause.STORE_FAULT, rules)
