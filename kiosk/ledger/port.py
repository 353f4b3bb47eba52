"""The admissions ledger: hold (lease) -> commit or release, and undo. One ticket admits once.

Every changing call carries a ``nonce``: repeating a call with the same nonce returns the first answer and changes
nothing, so a retry after a crash or a time-out cannot count twice. ``now`` is UTC seconds, given by the caller.
The SQLite implementation serves one machine (gate and desk processes); a PostgreSQL one can stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from drivers.port import IdToken
from drivers.secret import SecretText
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.prior import PriorNote

MOST_HITS = 5


class LedgerUnavailable(Exception):
    """The store cannot be read or written now (disk full, locked, gone). ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Presented:
    """What the attendee showed: a document, a ticket code, or both. Exactly what the check is made from."""

    token: IdToken | None = field(default=None, repr=False)
    name: SecretText | None = None
    untrusted_code: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Place:
    """Where and for what the check is made. ``entries``: how often one ticket may admit, its holder having gone out in
    between; None: as often as they come back.
    """

    station: str
    gate_group: str
    session: str
    code_needed: bool = False
    entries: int | None = 1


@dataclass(frozen=True)
class Hold:
    """A lease on one ticket, good until ``expires_at`` (UTC seconds)."""

    hold_id: str
    ticket_reference: str
    expires_at: float


class GateState(StrEnum):
    """What is known of the opening that belongs to an admission."""

    PENDING = "pending"  # committed, gate not confirmed: shown to staff after a crash
    OPENED = "opened"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Admission:
    admission_id: str
    ticket_reference: str
    at: float
    station: str
    lane: Lane
    gate_state: GateState


@dataclass(frozen=True)
class PartyRefused:
    """Nobody of several who come in together was admitted. ``index``: of whom it failed at, None where nobody knows."""

    index: int | None
    check: TicketCheck


@dataclass(frozen=True)
class Hit:
    """A ticket that was searched for. ``code`` looks it up; it stays where it was found."""

    code: str = field(repr=False)
    masked_name: str
    seat_area: str
    gate_group: str


@dataclass(frozen=True)
class Found:
    """At most MOST_HITS; ``more``: there were others, which are not given."""

    hits: tuple[Hit, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Held:
    """Answer to ``hold``: the check, and the lease when the outcome is VALID."""

    check: TicketCheck
    hold: Hold | None


class Ledger(Protocol):
    """Called from one worker thread per process. Raises LedgerUnavailable; never half-writes."""

    def check(self, presented: Presented, place: Place, now: float) -> TicketCheck: ...

    def search(self, untrusted_text: str, place: Place) -> Found:
        """Tickets of the session by ticket code, else by order number, seat or full name. Looks at every ticket."""

    def hold(self, presented: Presented, place: Place, nonce: str, lease_s: float, now: float) -> Held: ...

    def commit(self, hold_id: str, nonce: str, lane: Lane, now: float) -> Admission | CheckOutcome:
        """Make the admission durable (on disk before it returns). A CheckOutcome says why not (lease lost)."""

    def commit_all(
        self, hold_ids: Sequence[str], nonce: str, lane: Lane, now: float
    ) -> tuple[Admission, ...] | CheckOutcome:
        """Several admissions or none, in the order of their leases. A CheckOutcome says why none."""

    def exit(self, presented: Presented, place: Place, nonce: str, now: float) -> bool:
        """Whoever came in on this ticket goes out: it may admit once more. False when nobody is inside on it."""

    def release(self, hold_id: str, nonce: str, now: float) -> None: ...

    def undo(self, admission_id: str, nonce: str, reason: str, by: str, now: float) -> bool:
        """Take an admission back with a second record; never deletes. False when there is nothing to undo."""

    def note_gate(self, admission_id: str, state: GateState, now: float) -> None: ...

    def unconfirmed(self, station: str | None = None) -> list[Admission]:
        """Committed with the gate still PENDING or FAILED, at one station or at all: what staff must look at."""

    def recent(self, station: str, since: float) -> list[Admission]:
        """Admissions that ``station`` made after ``since`` and nobody took back, newest first.

        Without those whose holder went out: their ticket is free already.
        """

    def correct(self, presented: Presented, place: Place, nonce: str, reason: str, by: str, now: float) -> bool:
        """Bind the ticket of the code, or else of the document, to the document and name presented (R-89).

        False, and nothing is changed, when there is no such ticket for this session, when it was used or revoked, or
        when that document has another one.
        """

    def erase(self, presented: Presented, place: Place, nonce: str, by: str, now: float) -> bool:
        """Erase what the document's ticket of this session says of anybody (R-83). False when there is none."""

    def prior_choice(self, reference: str) -> PriorNote | None:
        """What the ticket says of a lane chosen with it, not judged; None where there is no such ticket."""

    def void_prior(self, reference: str, nonce: str, now: float) -> bool:
        """Its holder took the consent that came with the ticket back. False where it says nothing of a lane."""

    def counts(self) -> dict[str, int]:
        """Tickets, admitted, exited, undone, held, revoked: numbers only. Whoever comes in twice is admitted twice and
        exited once.
        """

    def close(self) -> None: ...
