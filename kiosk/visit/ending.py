"""Stop, silence and the end: every path leads through closing to rest."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CloseCapture,
    NoteEnding,
    Show,
    StartTimer,
)
from kiosk.visit.moves import (
    close,
    next_attempt,
    rest,
    taken_back,
    to_staff,
    waiting_view,
)
from kiosk.visit.phases import CAPTURE_PHASES, RESTING, RESULTS, STOPPABLE, P
from kiosk.visit.states import Cause, Rules, Visit
from kiosk.visit.table import Step, on


@on(STOPPABLE, ev.StopTapped, to=(P.STAFF,))
def stop_tapped(visit: Visit, event: ev.StopTapped, rules: Rules) -> Step:
    after, effects = to_staff(visit, Cause.WITHDREW, rules)
    return after, (*taken_back(visit), *effects)


@on((P.AWAITING_DOCUMENT,), ev.MoreTimeTapped, to=())
def more_time(visit: Visit, event: ev.MoreTimeTapped, rules: Rules) -> Step:
    after = replace(visit, idle_warned=False)
    return after, (Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


@on((P.AWAITING_DOCUMENT,), ev.TimerFired, to=(P.STAFF, P.CLOSING, *RESTING))
def idle_ran_out(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    if event.name == "reading":
        return to_staff(visit, Cause.DOCUMENT_UNREADABLE, rules)
    if event.name != "idle":
        return visit, ()
    if not visit.idle_warned:
        after = replace(visit, idle_warned=True)
        return after, (Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_warning_s))
    after, effects = close(visit, rules)
    return after, (NoteEnding("abandoned", Cause.ABANDONED), *effects)


@on((P.HOLDING, P.COMMITTING), ev.TimerFired, to=(P.STAFF,))
def store_silent(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    if event.name == "portrait" and visit.phase is P.HOLDING and visit.held:
        return to_staff(visit, Cause.NO_REFERENCE, rules)
    return to_staff(visit, Cause.STORE_FAULT, rules) if event.name == "fault" else (visit, ())


@on((P.CAPTURING,), ev.TimerFired, to=(P.STAFF,))
def capture_time_over(visit: Visit, event: ev.TimerFired, rules: Rules) -> Step:
    if event.name == "portrait" and not visit.portrait_here:
        return to_staff(visit, Cause.NO_REFERENCE, rules)
    if event.name == "challenge" and visit.act is not None:
        return to_staff(visit, Cause.CHALLENGE_NOT_MET, rules)
    if event.name == "attempt" and visit.act is None:  # a challenge has a time of its own
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
    closed_now = replace(visit, capture_on=False)
    return (closed_now, ()) if visit.by_document else to_staff(closed_now, Cause.ENGINE_FAULT, rules)


@on((P.PROVING, P.COMMITTING, *RESULTS), ev.CaptureClosed, to=())
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
    return visit, (CloseCapture(), StartTimer("fault", rules.fault_s))
