"""An invented evening as the dashboard sees it, with a venue and without."""

from __future__ import annotations

from pathlib import Path

from kiosk.audit.alerts import Alert
from kiosk.audit.slots import SLOT_S
from kiosk.base.seen import CallSeen, GroupSeen, VenueSeen
from kiosk.documents.figures import read_figures
from kiosk.domain.lanes import GroupWaits, HeadCount
from kiosk.office.live import Live
from tests.helpers.evening import DOORS_S, evening_at

GATES = ("gate-north-1", "gate-north-2", "gate-south-1")


def sample_live(folder: Path, *, venue: bool = True) -> Live:
    figures = read_figures(evening_at(folder, "rehearsal").audit_file, "rehearsal")
    first = int(DOORS_S // SLOT_S * SLOT_S)
    admitted = [
        (first + quarter * int(SLOT_S), gate, "face", (37 * quarter + 53 * place) % 90 + 4)
        for quarter in range(8)
        for place, gate in enumerate(GATES)
        if (quarter, place) != (3, 1)
    ]
    groups = (
        GroupSeen("A", GroupWaits("A", 6, DOORS_S, 184.0, 41, 31.0, 260), HeadCount("A", 3120, 12, 0, 3110, 0)),
        GroupSeen("B", GroupWaits("B", 1, DOORS_S, 28.0, 17, 24.0, 190), HeadCount("B", 2411, 3, 0, 2400, 0)),
    )
    seen = VenueSeen((), groups, (CallSeen("gate-north-2", "A", 47.0),), ())
    alerts = (Alert(812, "2026-05-01T11:02:00Z", "device.replaced", "gate-south-1", "camera"),)
    devices = {("gate-north-1", "reader"): True, ("gate-south-1", "scanner"): False}
    stations = {"gate-north-1": "open", "gate-south-1": "face_paused"}
    return Live("open", tuple(admitted), figures, True, devices, stations, alerts, seen if venue else None)
