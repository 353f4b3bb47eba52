"""After consent: the document (and code) come in, the ticket is held - or the person belongs elsewhere."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CancelTimers,
    Show,
    StartTimer,
)
from kiosk.visit.moves import (
    admit_by_document,
    hold_if_complete,
    reading_view,
    refused_ticket,
    start_capturing,
    to_staff,
    waiting_view,
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
    after = replace(
        visit,
        document_down=True,
        masked_name=event.masked_name,
        age_ok=event.age_ok,
        validity=event.validity,
        portrait_here=False,  # a portrait belongs to the document it came from
        keep=visit.keep and event.same_holder,  # and a consent to the person who gave it
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


@on((P.HOLDING,), ev.TicketHeld, to=(P.CAPTURING, P.COMMITTING))
def ticket_held(visit: Visit, event: ev.TicketHeld, rules: Rules) -> Step:
    ticket = event.check.ticket
    held = replace(visit, held=True, seat_area=ticket.seat_area if ticket else "")
    return admit_by_document(held, rules) if visit.by_document else start_capturing(held, rules)


@on((P.HOLDING,), ev.HoldRefused, to=(P.ELSEWHERE, P.STAFF))
def hold_refused(visit: Visit, event: ev.HoldRefused, rules: Rules) -> Step:
    return refused_ticket(visit, event.check, rules)


@on((P.HOLDING, P.COMMITTING), ev.StoreFailed, to=(P.STAFF,))
def store_failed(visit: Visit, event: ev.StoreFailed, rules: Rules) -> Step:
    return to_staff(visit, Cause.STORE_FAULT, rules)
