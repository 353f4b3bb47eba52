"""A longer time before an event closes by itself: with a reason, two approvals, and never past 24 hours (R-49)."""

from __future__ import annotations

import math
from dataclasses import replace

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import actor_id
from kiosk.audit.port import Audit, NoAudit
from kiosk.closing.bound import Extension, bound_alone, read_bound, write_bound
from kiosk.closing.journal import Approval
from kiosk.closing.schedule import MOST_GRACE_H, hours_after_end
from kiosk.closing.state import EventState, WrongState, read_state
from kiosk.config.places import EventPlace


class TooLong(Exception):
    """The event would close later than 24 hours after its end; ``most_h``: by how much it may still be extended."""

    def __init__(self, most_h: float) -> None:
        super().__init__(f"at most {most_h:g} h more")
        self.most_h = most_h


class NotBound(Exception):
    """Nothing signed says when the event ends, so nothing can be added to it."""


def extend(
    place: EventPlace, hours: float, approval: Approval, by: str, now_s: float, audit: Audit | None = None
) -> float:
    """Let the event close later; how many hours after its end it closes now. What cannot be recorded is not done.

    Raises TooLong, NotBound, WrongState when it is closing already, ValueError for no positive number, BoundUnusable,
    AuditUnavailable, KeyFileUnusable, OSError.
    """
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    if not (math.isfinite(hours) and hours > 0):
        raise ValueError("hours")
    with bound_alone(place):
        bound = read_bound(place)
        if bound is None:
            raise NotBound
        before_h = hours_after_end(bound.terms.grace_h, bound.extended_h)
        if before_h + hours > MOST_GRACE_H:
            raise TooLong(MOST_GRACE_H - before_h)
        (audit or NoAudit()).write(
            Kind.EVENT_EXTENDED,
            by,
            place.event_id,
            success=True,
            hours=hours,
            reason=approval.reason,
            approved_by=",".join(map(actor_id, approval.approved_by)),
            code=approval.code,
        )
        write_bound(place, replace(bound, extensions=(*bound.extensions, Extension(hours, approval, by, now_s))))
    return before_h + hours
