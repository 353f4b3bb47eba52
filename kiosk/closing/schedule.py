"""When an event closes by itself. Pure.

The last session's end plus the grace, which an extension can make longer; never more than 24 hours after the end.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.closing import clock
from kiosk.config.event import EventConfig

HOUR_S = 3600.0
MOST_GRACE_H = 24.0
"""After the end of the last session, extensions included (R-49)."""

UNCONFIRMED_S = 1800.0
"""How long staff are asked about a clock that jumped forward before the data goes without an answer."""


class Due(StrEnum):
    NOT_YET = "not_yet"
    ASK = "ask"  # the machine's clock says so, the count does not: stations rest and staff are asked
    CLOSE = "close"


def end_s(event: EventConfig) -> float:
    """The end of the last session, UTC seconds since the epoch."""
    return max(session.ends.timestamp() for session in event.sessions)


def hours_after_end(grace_h: float, extended_h: float = 0.0) -> float:
    """How long after the end of the last session the event closes by itself."""
    return min(MOST_GRACE_H, grace_h + max(0.0, extended_h))


def at_s(end_s: float, grace_h: float, extended_h: float = 0.0) -> float:
    """When an event whose last session ends at ``end_s`` closes by itself; both UTC seconds since the epoch."""
    return end_s + hours_after_end(grace_h, extended_h) * HOUR_S


def deadline_s(event: EventConfig, extended_h: float = 0.0) -> float:
    """The same by an event's settings."""
    return at_s(end_s(event), event.retention.grace_h, extended_h)


def due(deadline_s: float, seen: clock.Seen, wall_s: float) -> Due:
    """Whether it is time. ``wall_s`` is what the machine's clock says, believed or not."""
    if seen.time_s >= deadline_s:
        return Due.CLOSE
    if not clock.is_doubtful(seen.kept) or wall_s < deadline_s:
        return Due.NOT_YET
    return Due.CLOSE if clock.asked_for_s(seen.kept) >= UNCONFIRMED_S else Due.ASK
