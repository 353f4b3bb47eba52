"""What can happen in a visit. Past tense, frozen, and free of personal data but for the masked name."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.port import DocumentProof, DocumentValidity
from kiosk.domain.act import Act
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import TicketCheck


@dataclass(frozen=True)
class Event:
    """Base of all visit events."""


@dataclass(frozen=True)
class ChoiceMade(Event):
    """A tap on one of the two buttons; on *Face check* it is the consent."""

    lane: Lane


@dataclass(frozen=True)
class DocumentPresented(Event):
    """Something lies on the reader and is being read."""


@dataclass(frozen=True)
class DocumentRead(Event):
    """The identity is known to the station; only these facts of it reach the machine."""

    masked_name: str
    age_ok: bool
    validity: DocumentValidity
    same_holder: bool = True  # as of the check that is disputed; says nothing where none is
    to_be_proved: bool = False  # a DocumentProved follows, without which nobody is admitted
    kind_taken: bool = True  # whether the event takes documents of this kind


@dataclass(frozen=True)
class KeyWanted(Event):
    """A chip lies there and opens with its machine-readable zone only, which nobody has swiped."""


@dataclass(frozen=True)
class KeyTaken(Event):
    """A machine-readable zone was swiped or typed; the reader keeps it for the chip."""


@dataclass(frozen=True)
class KeyUnreadable(Event):
    """Somebody swiped, and it could not be read."""


@dataclass(frozen=True)
class ReadingWentOn(Event):
    """A chip is being read, which takes seconds: ``share`` of what the comparison needs, 0 to 1."""

    share: float


@dataclass(frozen=True)
class DocumentProved(Event):
    """What the document proves of itself; comes some time after the portrait."""

    proof: DocumentProof


@dataclass(frozen=True)
class PortraitArrived(Event):
    """The document's portrait is in memory."""


@dataclass(frozen=True)
class DocumentUnreadable(Event):
    """The document could not be read this time; ``reason`` is a ReadFailure value."""

    reason: str


@dataclass(frozen=True)
class DocumentLifted(Event):
    """The document is not on the reader any more; what was read of it stays known."""


@dataclass(frozen=True)
class CodeRead(Event):
    """A ticket code was scanned; the station keeps the code itself."""


@dataclass(frozen=True)
class ReaderWentAway(Event):
    """The document reader does not answer any more."""


@dataclass(frozen=True)
class ReaderCameBack(Event):
    """The document reader answers (again)."""


@dataclass(frozen=True)
class TicketLookedUp(Event):
    """Answer to LookUpTicket: nothing is held."""

    check: TicketCheck


@dataclass(frozen=True)
class TicketHeld(Event):
    """Answer to HoldTicket: a lease is ours."""

    check: TicketCheck


@dataclass(frozen=True)
class HoldRefused(Event):
    """Answer to HoldTicket: no lease, and why."""

    check: TicketCheck


@dataclass(frozen=True)
class AdmissionCommitted(Event):
    """The admission is durable. Only now may anyone be told."""


@dataclass(frozen=True)
class CommitRefused(Event):
    """The lease was lost before the commit."""


@dataclass(frozen=True)
class StoreFailed(Event):
    """The ledger could not be read or written."""

    code: str


@dataclass(frozen=True)
class CameraFailed(Event):
    """The camera could not be opened or has gone."""

    code: str


@dataclass(frozen=True)
class EngineFailed(Event):
    """The face engine cannot serve this visit (also: its process died)."""

    code: str


@dataclass(frozen=True)
class ReferenceUnusable(Event):
    """The portrait gave no template: no decoder, no face in it, or damaged."""

    code: str


@dataclass(frozen=True)
class AdviceChanged(Event):
    """The one thing the capture subject should do now; an Advice value."""

    advice: str


@dataclass(frozen=True)
class ActAsked(Event):
    """The challenge asks for this act now, the ``step``-th of ``of``."""

    act: Act
    step: int
    of: int


@dataclass(frozen=True)
class ChallengeMet(Event):
    """Every act was done, by the one person who is compared."""


@dataclass(frozen=True)
class ChallengeFailed(Event):
    """Time ran out, or another act was done; ``code`` as the engine says."""

    code: str


@dataclass(frozen=True)
class SubjectReplaced(Event):
    """Whoever was followed is not there any more: nothing found out so far counts."""


@dataclass(frozen=True)
class MatchFound(Event):
    """The comparison decision is *match*."""


@dataclass(frozen=True)
class NoMatchFound(Event):
    """The comparison decision is *non-match* for this attempt."""


@dataclass(frozen=True)
class AttackSuspected(Event):
    """A passive sign speaks for a presentation attack. No decision about the person: staff look."""


@dataclass(frozen=True)
class StopTapped(Event):
    """*Stop - go to staff*: consent withdrawn."""


@dataclass(frozen=True)
class DisputeTapped(Event):
    """*I dispute this result*, on the way to staff."""


@dataclass(frozen=True)
class HoldAnswered(Event):
    """The person's answer to keeping the captures of a repeated check; a yes is the separate consent (R-47)."""

    agreed: bool


@dataclass(frozen=True)
class CapturesSealed(Event):
    """The visit's process is through with sealing; ``any_there``: it had something to seal."""

    any_there: bool


@dataclass(frozen=True)
class CapturesKept(Event):
    """The sealed captures are on the disk; ``code`` finds them, and says nothing about the person."""

    code: str


@dataclass(frozen=True)
class CapturesNotKept(Event):
    """Nothing was kept, whatever the reason."""


@dataclass(frozen=True)
class MoreTimeTapped(Event):
    """Somebody is still there."""


@dataclass(frozen=True)
class CaptureClosed(Event):
    """Camera released, engine process gone, buffers zeroed."""


@dataclass(frozen=True)
class TimerFired(Event):
    """A timer asked for by StartTimer has run out."""

    name: str


@dataclass(frozen=True)
class ServicePaused(Event):
    """The event was closed or paused: no new visits."""


@dataclass(frozen=True)
class ServiceEnded(Event):
    """The event is being closed for good: whoever is here goes to staff, the ledger is let go of."""


@dataclass(frozen=True)
class ServiceResumed(Event):
    """Visits may begin again."""


@dataclass(frozen=True)
class ModeChanged(Event):
    """A supervisor put the gates of this group into another mode, or back; or its time was over."""

    mode: Mode


@dataclass(frozen=True)
class StaffAdmitted(Event):
    """A desk admitted somebody this gate had sent to staff; ``admission`` is the id of the durable record."""

    admission: str


@dataclass(frozen=True)
class LetInTimeOver(Event):
    """Whoever was admitted with ``admission`` does not wait here any more, if they still did."""

    admission: str


@dataclass(frozen=True)
class FaceLanePaused(Event):
    """No face check can begin now; staff go on. Visits under way are not touched."""


@dataclass(frozen=True)
class FaceLaneReady(Event):
    """Face checks may begin (again)."""
