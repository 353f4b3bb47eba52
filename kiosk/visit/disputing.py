"""Somebody disagrees with a face check that did not confirm them (R-47).

Nothing of that check is there any more. It can be repeated, and of the repeated one the captures may be kept, sealed,
if the person agrees to that before it begins. Saying no costs nothing: staff check, as they would have.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.effects import CancelTimers, CloseCapture, EndVisit, ForgetDocument, Show, StartTimer, StoreSealed
from kiosk.visit.moves import choosing_view, close, emptied
from kiosk.visit.phases import RESTING, P
from kiosk.visit.states import Rules, Visit
from kiosk.visit.table import Step, on
from kiosk.visit.view import Keeping, Screen, View


@on((P.STAFF,), ev.DisputeTapped, to=(P.DISPUTING,))
def dispute_tapped(visit: Visit, event: ev.DisputeTapped, rules: Rules) -> Step:
    if not visit.may_dispute:
        return visit, ()
    if visit.paused or visit.face_paused or visit.mode:
        return _to_staff_after_all(visit, rules)
    after = replace(visit, phase=P.DISPUTING)
    return after, (CancelTimers(), Show(View(Screen.HOLD_CONSENT)), StartTimer("consent", rules.hold_consent_s))


@on((P.DISPUTING,), ev.HoldAnswered, to=(P.STAFF, P.CHOOSING))
def hold_answered(visit: Visit, event: ev.HoldAnswered, rules: Rules) -> Step:
    if not event.agreed:
        return _to_staff_after_all(visit, rules)
    after = replace(visit, keep=True)
    if visit.capture_on:  # a quick finger: the first check's camera is still closing
        return after, (StartTimer("fault", rules.fault_s),)
    return _repeat(after, rules)


@on((P.DISPUTING,), ev.CaptureClosed, to=(P.STAFF, P.CHOOSING))
def first_check_closed(visit: Visit, event: ev.CaptureClosed, rules: Rules) -> Step:
    after = replace(visit, capture_on=False)
    return _repeat(after, rules) if after.keep else (after, ())


@on((P.DISPUTING,), ev.MoreTimeTapped, to=())
def more_time(visit: Visit, event: ev.MoreTimeTapped, rules: Rules) -> Step:
    return visit, (StartTimer("consent", rules.hold_consent_s),)


@on((P.DISPUTING,), ev.TimerFired, to=(P.CLOSING, *RESTING))
def nobody_answered(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    if event.name == "fault" and visit.capture_on:
        return visit, (CloseCapture(), StartTimer("fault", rules.fault_s))
    return close(visit, rules) if event.name == "consent" else (visit, ())


@on((P.STAFF,), ev.CapturesSealed, to=())
def captures_sealed(visit: Visit, event: ev.CapturesSealed, rules: Rules) -> Step:
    if not visit.sealing:
        return visit, ()
    return (visit, (StoreSealed(),)) if event.any_there else _told(visit, Keeping.FAILED, "", rules)


@on((P.STAFF,), ev.CapturesKept, to=())
def captures_kept(visit: Visit, event: ev.CapturesKept, rules: Rules) -> Step:
    return _told(visit, Keeping.KEPT, event.code, rules) if visit.sealing else (visit, ())


@on((P.STAFF,), ev.CapturesNotKept, to=())
def captures_not_kept(visit: Visit, event: ev.CapturesNotKept, rules: Rules) -> Step:
    return _told(visit, Keeping.FAILED, "", rules) if visit.sealing else (visit, ())


def _repeat(visit: Visit, rules: Rules) -> Step:
    """A new visit of the same person: the choice is asked again, and its tap is the consent to the face check."""
    if visit.paused or visit.face_paused or visit.mode or not visit.reader_ready:
        return _to_staff_after_all(visit, rules)
    after = replace(emptied(visit, P.CHOOSING), keep=True)
    return after, (CancelTimers(), EndVisit(), Show(choosing_view(after)), StartTimer("idle", rules.idle_s))


def _to_staff_after_all(visit: Visit, rules: Rules) -> Step:
    after = replace(visit, phase=P.STAFF, may_dispute=False, keep=False)
    return after, (
        CancelTimers(),
        ForgetDocument(),
        Show(View(Screen.SEE_STAFF)),
        StartTimer("direction", rules.direction_s),
    )


def _told(visit: Visit, keeping: Keeping, code: str, rules: Rules) -> Step:
    """Whoever was told that something would be kept hears what became of it, with time to write the code down."""
    shown_s = rules.code_s if keeping is Keeping.KEPT else rules.direction_s
    view = View(Screen.SEE_STAFF, keeping=keeping, dispute_code=code)
    return replace(visit, sealing=False), (Show(view), StartTimer("direction", shown_s))
