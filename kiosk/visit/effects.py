"""What the machine wants done. Imperative; carried out by the station, which answers with events."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.lane import Lane
from kiosk.visit.view import View


@dataclass(frozen=True)
class Effect:
    """Base of all effects."""


@dataclass(frozen=True)
class Show(Effect):
    """Put this on the attendee's window."""

    view: View


@dataclass(frozen=True)
class StartTimer(Effect):
    """Send TimerFired(name) after ``seconds``; restarting replaces."""

    name: str
    seconds: float


@dataclass(frozen=True)
class CancelTimers(Effect):
    """Stop every timer of the visit."""


@dataclass(frozen=True)
class PrepareCapture(Effect):
    """Open and configure the camera and fork the visit's engine; pull no frame."""


@dataclass(frozen=True)
class GiveReference(Effect):
    """Hand the portrait to the engine and wipe our copy."""


@dataclass(frozen=True)
class StartFrames(Effect):
    """Let frames flow from the zone to the engine. ``keep``: it holds ready what may be sealed at the decision."""

    keep: bool = False


@dataclass(frozen=True)
class RestartCapture(Effect):
    """Second attempt: forget the probes, keep the reference."""


@dataclass(frozen=True)
class CloseCapture(Effect):
    """Close the camera, end the engine, zero the frames; answer CaptureClosed. ``seal``: CapturesSealed before it."""

    seal: bool = False


@dataclass(frozen=True)
class CountChoice(Effect):
    """The lane that was chosen with the ticket was taken, as a tap on its button would be counted."""

    lane: Lane


@dataclass(frozen=True)
class VoidPriorChoice(Effect):
    """The person takes back the consent that came with the ticket: it does not count another time."""


@dataclass(frozen=True)
class LookUpTicket(Effect):
    """Check the ticket without holding it."""


@dataclass(frozen=True)
class HoldTicket(Effect):
    """Check the ticket and take a lease on it."""


@dataclass(frozen=True)
class CommitTicket(Effect):
    """Make the admission durable."""

    lane: Lane


@dataclass(frozen=True)
class ReleaseTicket(Effect):
    """Give the lease back; a wrong face never uses a ticket up."""


@dataclass(frozen=True)
class OpenGate(Effect):
    """Open the turnstile once; the gate task watches the passage. ``admission``: a desk's; "" for this visit's own."""

    admission: str = ""


@dataclass(frozen=True)
class NotLetIn(Effect):
    """Somebody a desk admitted cannot go through here: staff are to see to it."""

    admission: str


@dataclass(frozen=True)
class FreeFlow(Effect):
    """Let everybody through and count them, from now on; or no longer."""

    on: bool


@dataclass(frozen=True)
class ForgetDocument(Effect):
    """Wipe name, token, portrait and code of this visit. ``but_holder``: the token stays, to know the person again who
    may dispute the result; the next ForgetDocument takes it."""

    but_holder: bool = False


@dataclass(frozen=True)
class StoreSealed(Effect):
    """Write the sealed captures; answer CapturesKept or CapturesNotKept."""


@dataclass(frozen=True)
class EndVisit(Effect):
    """Nobody's visit any more: report it, and let every answer that still comes find nobody."""


@dataclass(frozen=True)
class NoteEnding(Effect):
    """The visit's ending and cause, for counts: no person, no ticket."""

    ending: str
    cause: str
