"""What the venue asks of this gate: another mode in an incident, and to let in whom a desk has admitted."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.incident import Mode
from kiosk.visit import events as ev
from kiosk.visit.effects import CancelTimers, NotLetIn, OpenGate, Show, StartTimer
from kiosk.visit.moves import emptied, rest, to_staff
from kiosk.visit.phases import BUSY, DECIDED, RESTING, UNDECIDED, P
from kiosk.visit.states import Cause, Rules, Visit
from kiosk.visit.table import Step, on
from kiosk.visit.view import Screen, View

LOOKS_AT_RESULT = (P.STAFF, P.ELSEWHERE)
ELSE_BUSY = tuple(phase for phase in BUSY if phase not in LOOKS_AT_RESULT)


@on(RESTING, ev.ModeChanged, to=RESTING)
def mode_at_rest(visit: Visit, event: ev.ModeChanged, rules: Rules) -> Step:
    return rest(replace(visit, mode=event.mode)) if event.mode is not visit.mode else (visit, ())


@on(UNDECIDED, ev.ModeChanged, to=(P.STAFF,))
def mode_in_a_visit(visit: Visit, event: ev.ModeChanged, rules: Rules) -> Step:
    """Nobody's face goes on being looked at in an incident. The way back lets a visit end as it began."""
    after = replace(visit, mode=event.mode)
    if event.mode in {Mode.NONE, visit.mode}:
        return after, ()
    return to_staff(after, Cause.INCIDENT, rules)


@on(DECIDED, ev.ModeChanged, to=())
def mode_after_the_decision(visit: Visit, event: ev.ModeChanged, rules: Rules) -> Step:
    return replace(visit, mode=event.mode), ()


@on(RESTING, ev.StaffAdmitted, to=(P.ADMITTED,))
def let_in_at_rest(visit: Visit, event: ev.StaffAdmitted, rules: Rules) -> Step:
    return _let_in(visit, event, rules)


@on(LOOKS_AT_RESULT, ev.StaffAdmitted, to=(P.ADMITTED,))
def let_in_after_a_result(visit: Visit, event: ev.StaffAdmitted, rules: Rules) -> Step:
    """Whoever still reads where to go has mostly gone there; unless something of theirs is open."""
    if visit.sealing or visit.may_dispute:
        return _let_in_later(visit, event)
    return _let_in(visit, event, rules)


@on(ELSE_BUSY, ev.StaffAdmitted, to=())
def let_in_later(visit: Visit, event: ev.StaffAdmitted, rules: Rules) -> Step:
    """Not while somebody else is served: the gate would open for them."""
    return _let_in_later(visit, event)


@on((*RESTING, *BUSY), ev.LetInTimeOver, to=())
def let_in_no_more(visit: Visit, event: ev.LetInTimeOver, rules: Rules) -> Step:
    waiting = tuple(one for one in visit.let_in if one.admission != event.admission)
    if waiting == visit.let_in:
        return visit, ()
    return replace(visit, let_in=waiting), (NotLetIn(event.admission),)


def _let_in(visit: Visit, event: ev.StaffAdmitted, rules: Rules) -> Step:
    if visit.paused or visit.mode is Mode.LANE_CLOSED:
        return visit, (NotLetIn(event.admission),)
    return emptied(visit, P.ADMITTED), (
        CancelTimers(),
        Show(View(Screen.WELCOME)),
        OpenGate(event.admission),
        StartTimer("direction", rules.welcome_s),
    )


def _let_in_later(visit: Visit, event: ev.StaffAdmitted) -> Step:
    if event in visit.let_in:
        return visit, ()
    return replace(visit, let_in=(*visit.let_in, event)), ()
