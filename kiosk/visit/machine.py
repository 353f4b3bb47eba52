"""The visit machine: (visit, event) -> (visit, effects). Pure; the rules of one attendee's visit and nothing else.

Reading order: choosing, presenting, capturing, ending, disputing; standing_by for reader and service, venue for
incidents and whom desks admit. Each registers
its rows in the table when it is imported here. Invariants (checked by property tests):

* the camera is asked for only after *Face check* was tapped, frames flow only while choice = face, age_ok and a lease;
* the lease is committed before WELCOME is shown, and released on every other path; else a desk has admitted;
* every fault and every non-match ends in STAFF; no path ends in a refusal;
* captures are sealed only in a check the person agreed to beforehand, with the document they agreed with;
* IDLE holds nothing of the last person, and CLOSING waits until camera and engine are gone.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import capturing, choosing, disputing, ending, presenting, standing_by, venue
from kiosk.visit import events as ev
from kiosk.visit.effects import FreeFlow
from kiosk.visit.phases import RESTING, P
from kiosk.visit.states import Rules, Visit
from kiosk.visit.table import Step, apply

RULE_BOOKS = (choosing, presenting, capturing, ending, disputing, standing_by, venue)
DEFERRABLE = (ev.DocumentPresented, ev.DocumentRead, ev.PortraitArrived, ev.DocumentUnreadable, ev.CodeRead)


def step(visit: Visit, event: ev.Event, rules: Rules) -> Step:
    """One event. A next person's document that came while closing is taken up as soon as the machine rests."""
    if visit.phase is P.CLOSING and isinstance(event, DEFERRABLE):
        return replace(visit, early=(*visit.early, event)), ()
    after, effects = apply(visit, event, rules)
    if after.flows_freely != visit.flows_freely:
        effects = (*effects, FreeFlow(after.flows_freely))
    while after.phase in RESTING and (waiting := _who_waits(after)):
        after = replace(after, let_in=after.let_in[1:]) if after.let_in else replace(after, early=())
        for early in waiting:
            after, more = step(after, early, rules)
            effects = (*effects, *more)
    return after, effects


def _who_waits(visit: Visit) -> tuple[ev.Event, ...]:
    """Whom a desk admitted goes before the next document."""
    if visit.let_in:
        return visit.let_in[:1]
    return visit.early if visit.phase is P.IDLE else ()
