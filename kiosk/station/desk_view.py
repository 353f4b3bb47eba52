"""What the desk's window shows an attendant; facts of the ticket, never a score, never a picture.

A portrait that an officer looks at goes to the window by a way of its own; the view says only that one is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.outcome import EarlierUse


class DeskState(StrEnum):
    WAITING = "waiting"  # for a document, a code or a typed number
    READING = "reading"
    FACTS = "facts"  # a ticket was found (or not): the attendant decides
    ADMITTED = "admitted"
    OUT = "out"  # they went out, and may come in again
    TO_SUPERVISOR = "to_supervisor"
    REFUSED = "refused"  # by a supervisor, with a reason; nothing of the person is left
    TROUBLE = "trouble"  # store cannot be read or written


@dataclass(frozen=True)
class WaitingCall:
    """A station of this machine called staff ``waited_min`` whole minutes ago and nobody has answered.

    ``care``: nobody called; the next person from there should be compared with care.
    """

    station: str
    gate_group: str
    waited_min: int = 0
    care: bool = False
    notice: str = ""  # a Notice value: the venue calls for a supervisor, at no station


class Trouble(StrEnum):
    """What went wrong with the queue."""

    NONE = ""
    AWAY = "away"  # nobody could be called up: the base does not answer
    NOBODY = "nobody"  # another desk was quicker
    GATE = "gate"  # the gate was not told: let the person through by hand


@dataclass(frozen=True)
class QueueView:
    """The queue as a desk shows it. ``waiting``: how many, in the groups this desk serves; then gate and whole minutes
    of the first, and of whoever is served.
    """

    waiting: int = 0
    first_station: str = ""
    first_group: str = ""
    first_min: int = 0
    serving_station: str = ""
    serving_group: str = ""
    serving_min: int = 0
    asking: bool = False
    trouble: Trouble = Trouble.NONE
    online: bool = True

    @property
    def serving(self) -> bool:
        return bool(self.serving_station)


MOST_FOUND = 5
"""As many as a search gives."""
MOST_TOGETHER = 6
"""As many as a screen shows; a larger group comes in as several."""


@dataclass(frozen=True)
class PartyMember:
    """One of several who come in together. ``child``: under age, None where nobody knows.

    ``outcome`` and ``refused`` are CheckOutcome values: what the check said when they were gathered, and why they could
    not be admitted.
    """

    key: str
    masked_name: str
    seat_area: str
    child: bool | None = None
    outcome: str = ""
    refused: str = ""


@dataclass(frozen=True)
class FoundTicket:
    """One of several that a search found."""

    key: str
    masked_name: str
    seat_area: str
    gate_group: str


class Reentry(StrEnum):
    """What is to be said of coming in again, to somebody whose ticket is used."""

    NONE = ""
    NOT_OFFERED = "not_offered"
    USED_UP = "used_up"


class PortraitLook(StrEnum):
    """How far an officer is with the portrait of the document that lies there."""

    NONE = ""  # there is none, it is not to be seen at this event, or it has been overwritten
    OFFERED = "offered"
    COMING = "coming"  # being decoded
    SHOWN = "shown"
    FAILED = "failed"  # it could not be decoded


@dataclass(frozen=True)
class DeskView:
    """One state of the desk. ``outcome`` is a CheckOutcome value; rules decide ``can_admit``, not the window."""

    state: DeskState
    outcome: str = ""
    masked_name: str = ""
    name_agrees: bool | None = None
    age_ok: bool | None = None
    document_validity: str = ""
    document_read: bool = False  # on the reader, rather than a number typed
    ticket_reference_end: str = ""  # of our own record, not of the printed ticket: enough to tell two apart
    session: str = ""
    gate_group: str = ""
    seat_area: str = ""
    earlier_use: EarlierUse | None = None
    can_admit: bool = False
    can_admit_again: bool = False  # used, but document and ticket agree: an officer may say why all the same
    trouble: str = ""
    reader_online: bool = False
    key_wanted: bool = False  # a chip lies there: its zone has to be swiped, or its key typed
    key_unreadable: bool = False  # the last swipe, or what was typed, cannot be right
    reading_share: float | None = None  # of a chip that is being read
    proof: str = ""  # a DocumentProof value, or "pending" while the chip is still being read
    can_undo: bool = False
    unconfirmed: tuple[str, ...] = field(default=())  # admissions whose gate was never confirmed ("hh:mm  area")
    calls: tuple[WaitingCall, ...] = ()  # oldest first
    queue: QueueView | None = None  # where the desk belongs to a venue
    party: tuple[PartyMember, ...] = ()  # gathered so far
    can_gather: bool = False  # whoever is on the screen may join them
    party_ready: bool = False  # one tap admits them all
    heads: int = 1  # how many were admitted by one act
    found: tuple[FoundTicket, ...] = ()  # by a search, to choose from
    found_more: bool = False
    can_exit: bool = False  # whoever is on the screen is inside, and may go out and come back
    reentry: Reentry = Reentry.NONE
    from_gate: bool = False  # whoever was admitted goes in by the gate that sent them
    portrait: PortraitLook = PortraitLook.NONE

    @property
    def can_see_portrait(self) -> bool:
        """Once the facts are there, and not before the document's own proof."""
        return self.state is DeskState.FACTS and self.portrait is PortraitLook.OFFERED and self.proof != "pending"

    @property
    def at_portrait(self) -> bool:
        """Whether the portrait's place is taken, whatever it holds."""
        return self.state is DeskState.FACTS and self.portrait not in {PortraitLook.NONE, PortraitLook.OFFERED}
