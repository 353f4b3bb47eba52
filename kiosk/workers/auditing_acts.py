"""What of a station's doings is recorded, and as which kind. Window's thread; nothing here waits or decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from drivers.port import DeviceLost, DeviceReady
from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.domain.outcome import CheckOutcome
from kiosk.face.port import AttackSuspected, ChallengeFailed, EngineLost
from kiosk.ports import Clock
from kiosk.station.desk_view import DeskState, DeskView, PortraitLook
from kiosk.station.ports import CameraGone, CaptureEvent, VisitFacts, VisitLog
from kiosk.visit.states import Cause
from kiosk.workers.face_lane import FaceLane

AT_THE_DESK = "desk_check"


class Note(Protocol):
    """kiosk.workers.auditing.StationAudit.note."""

    def __call__(self, kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: Value) -> None: ...


class AuditedVisits:
    """A station's VisitLog: ending and cause are recorded, nothing else of a visit; then it is passed on."""

    def __init__(self, note: Note, further: VisitLog) -> None:
        self._note, self._further = note, further

    def visit_ended(self, facts: VisitFacts) -> None:
        self._note(Kind.VISIT_ENDED, ending=facts.ending, cause=str(facts.cause))
        if facts.cause == Cause.STORE_FAULT:
            self._note(Kind.STORE_FAULT, success=False, code=str(facts.cause))
        self._further.visit_ended(facts)


class AuditedGate:
    """What a gate hears and decides apart from visits. ``notice``: SHA-256 of the notice that is shown; ``language``:
    the one it is shown in now.
    """

    def __init__(self, note: Note, notice: str, language: Callable[[], str]) -> None:
        self._note, self._notice, self._language = note, notice, language

    def lane_chosen(self, lane: str) -> None:
        """A tap on a lane; on the face lane it is the consent, to what was shown (R-05, R-07)."""
        self._note(Kind.VISIT_LANE_CHOSEN, lane=lane, notice=self._notice, language=self._language())

    def staff_called(self) -> None:
        self._note(Kind.STAFF_CALLED)

    def capture(self, deliver: Callable[[CaptureEvent], None]) -> Callable[[CaptureEvent], None]:
        """``deliver``, with faults of camera and engine, signs of attacks, challenges not met recorded on the way."""

        def heard(event: CaptureEvent) -> None:
            if isinstance(event, CameraGone):
                self._note(Kind.CAMERA_FAULT, success=False, code=event.code)
            elif isinstance(event, EngineLost):
                self._note(Kind.ENGINE_FAULT, success=False, code=event.code)
            elif isinstance(event, AttackSuspected):
                self._note(Kind.VISIT_ATTACK_SIGN, code=event.sign)
            elif isinstance(event, ChallengeFailed):
                self._note(Kind.VISIT_CHALLENGE_NOT_MET, code=event.code)
            deliver(event)

        return heard

    def face_lane(self, lane: Callable[[], FaceLane], changed: Callable[[bool], None]) -> Callable[[bool], None]:
        """``changed``, with every pause of the face lane recorded and what held it."""

        def heard(ready: bool) -> None:
            if ready:
                self._note(Kind.FACE_LANE_READY)
            else:
                self._note(Kind.FACE_LANE_PAUSED, holds=",".join(sorted(lane().holds)))
            changed(ready)

        return heard


def audited_device(note: Note, device: str, deliver: Callable[[object], None]) -> Callable[[object], None]:
    """``deliver``, with the device's loss and return recorded, each once."""
    was_ready = True  # a device that never answered is lost, one that answers from the start is no news

    def heard(event: object) -> None:
        nonlocal was_ready
        if isinstance(event, DeviceLost) and was_ready:
            was_ready = False
            note(Kind.DEVICE_LOST, success=False, device=device, reason=event.code)
        elif isinstance(event, DeviceReady) and not was_ready:
            was_ready = True
            note(Kind.DEVICE_READY, device=device)
        deliver(event)

    return heard


def audited_service(note: Note, changed: Callable[[bool], None]) -> Callable[[bool], None]:
    """``changed``, with the station's opening and resting recorded."""

    def heard(is_open: bool) -> None:
        note(Kind.STATION_OPEN if is_open else Kind.STATION_PAUSED)
        changed(is_open)

    return heard


