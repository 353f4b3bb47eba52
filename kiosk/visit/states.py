"""The state of one visit: a phase and the few facts the rules need."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.port import DocumentKind, DocumentProof, DocumentValidity
from kiosk.domain.act import Act
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.visit.events import Event, StaffAdmitted


class Phase(StrEnum):
    """Where a visit stands."""

    OUT_OF_SERVICE = "out_of_service"  # no reader, or paused: the staff lane serves everybody
    IDLE = "idle"  # the choice is on the screen, nothing is on
    CHOOSING = "choosing"  # a document or code came first: ticket looked up, choice still open
    AWAITING_DOCUMENT = "awaiting_document"  # consent given, camera opening, no frame yet
    HOLDING = "holding"  # identity read, lease asked for
    CAPTURING = "capturing"  # ticket held, frames flow
    PROVING = "proving"  # match; camera closing, the document's own proof is still being read
    COMMITTING = "committing"  # match; camera closing, admission being made durable
    ADMITTED = "admitted"
    ELSEWHERE = "elsewhere"  # right person, other gate or other day
    DISPUTING = "disputing"  # asked whether captures of a repeated check may be kept
    STAFF = "staff"  # the manual lane, by wish or because the machine could not confirm
    CLOSING = "closing"  # dropping what is left; every path passes here


class Cause(StrEnum):
    """Why a visit went to staff or ended; for staff, counts and rehearsal - never for the attendee's screen."""

    NONE = "none"
    CHOSE_STAFF = "chose_staff"
    WITHDREW = "withdrew"
    NO_CHOICE = "no_choice"
    ABANDONED = "abandoned"
    UNDER_AGE = "under_age"
    DOCUMENT_NOT_VALID = "document_not_valid"
    DOCUMENT_NOT_TAKEN = "document_not_taken"  # a kind the event does not take
    DOCUMENT_UNREADABLE = "document_unreadable"
    DOCUMENT_UNPROVED = "document_unproved"  # its proof could not be judged: technical, never called fraud
    DOCUMENT_SUSPECT = "document_suspect"  # altered, a copy, or a refused signer: for the supervisor
    ISSUER_UNKNOWN = "issuer_unknown"  # whole, but nobody known vouches for its issuer
    READER_LOST = "reader_lost"
    TICKET = "ticket"  # the check outcome says which
    NO_REFERENCE = "no_reference"
    NO_MATCH = "no_match"
    NOT_ACQUIRED = "not_acquired"  # no usable sample in the attempts allowed
    ATTACK_SIGN = "attack_sign"  # of a presentation attack; staff look at the person
    CHALLENGE_NOT_MET = "challenge_not_met"  # the acts asked for were not done in time; staff look at the person
    CAMERA_FAULT = "camera_fault"
    ENGINE_FAULT = "engine_fault"
    STORE_FAULT = "store_fault"
    LEASE_LOST = "lease_lost"
    SERVICE_ENDED = "service_ended"
    INCIDENT = "incident"  # a supervisor put the gate into another mode


@dataclass(frozen=True)
class Rules:
    """What the event and the station decide; seconds throughout."""

    code_needed: bool = False
    face_lane: bool = True
    max_attempts: int = 2
    attempt_s: float = 5.0
    idle_s: float = 20.0
    idle_warning_s: float = 20.0
    fault_s: float = 3.0  # silence of our own parts becomes a fault after this
    reading_s: float = 4.0  # a card takes about one second; a silent reader becomes a fault 3 s later
    portrait_s: float = 4.0
    proof_s: float = 8.0  # from the match until a chip's own proof is through
    documents: frozenset[DocumentKind] = frozenset(DocumentKind)  # kinds the event takes
    unknown_issuer_ok: bool = False  # whether a face check may rest on a document of an unknown issuer
    prior_s: float = 5.0  # to read what was chosen with the ticket, and choose otherwise
    welcome_s: float = 3.0
    direction_s: float = 8.0
    max_unreadable: int = 2
    hold_offered: bool = False  # two people allowed that captures of disputed checks are kept
    dispute_s: float = 15.0  # a result that may be disputed stays longer
    hold_consent_s: float = 90.0  # a page to be read
    code_s: float = 60.0  # to write the dispute code down
    challenge: bool = False  # the event asks for acts before a match counts
    challenge_s: float = 9.5  # for all of them; the engine's own clock is stricter, this is for its silence


@dataclass(frozen=True)
class Visit:
    """One immutable step of a visit. IDLE and OUT_OF_SERVICE carry nothing but the state of our own parts."""

    phase: Phase = Phase.OUT_OF_SERVICE
    reader_ready: bool = False
    paused: bool = False
    face_paused: bool = False
    mode: Mode = Mode.NONE  # what a supervisor put this gate into
    let_in: tuple[StaffAdmitted, ...] = ()  # whom a desk admitted while somebody else was served here
    by_document: bool = False  # this visit needs no face: it began in that mode
    document_down: bool = False
    masked_name: str = ""
    age_ok: bool | None = None
    validity: DocumentValidity | None = None
    portrait_here: bool = False
    to_be_proved: bool = False
    proof: DocumentProof | None = None
    kind_taken: bool = True
    key_wanted: bool = False  # a chip lies there and nobody has swiped its zone
    key_here: bool = False  # a zone was swiped; the chip has yet to be put down
    swipe_failed: bool = False
    reading_share: float | None = None  # of a chip that is being read
    code_here: bool = False
    prior: Lane | None = None  # chosen with the ticket, and it counts
    reminding: bool = False  # that is on the screen; nobody has touched anything yet
    capture_on: bool = False  # camera handle or engine process in use
    held: bool = False
    seat_area: str = ""
    attempt: int = 1
    acquired: bool = False  # at least one usable frame in this attempt
    matched: bool = False  # the comparison said match; the challenge is not met yet
    challenge_met: bool = False
    act: Act | None = None  # what is being asked for
    act_step: int = 0
    act_of: int = 0
    unreadable: int = 0
    cause: Cause = Cause.NONE
    may_dispute: bool = False  # a face check said no or nothing, and the event may hold captures
    keep: bool = False  # the person agreed to it for this check
    sealing: bool = False  # captures are being sealed or written
    outcome: str = ""  # CheckOutcome value behind Cause.TICKET
    idle_warned: bool = False
    early: tuple[Event, ...] = field(default=())  # the next person's document, while we are still closing

    @property
    def document_known(self) -> bool:
        return self.age_ok is not None

    @property
    def flows_freely(self) -> bool:
        """Everybody is let through, unchecked and counted."""
        return self.mode is Mode.FREE_FLOW and not self.paused

    @property
    def proof_pending(self) -> bool:
        """The document has a proof of its own, and it is not through yet."""
        return self.to_be_proved and self.proof is None
