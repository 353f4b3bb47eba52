"""Why a ticket does or does not admit: a check is never a bare yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.lane import Lane


class CheckOutcome(StrEnum):
    """Result of looking a ticket up for one station, session and moment."""

    VALID = "valid"
    NO_TICKET = "no_ticket"
    ALREADY_USED = "already_used"
    IN_USE_ELSEWHERE = "in_use_elsewhere"  # another station holds a lease on it right now
    OTHER_GATE = "other_gate"
    OTHER_DAY = "other_day"  # a ticket exists, for another session
    REVOKED = "revoked"
    NAME_DIFFERS = "name_differs"  # never rejects by itself: staff look
    CODE_AND_CARD_DISAGREE = "code_and_card_disagree"
    CODE_NEEDED = "code_needed"
    GUARDIAN_NEEDED = "guardian_needed"
    DOCUMENT_EXPIRED = "document_expired"


@dataclass(frozen=True)
class TicketFacts:
    """What a station may know of a ticket: no name, no number. ``reference`` is random per event."""

    reference: str
    session: str
    gate_group: str
    seat_area: str


@dataclass(frozen=True)
class EarlierUse:
    """When and where a ticket admitted somebody (R-35); ``at`` is UTC seconds since the epoch. ``outside``: they have
    gone out again.
    """

    at: float
    station: str
    gate_group: str
    lane: str
    admission_id: str = ""  # "" where it was heard of without one
    outside: bool = False


@dataclass(frozen=True)
class TicketCheck:
    """Outcome with what staff and the *where to go* screen need."""

    outcome: CheckOutcome
    ticket: TicketFacts | None = None
    earlier_use: EarlierUse | None = None
    name_agrees: bool | None = None
    prior: Lane | None = None  # chosen with the ticket, where that counts; looked for before the choice only
