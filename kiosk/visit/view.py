"""What the attendee's window shows: plain values, no widgets, no sentences (those come from the translations)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.act import Act
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane


class Screen(StrEnum):
    """One per thing an attendee can be asked or told."""

    CHOICE = "choice"
    PRIOR_CHOICE = "prior_choice"  # the lane was chosen with the ticket: a reminder, and the other button
    PRESENT_DOCUMENT = "present_document"
    READING = "reading"  # document is being read and the ticket looked up
    LOOK_HERE = "look_here"
    WELCOME = "welcome"  # the verdict: admitted (same for both lanes, R-107)
    WHERE_TO_GO = "where_to_go"  # other gate, other day
    SEE_STAFF = "see_staff"  # same words for every face, document and device cause
    STAFF_CHOSEN = "staff_chosen"  # attendee asked for staff: the way to the desk
    HOLD_CONSENT = "hold_consent"  # may the captures of a repeated check be kept
    OUT_OF_SERVICE = "out_of_service"  # the machine is closed; staff lane only


class Keeping(StrEnum):
    """What becomes of the captures of a disputed check, as far as it is known."""

    NOTHING = ""
    PENDING = "pending"
    KEPT = "kept"
    FAILED = "failed"


class WhereReason(StrEnum):
    OTHER_GATE = "other_gate"
    OTHER_DAY = "other_day"


@dataclass(frozen=True)
class View:
    """One state of the attendee's window. Personal data: the masked name and the seat area, nothing else (R-38)."""

    screen: Screen
    mode: Mode = Mode.NONE  # what a supervisor put this gate into, where the screen says so
    face_paused: bool = False  # the face button is there, and cannot be pressed
    prior: Lane | None = None  # on PRIOR_CHOICE: what was chosen
    document_down: bool = False  # a document was put down before the choice: say so, keep the choice open
    code_needed: bool = False  # the ticket's code has to be scanned as well
    code_seen: bool = False
    key_wanted: bool = False  # a chip lies there: its machine-readable zone has to be swiped
    key_here: bool = False  # the zone was swiped: the document can be laid down
    swipe_failed: bool = False  # the swipe could not be read
    reading_share: float | None = None  # on READING: of a chip, 0 to 1; it takes seconds
    proving: bool = False  # on READING: the comparison is through, the document's own proof is not
    can_stop: bool = False  # *Stop - go to staff* is offered
    advice: str = "none"  # an Advice value, on LOOK_HERE
    attempt: int = 1
    act: Act | None = None  # on LOOK_HERE: what is asked for now, instead of advice
    act_step: int = 0
    act_of: int = 0
    masked_name: str = ""
    seat_area: str = ""
    where_reason: WhereReason | None = None
    where: str = ""  # a gate group's or session's id; the window shows its name from the event file
    can_dispute: bool = False  # *I dispute this result* is offered
    keeps: bool = False  # captures of this check will be kept, as the person agreed
    keeping: Keeping = Keeping.NOTHING  # on SEE_STAFF after such a check
    dispute_code: str = ""
    idle_warning: bool = False  # *Are you still there?* with *more time*
