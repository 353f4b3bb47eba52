"""What the station needs of the outside: each is a real worker in the product and a recorder in tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from drivers.port import PortraitRead
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.face.port import EngineEvent
from kiosk.ledger.port import Admission, Found, Held, PartyRefused, Presented
from kiosk.station.desk_view import DeskView
from kiosk.visit.view import View


@dataclass(frozen=True)
class CameraState:
    """The handle's true state, for the sign on the screen (R-21); open from the moment opening begins."""

    is_open: bool


@dataclass(frozen=True)
class CameraReady:
    """Opened and configured; a frame could be pulled."""


@dataclass(frozen=True)
class CameraGone:
    """The camera could not be opened or was lost; ``code`` as CameraUnavailable has it."""

    code: str


@dataclass(frozen=True)
class CaptureEnded:
    """Handle released, process gone, frames zeroed."""


@dataclass(frozen=True)
class SealingDone:
    """Comes before CaptureEnded where sealing was asked for. ``sealed``: readable with the event's key alone; None when
    there was nothing to seal."""

    sealed: bytes | None

    def __repr__(self) -> str:
        return "SealingDone(...)"


CaptureEvent = EngineEvent | CameraState | CameraReady | CameraGone | SealingDone | CaptureEnded


class Window(Protocol):
    def show_view(self, view: View) -> None: ...

    def set_camera_on(self, on: bool) -> None: ...


class Capture(Protocol):
    """One session at a time; answers arrive at Station.on_capture."""

    def prepare(self) -> None: ...

    def start_frames(self, *, keep: bool) -> None:
        """``keep``: hold captures ready for sealing. Raises HoldNotAllowed where the event holds none."""

    def give_reference(self, portrait: PortraitRead) -> None: ...

    def restart(self) -> None: ...

    def close(self, *, seal: bool) -> None:
        """``seal``: what was held ready is sealed first, and SealingDone comes before CaptureEnded."""


Failed = Callable[[str], None]
TOO_LATE = "too_late"
"""Reason of an undo: the answer to a commit came when nobody waited for it any more."""


class Store(Protocol):
    """The ledger on its own thread. ``failed`` receives a stable code."""

    def look_up(self, presented: Presented, answered: Callable[[TicketCheck], None], failed: Failed) -> None: ...

    def hold(self, presented: Presented, answered: Callable[[Held], None], failed: Failed) -> None: ...

    def commit(
        self, hold_id: str, lane: Lane, answered: Callable[[Admission | CheckOutcome], None], failed: Failed
    ) -> None: ...

    def release(self, hold_id: str) -> None: ...

    def void_prior(self, reference: str) -> None:
        """The consent that came with this ticket was taken back."""

    def undo(self, admission_id: str, reason: str, by: str, answered: Callable[[bool], None], failed: Failed) -> None:
        """Take an admission back: nobody came in on it."""

    def let_go(self) -> None:
        """After what was asked for so far: close the ledger and forget the key, for good."""


class Holds(Protocol):
    """Where sealed captures of disputed checks are kept, on a thread of its own."""

    def keep(self, sealed: bytes, answered: Callable[[str], None], failed: Failed) -> None:
        """Keep it; the answer is its dispute code. Raises HoldNotAllowed where the event holds none."""

    def confirm(self, code: str) -> None:
        """The person is shown the code: the item stays."""

    def drop(self, code: str) -> None:
        """Nobody was told the code: overwrite and remove."""


class DeskStore(Store, Protocol):
    """The desk also holds on the attendant's word, and sees what a crash left open."""

    def hold_by_staff(
        self, presented: Presented, answered: Callable[[Held], None], failed: Callable[[str], None]
    ) -> None: ...

    def admit_again(
        self, presented: Presented, reason: str, answered: Callable[[Admission | TicketCheck], None], failed: Failed
    ) -> None:
        """On a ticket that has been used: the earlier use is set aside. A check says why nobody was admitted."""

    def recent(self, answered: Callable[[list[Admission]], None], failed: Failed) -> None:
        """Who is inside by what this desk admitted in the last quarter of an hour, newest first."""

    def undo_late(self, admission_id: str, answered: Callable[[bool], None], failed: Failed) -> None: ...

    def correct(self, presented: Presented, reason: str, answered: Callable[[bool], None], failed: Failed) -> None:
        """Bind the ticket to the document presented; False where that cannot be."""

    def erase(self, presented: Presented, answered: Callable[[bool], None], failed: Failed) -> None:
        """Erase what the document's ticket says of anybody; False where there is none."""

    def search(self, untrusted_text: str, answered: Callable[[Found], None], failed: Failed) -> None:
        """Tickets of the session by code, order number, seat or full name."""

    def admit_party(
        self,
        party: Sequence[Presented],
        answered: Callable[[tuple[Admission, ...] | PartyRefused], None],
        failed: Failed,
    ) -> None:
        """Several on the attendant's word, each by a ticket of their own: all of them or none."""

    def exit(self, presented: Presented, answered: Callable[[bool], None], failed: Failed) -> None:
        """Somebody goes out; False when nobody is inside on that ticket."""

    def unconfirmed(self, answered: Callable[[list[Admission]], None]) -> None: ...


class DeskWindow(Protocol):
    def show_view(self, view: DeskView) -> None: ...


class Gate(Protocol):
    def open_for(self, admission_id: str) -> None: ...

    def open_for_all(self, admission_ids: Sequence[str]) -> None:
        """For each of several who come in together, one after the other."""

    def not_opened(self, admission_id: str) -> None:
        """Say of an admission made elsewhere that this gate did not open for it."""

    def free_flow(self, on: bool) -> None:
        """Let everybody through, one after the other, until told otherwise."""


class PortraitDisplay(Protocol):
    """Shows an officer the portrait of the document that lies there, in the window and nowhere else."""

    def show(self, portrait: PortraitRead, answered: Callable[[bool], None]) -> None:
        """Takes the portrait over and wipes it. ``answered``: whether it is on the screen now; never after
        ``put_away``."""

    def put_away(self) -> None:
        """Overwrite it, on the screen and on the way there. Calling without need is fine."""


class Serving(Protocol):
    """The queue of people whom gates sent to this desk."""

    @property
    def serving(self) -> bool:
        """Whether one of them is being served now."""

    def admitted(self, admission_id: str) -> None:
        """They were let in: the gate that sent them opens."""

    def sent_on(self) -> None:
        """They were sent to somebody else, or refused: nobody admitted here next is them."""


class Timers(Protocol):
    def start(self, name: str, seconds: float) -> None: ...

    def cancel_all(self) -> None: ...


@dataclass(frozen=True)
class VisitFacts:
    """What one visit leaves behind: an ending, a cause, durations, a score - no person, no ticket.

    ``score`` stays in memory of rehearsal and bench; the live station counts endings and causes only.
    """

    ending: str
    cause: str
    score: float | None
    stages: dict[str, float] = field(default_factory=dict)


class VisitLog(Protocol):
    def visit_ended(self, facts: VisitFacts) -> None: ...
