"""An event's figures, counted from the device's log alone: it outlives the event and names no attendee (R-53, R-81).

The log counts visits, choices and acts per quarter of an hour and station. Here they are put together, exactly; what is
told to anybody outside goes through ``kiosk.domain.suppression`` (``kiosk.documents.report``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.reading import Listed, newest_first

ADMITTED, TO_STAFF = "admitted", "staff"
"""Endings of a visit at a gate."""
FACE, STAFF = "face", "staff"
LETS_IN = (Kind.STAFF_ADMITTED.value, Kind.STAFF_OVERRIDE.value)
ACTS = (*LETS_IN, Kind.STAFF_UNDID.value, Kind.STAFF_SENT_TO_SUPERVISOR.value)
FAULTS = frozenset(
    {
        Kind.CAMERA_FAULT,
        Kind.ENGINE_FAULT,
        Kind.STORE_FAULT,
        Kind.DEVICE_LOST,
        Kind.FACE_LANE_PAUSED,
        Kind.LANES_UNSTAFFED,
        Kind.LANES_UNEQUAL,
        Kind.INTEGRITY_BROKEN,
        Kind.CLOCK_WENT_BACK,
        Kind.CLOCK_WENT_FORWARD,
    }
)
NOT_ACQUIRED, NOT_MATCHED = "not_acquired", "no_match"


@dataclass(frozen=True)
class Waits:
    """Both lanes of a gate group in the last ten minutes of a quarter: seconds nine of ten waited at most."""

    slot: str
    gate_group: str
    staff_p90_s: float
    served: int
    face_p90_s: float
    face_checks: int


@dataclass
class Figures:
    """``admitted``, ``by_face``: (slot, station) -> people. ``causes``: (cause, station) -> visits that went to staff.
    ``choices``: lane -> taps. ``acts``: (role, act) -> acts of staff. ``faults``: kind -> records. ``incidents``: why
    -> how many. ``notices``: SHA-256 of each notice people were shown -> choices. ``assessed``: (when, SHA-256 of the
    paper) of each statement. ``first_capture``: beginning of the first quarter in which somebody chose the face check,
    "" before. ``records``: how many of the log are about the event.
    """

    admitted: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_face: Counter[tuple[str, str]] = field(default_factory=Counter)
    causes: Counter[tuple[str, str]] = field(default_factory=Counter)
    choices: Counter[str] = field(default_factory=Counter)
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    waits: dict[tuple[str, str], Waits] = field(default_factory=dict)
    assessed: list[tuple[str, str]] = field(default_factory=list)
    first_capture: str = ""
    first_record: str = ""
    last_record: str = ""
    records: int = 0

    @property
    def visits(self) -> int:
        """Everybody a gate was done with: let in by it, or sent to staff."""
        return sum(self.by_face.values()) + sum(self.causes.values())

    @property
    def opt_out_share(self) -> float | None:
        """Of those who chose, 0..1; None where nobody did."""
        chose = self.choices[FACE] + self.choices[STAFF]
        return self.choices[STAFF] / chose if chose else None


def figures_of(records: Iterable[Listed], event_id: str) -> Figures:
    """``records``: oldest first."""
    figures, roles = Figures(), dict[str, str]()
    for record in records:
        if record.kind == Kind.LOGIN_SUCCEEDED:
            roles[record.by] = str(record.fields.get("role", ""))
        if record.about == event_id:
            _count(figures, record, roles)
    return figures


def read_figures(audit_file: Path, event_id: str) -> Figures:
    """Of the log in ``audit_file``. Raises OSError."""
    return figures_of(reversed(list(newest_first(audit_file))), event_id)


def _count(figures: Figures, record: Listed, roles: Mapping[str, str]) -> None:
    fields = record.fields
    figures.records += 1
    figures.first_record = figures.first_record or record.at
    figures.last_record = record.at
    slot, station = str(fields.get("slot", "")), str(fields.get("station", ""))
    count = fields.get("count", 0)
    count = count if isinstance(count, int) else 0
    match record.kind:
        case Kind.VISITS_COUNTED if fields.get("ending") == ADMITTED:
            figures.admitted[slot, station] += count
            figures.by_face[slot, station] += count
        case Kind.VISITS_COUNTED if fields.get("ending") == TO_STAFF:
            figures.causes[str(fields.get("cause", "")), station] += count
        case Kind.CONSENTS_COUNTED:
            _count_choice(figures, record, slot, count)
        case Kind.STAFF_ACTS_COUNTED if fields.get("act") in ACTS:
            act = str(fields["act"])
            figures.acts[roles.get(record.by, "attendant"), act] += count
            if act in LETS_IN:
                figures.admitted[slot, station] += count
        case Kind.WAITS_COUNTED:
            _note_waits(figures, record)
        case Kind.INCIDENT_BEGUN:
            figures.incidents[str(fields.get("reason", ""))] += 1
        case Kind.STATEMENT_MADE if fields.get("code") == "assessment":
            figures.assessed.append((record.at, str(fields.get("sha256", ""))))
        case kind if kind in FAULTS:
            figures.faults[kind] += 1


def _count_choice(figures: Figures, record: Listed, slot: str, count: int) -> None:
    lane = str(record.fields.get("lane", ""))
    figures.choices[lane] += count
    if notice := record.fields.get("notice"):
        figures.notices[str(notice)] += count
    if lane == FACE and (not figures.first_capture or slot < figures.first_capture):
        figures.first_capture = slot


def _note_waits(figures: Figures, record: Listed) -> None:
    """Several desks see the same lanes: what the last one wrote of a quarter counts."""
    fields = record.fields
    slot, group = str(fields.get("slot", "")), str(fields.get("gate_group", ""))
    numbers = (fields.get(name, 0) for name in ("staff_p90_s", "served", "face_p90_s", "face_checks"))
    staff_s, served, face_s, checks = (float(number) for number in numbers)
    figures.waits[slot, group] = Waits(slot, group, staff_s, int(served), face_s, int(checks))