class AuditedDesk:
    """Acts of whoever works the desk, read off what the desk showed them (R-66).

    ``who``: the id of whoever is logged in. A look at somebody's data is recorded when it ends, with its length.
    """

    def __init__(self, note: Note, who: Callable[[], str], clock: Clock) -> None:
        self._note, self._who, self._clock = note, who, clock
        self._before = DeskView(DeskState.WAITING)
        self._looking_since_s: float | None = None
        self._looker = ""
        self._undoing = False
        self._again = ""

    def shown(self, view: DeskView) -> None:
        before, self._before = self._before, view
        self._watch_looking(view)
        if len(view.unconfirmed) > len(before.unconfirmed):
            self._note(Kind.GATE_NOT_CONFIRMED, success=False, count=len(view.unconfirmed))
        if view.portrait is PortraitLook.SHOWN and before.portrait is not PortraitLook.SHOWN:
            self._note(Kind.STAFF_SAW_PORTRAIT, self._who())
        if view.state is before.state:
            return
        again, self._again = self._again, ""
        if self._undoing:
            self._undoing = False
            self._note(Kind.STAFF_UNDID, self._who(), success=view.state is not DeskState.TROUBLE, reason="desk")
        if again and view.state is not DeskState.ADMITTED:  # taken back before it was shown, or the store failed
            self._note(Kind.STAFF_ADMITTED_AGAIN, self._who(), success=False, reason=again)
        if view.state is DeskState.ADMITTED and view.heads > 1:
            self._note(Kind.STAFF_ADMITTED_TOGETHER, self._who(), outcome=str(view.outcome), count=view.heads)
        elif view.state is DeskState.OUT:
            self._note(Kind.STAFF_NOTED_EXIT, self._who())
        elif view.state is DeskState.ADMITTED:
            as_checked = view.outcome == CheckOutcome.VALID
            kind = Kind.STAFF_ADMITTED if as_checked else Kind.STAFF_OVERRIDE
            if again:
                self._note(Kind.STAFF_ADMITTED_AGAIN, self._who(), reason=again)
            self._note(kind, self._who(), outcome=str(view.outcome))
        elif view.state is DeskState.TO_SUPERVISOR:
            self._note(Kind.STAFF_SENT_TO_SUPERVISOR, self._who(), outcome=str(before.outcome) or "not_looked_up")

    def admitting_again(self, reason: str) -> None:
        """Somebody is about to be admitted on a ticket that has been used, for ``reason``."""
        self._again = reason

    def refused(self, reason: str, slip: str) -> None:
        """A supervisor refused entry; ``slip``: the number on the paper that the person took away."""
        self._note(Kind.STAFF_REFUSED, self._who(), reason=reason, code=slip)

    def corrected(self, reason: str, done: bool) -> None:
        """A supervisor bound a ticket to the document of whoever was there, or the store did not take it."""
        self._note(Kind.STAFF_CORRECTED, self._who(), success=done, reason=reason)

    def rights_request(self, kind: str, slip: str, until: str, done: bool) -> None:
        """Somebody asked about their data; ``slip`` is the request's number, ``until`` when it has to be answered."""
        self._note(Kind.STAFF_RIGHTS_REQUEST, self._who(), success=done, act=kind, code=slip, until=until)

    def undone_late(self, done: bool) -> None:
        """A supervisor took an admission back that was made some minutes ago."""
        self._note(Kind.STAFF_UNDID, self._who(), success=done, reason="late")

    def undo_tapped(self) -> None:
        self._undoing = self._before.state is DeskState.ADMITTED

    def searched(self, by: str) -> None:
        """Somebody typed a number or a code; what, is nowhere kept."""
        self._note(Kind.STAFF_SEARCHED, self._who(), device=by)

    def call_answered(self) -> None:
        self._note(Kind.STAFF_CALL_ANSWERED, self._who())

    def _watch_looking(self, view: DeskView) -> None:
        sees = bool(view.masked_name or view.ticket_reference_end or view.party or view.found)
        if sees and self._looking_since_s is None:
            self._looking_since_s, self._looker = self._clock.monotonic(), self._who()
        elif not sees and self._looking_since_s is not None:
            seconds = self._clock.monotonic() - self._looking_since_s
            self._looking_since_s = None
            self._note(Kind.STAFF_VIEWED, self._looker, duration_s=round(seconds, 1), reason=AT_THE_DESK)
