"""Takes up every closing of a machine that was cut short or is overdue; sweeps away events that were never whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kiosk.audit.log import AuditLog
from kiosk.closing.close import ClosingReport, Progress, close_event
from kiosk.closing.making import sweep_half_made
from kiosk.closing.overdue import overdue_events
from kiosk.closing.paper_process import paper_of
from kiosk.config.places import DevicePlace
from kiosk.ports import SystemClock


def resume_all(
    data_dir: Path, key_dir: Path, progress: Progress, by: str
) -> Iterator[tuple[str, ClosingReport | None]]:
    """(event id, report) of each; no report where its event file cannot be used. Raises ClosingElsewhere, OSError."""
    sweep_half_made(data_dir, key_dir)
    audit = AuditLog.at(DevicePlace(data_dir, key_dir), SystemClock())
    for found in overdue_events(data_dir, key_dir, audit):
        if found.judged is None:
            yield found.place.event_id, None
            continue
        because = found.judged.because
        yield (
            found.place.event_id,
            close_event(found.place, progress, audit=audit, by=by, because=because, make_paper=paper_of),
        )
