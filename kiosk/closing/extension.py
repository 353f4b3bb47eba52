"""A longer time before an event closes by itself: with a reason, two approvals, and never past 24 hours (R-49)."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import actor_id
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.closing.journal import Approval
from kiosk.closing.schedule import MOST_GRACE_H, hours_after_end
from kiosk.closing.state import EventState, WrongState, read_state, write_whole
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace

_MAX_FILE_BYTES = 100_000


class TooLong(Exception):
    """The event would close later than 24 hours after its end; ``most_h``: by how much it may still be extended."""

    def __init__(self, most_h: float) -> None:
        super().__init__(f"at most {most_h:g} h more")
        self.most_h = most_h


@dataclass(frozen=True)
class Extension:
    """One of them. ``hours`` are added to the grace and to those before."""

    hours: float
    approval: Approval
    by: str
    at_s: float


def extended_h(place: EventPlace) -> float:
    """By how many hours the event was extended; 0 where the file is absent or damaged, so that nothing stays longer."""
    try:
        with _file(place).open("rb") as file:
            hours = [float(each["hours"]) for each in json.loads(file.read(_MAX_FILE_BYTES))]
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0.0
    return sum(hours) if all(math.isfinite(each) and each > 0 for each in hours) else 0.0


def extend(
    place: EventPlace, hours: float, approval: Approval, by: str, now_s: float, audit: Audit | None = None
) -> float:
    """Let the event close later; how many hours after its end it closes now.

    Raises TooLong, WrongState when it is closing already, ValueError for no positive number, OSError, ConfigFaults.
    """
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    if not (math.isfinite(hours) and hours > 0):
        raise ValueError("hours")
    before_h = hours_after_end(load_event(place.event_file), extended_h(place))
    if before_h + hours > MOST_GRACE_H:
        raise TooLong(MOST_GRACE_H - before_h)
    written = [*_written(place), asdict(Extension(hours, approval, by, now_s))]
    write_whole(_file(place), json.dumps(written, ensure_ascii=False) + "\n")
    with suppress(AuditUnavailable):
        (audit or NoAudit()).write(
            Kind.EVENT_EXTENDED,
            by,
            place.event_id,
            success=True,
            hours=hours,
            reason=approval.reason,
            approved_by=",".join(map(actor_id, approval.approved_by)),
            code=approval.code,
        )
    return before_h + hours


def _written(place: EventPlace) -> list[object]:
    if not extended_h(place):
        return []
    value: list[object] = json.loads(_file(place).read_text(encoding="utf-8"))
    return value


def _file(place: EventPlace) -> Path:
    """It goes when the event is closed; what it says stays in the log."""
    return place.folder / "extension.json"
