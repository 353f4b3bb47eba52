"""Takes up every closing of a machine that was cut short, and sweeps away events that were cut short while made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kiosk.closing.by_itself import audit_of
from kiosk.closing.close import ClosingReport, Progress, close_event
from kiosk.closing.making import sweep_half_made
from kiosk.closing.paper_process import paper_of
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import EventPlace


def resume_all(data_dir: Path, key_dir: Path, progress: Progress, by: str) -> Iterator[tuple[str, ClosingReport]]:
    """(event id, report) of each. Raises ClosingElsewhere, OSError."""
    sweep_half_made(data_dir, key_dir)
    for folder in sorted((data_dir / "events").glob("*")):
        place = EventPlace(data_dir, key_dir, folder.name)
        if folder.is_dir() and read_state(place.state_file) is EventState.CLOSING:
            yield place.event_id, close_event(place, progress, audit=audit_of(place), by=by, make_paper=paper_of)
