"""Every event of a machine that has to close now, whichever of them the machine file names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.port import Audit
from kiosk.closing.by_itself import deadline_of
from kiosk.closing.deadline import Judged
from kiosk.closing.schedule import Due
from kiosk.closing.state import EventState, state_at
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace


@dataclass(frozen=True)
class Overdue:
    """``judged`` is None for an event whose file cannot be used: when it is over nobody knows."""

    place: EventPlace
    judged: Judged | None


def overdue_events(data_dir: Path, key_dir: Path, audit: Audit, but: str | None = None) -> Iterator[Overdue]:
    """Each event below ``data_dir`` that is to close, or cannot be judged; ``but`` is left out. Raises OSError."""
    for folder in sorted((data_dir / "events").glob("[!.]*")):
        place = EventPlace(data_dir, key_dir, folder.name)
        if not folder.is_dir() or folder.name == but:
            continue
        judged = _judged(place, audit)
        if judged is None or judged.due is Due.CLOSE:
            yield Overdue(place, judged)


def _judged(place: EventPlace, audit: Audit) -> Judged | None:
    state = state_at(place)
    if state is EventState.WIPED:
        return Judged(Due.NOT_YET)
    if state is EventState.CLOSING:
        return Judged(Due.CLOSE)
    try:
        event = load_event(place.event_file)
    except (ConfigFaults, OSError):
        return None
    return deadline_of(place, event, audit).look() if event.id == place.event_id else None
