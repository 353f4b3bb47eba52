"""An invented evening in a device's log: quarters of an hour at several gates, acts of staff, faults, waits."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.audit.slots import SLOT_S, slot_name
from kiosk.config.places import DevicePlace
from tests.helpers.audit import SetClock

DOORS_S = 1_777_628_700.0  # 2026-05-01 17:45 at the venue
NOTICE = "0" * 62 + "ab"


def write_evening(place: DevicePlace, event_id: str, quarters: int = 8, gates: int = 3, seed: int = 7) -> AuditLog:
    """The log of the machine, with so many quarters in it; returns the log."""
    clock, pick = SetClock(DOORS_S - 86_400), random.Random(seed)
    log = AuditLog.at(place, clock)
    log.write(Kind.EVENT_CREATED, "org-wu", event_id, protection="file")
    log.write(Kind.STATEMENT_MADE, "org-wu", event_id, code="assessment", sha256="c" * 64)
    log.write(Kind.LOGIN_SUCCEEDED, "o-001", "desk-1", role="attendant")
    log.write(Kind.LOGIN_SUCCEEDED, "s-001", "desk-1", role="supervisor")
    for quarter in range(quarters):
        clock.s = DOORS_S + (quarter + 1) * SLOT_S
        slot = slot_name(int(DOORS_S + quarter * SLOT_S))
        for gate in range(1, gates + 1):
            _at_gate(log, event_id, f"gate-{gate}", slot, pick, busy=1 + 3 * min(quarter, quarters - quarter))
        for who, act, most in (("o-001", "staff.admitted", 30), ("s-001", "staff.override", 3)):
            fields: dict[str, Any] = {"station": "desk-1", "slot": slot, "act": act, "count": pick.randint(1, most)}
            log.write(Kind.STAFF_ACTS_COUNTED, who, event_id, **fields)
        log.write(
            Kind.WAITS_COUNTED, "desk-1", event_id, gate_group="A", slot=slot, served=pick.randint(4, 40),
            staff_p90_s=float(pick.randint(20, 90)), face_p90_s=float(pick.randint(5, 20)), face_checks=80,
        )  # fmt: skip
    log.write(Kind.DEVICE_LOST, "gate-1", event_id, success=False, device="reader", reason="silent")
    log.write(Kind.DEVICE_READY, "gate-1", event_id, device="reader")
    log.write(Kind.DEVICE_LOST, "gate-2", event_id, success=False, device="scanner", reason="unplugged")
    log.write(Kind.INCIDENT_BEGUN, "s-001", event_id, gate_group="A", state="all_manual", reason="crowd")
    return log


def _at_gate(log: AuditLog, event_id: str, station: str, slot: str, pick: random.Random, busy: int) -> None:
    def counted(kind: Kind, count: int, **fields: Any) -> None:
        if count:
            log.write(kind, station, event_id, station=station, slot=slot, count=count, **fields)

    faces, staff = pick.randint(2, 9) * busy, pick.randint(0, 2) * busy
    notice = {"notice": NOTICE, "language": "zh"}
    counted(Kind.CONSENTS_COUNTED, faces, lane="face", **notice)
    counted(Kind.CONSENTS_COUNTED, staff, lane="staff", **notice)
    lost = [pick.randint(0, 3), pick.randint(0, 2), pick.randint(0, 1)]
    counted(Kind.VISITS_COUNTED, max(0, faces - sum(lost)), ending="admitted", cause="face")
    for cause, count in zip(("not_acquired", "no_match", "document_unreadable"), lost, strict=True):
        counted(Kind.VISITS_COUNTED, count, ending="staff", cause=cause)
    counted(Kind.VISITS_COUNTED, staff, ending="staff", cause="chose_staff")


def evening_at(folder: Path, event_id: str) -> DevicePlace:
    place = DevicePlace(folder / "data", folder / "keys")
    write_evening(place, event_id)
    return place
