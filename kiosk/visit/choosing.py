"""Before consent: the choice stays open, a document put down early only has its ticket looked up (R-04)."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CancelTimers,
    CloseCapture,
    CountChoice,
    Effect,
    LookUpTicket,
    PrepareCapture,
    Show,
    StartTimer,
)
from kiosk.visit.moves import (
    choosing_view,
    hold_if_complete,
    refused_ticket,
    taken_back,
    to_staff,
    unfit_document,
    with_identity,
    without_prior,
)
from kiosk.visit.phases import BEFORE_CONSENT, P
from kiosk.visit.presenting import code_read, document_presented, identity_read
from kiosk.visit.states import Cause, Rules, Visit
from kiosk.visit.table import Step, on


@on(BEFORE_CONSENT, ev.ChoiceMade, to=(P.AWAITING_DOCUMENT, P.HOLDING, P.STAFF))
def choice_made(visit: Visit, event: ev.ChoiceMade, rules: Rules) -> Step:
    if visit.mode is Mode.DOCUMENT_ONLY and event.lane is not Lane.STAFF:
        return visit, ()  # the finger was quicker than the news
    if event.lane is not Lane.FACE or not rules.face_lane:
        after, effects = to_staff(visit, Cause.CHOSE_STAFF, rules)
        return after, (*taken_back(visit), *effects)
    if visit.face_paused:  # the finger was quicker than the news
        return to_staff(visit, Cause.ENGINE_FAULT, rules)
    after, effects = hold_if_complete(replace(visit, capture_on=True, reminding=False), rules)
    if after.phase is P.STAFF:  # known to be under age or unfit: the camera is never asked for
        return replace(after, capture_on=False), tuple(e for e in effects if not isinstance(e, CloseCapture))
    return after, (PrepareCapture(), *effects)


def by_document(visit: Visit) -> Visit:
    """A visit that needs neither a choice nor a face: no camera is asked for."""
    return replace(visit, phase=P.AWAITING_DOCUMENT, by_document=True)


@on((P.IDLE,), ev.StopTapped, to=(P.STAFF,))
def staff_instead_of_document(visit: Visit, event: ev.StopTapped, rules: Rules) -> Step:
    """Where there is no choice of lanes on the screen, staff are chosen by the button below it."""
    return to_staff(visit, Cause.CHOSE_STAFF, rules) if visit.mode is Mode.DOCUMENT_ONLY else (visit, ())


@on(BEFORE_CONSENT, ev.DocumentPresented, to=(P.CHOOSING, P.AWAITING_DOCUMENT))
def document_before_choice(visit: Visit, event: ev.DocumentPresented, rules: Rules) -> Step:
    if visit.mode is Mode.DOCUMENT_ONLY:
        return document_presented(by_document(visit), event, rules)
    after = replace(without_prior(visit), phase=P.CHOOSING, document_down=True)
    return after, (CancelTimers(), Show(choosing_view(after)), StartTimer("idle", rules.idle_s))


@on(BEFORE_CONSENT, ev.DocumentRead, to=(P.CHOOSING, P.AWAITING_DOCUMENT, P.HOLDING, P.STAFF))
def identity_before_choice(visit: Visit, event: ev.DocumentRead, rules: Rules) -> Step:
    if visit.mode is Mode.DOCUMENT_ONLY:
        return identity_read(by_document(visit), event, rules)
    after = replace(with_identity(visit, event), phase=P.CHOOSING)
    return after, (Show(choosing_view(after)), LookUpTicket())


@on(BEFORE_CONSENT, ev.CodeRead, to=(P.CHOOSING, P.AWAITING_DOCUMENT, P.HOLDING, P.STAFF))
def code_before_choice(visit: Visit, event: ev.CodeRead, rules: Rules) -> Step:
    if visit.mode is Mode.DOCUMENT_ONLY:
        return code_read(by_document(visit), event, rules)
    after = replace(visit, phase=P.CHOOSING, code_here=True)
    lookup: tuple[Effect, ...] = () if visit.document_known else (LookUpTicket(),)
    return after, (CancelTimers(), Show(choosing_view(after)), *lookup, _patience(after, rules))


@on((P.CHOOSING,), ev.KeyWanted, to=())
def key_wanted_before_choice(visit: Visit, event: ev.KeyWanted, rules: Rules) -> Step:
    after = replace(without_prior(visit), key_wanted=True)
    return after, (Show(choosing_view(after)), StartTimer("idle", rules.idle_s))


@on(BEFORE_CONSENT, ev.KeyTaken, to=(P.CHOOSING,))
def key_before_choice(visit: Visit, event: ev.KeyTaken, rules: Rules) -> Step:
    after = replace(without_prior(visit), phase=P.CHOOSING, key_here=True, key_wanted=False, swipe_failed=False)
    return after, (CancelTimers(), Show(choosing_view(after)), StartTimer("idle", rules.idle_s))


@on(BEFORE_CONSENT, ev.KeyUnreadable, to=(P.CHOOSING,))
def swipe_failed_before_choice(visit: Visit, event: ev.KeyUnreadable, rules: Rules) -> Step:
    after = replace(without_prior(visit), phase=P.CHOOSING, swipe_failed=True)
    return after, (CancelTimers(), Show(choosing_view(after)), StartTimer("idle", rules.idle_s))


@on((P.CHOOSING,), ev.ReadingWentOn, to=())
def reading_before_choice(visit: Visit, event: ev.ReadingWentOn, rules: Rules) -> Step:
    return replace(visit, reading_share=event.share, key_wanted=False), ()


@on((P.CHOOSING,), ev.DocumentProved, to=())
def proved_before_choice(visit: Visit, event: ev.DocumentProved, rules: Rules) -> Step:
    """Whatever it says, the choice stays open; it counts once *Face check* is chosen."""
    return replace(visit, proof=event.proof), ()


@on((P.CHOOSING,), ev.DocumentLifted, to=())
def lifted_before_choice(visit: Visit, event: ev.DocumentLifted, rules: Rules) -> Step:
    after = replace(visit, document_down=False)
    return after, (Show(choosing_view(after)),)


@on((P.CHOOSING,), ev.PortraitArrived, to=())
def portrait_before_choice(visit: Visit, event: ev.PortraitArrived, rules: Rules) -> Step:
    return replace(visit, portrait_here=True), ()


@on((P.CHOOSING,), ev.DocumentUnreadable, to=(P.STAFF,))
def unreadable_before_choice(visit: Visit, event: ev.DocumentUnreadable, rules: Rules) -> Step:
    after = replace(without_prior(visit), document_down=False, unreadable=visit.unreadable + 1)
    if after.unreadable >= rules.max_unreadable:
        return to_staff(after, Cause.DOCUMENT_UNREADABLE, rules)
    again = (StartTimer("idle", rules.idle_s),) if visit.reminding else ()
    return after, (Show(choosing_view(after)), *again)


@on((P.CHOOSING,), ev.TicketLookedUp, to=(P.ELSEWHERE, P.STAFF))
def looked_up_before_choice(visit: Visit, event: ev.TicketLookedUp, rules: Rules) -> Step:
    if event.check.outcome not in {CheckOutcome.VALID, CheckOutcome.CODE_NEEDED}:
        return refused_ticket(visit, event.check, rules)
    lane = event.check.prior
    if lane is None or visit.prior is not None or not _may_remind(visit, lane, rules):
        return visit, ()
    after = replace(visit, prior=lane, reminding=True, idle_warned=False)
    return after, (CancelTimers(), Show(choosing_view(after)), _patience(after, rules))


def _may_remind(visit: Visit, lane: Lane, rules: Rules) -> bool:
    """The document is that of the ticket's holder, and both lanes could be taken. Else the choice stays open: a consent
    counts for no face check that could not be made now, and for nobody whose captures would be kept."""
    if not visit.document_known or visit.keep or not rules.face_lane:
        return False
    return lane is Lane.STAFF or (not visit.face_paused and unfit_document(visit, rules) is None)


def _patience(visit: Visit, rules: Rules) -> StartTimer:
    return StartTimer("prior", rules.prior_s) if visit.reminding else StartTimer("idle", rules.idle_s)


@on((P.CHOOSING,), ev.MoreTimeTapped, to=())
def somebody_is_there(visit: Visit, event: ev.MoreTimeTapped, rules: Rules) -> Step:
    """Whoever touches anything but the two lanes is not hurried by what they chose earlier: both are there again."""
    after = replace(visit, idle_warned=False, reminding=False)
    return after, (Show(choosing_view(after)), StartTimer("idle", rules.idle_s))


@on((P.CHOOSING,), ev.TimerFired, to=(P.STAFF, P.AWAITING_DOCUMENT, P.HOLDING))
def nothing_touched(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    if event.name == "prior" and visit.reminding and visit.prior is not None:
        after, effects = choice_made(visit, ev.ChoiceMade(visit.prior), rules)
        return after, (CountChoice(visit.prior), *effects)
    if event.name != "idle":
        return visit, ()
    if visit.idle_warned:
        return to_staff(visit, Cause.NO_CHOICE, rules)
    after = replace(visit, idle_warned=True)
    return after, (Show(choosing_view(after)), StartTimer("idle", rules.idle_warning_s))


@on((P.CHOOSING,), ev.StoreFailed, to=(P.STAFF,))
def store_failed_before_choice(visit: Visit, event: ev.StoreFailed, rules: Rules) -> Step:
    return to_staff(visit, Cause.STORE_FAULT, rules)
