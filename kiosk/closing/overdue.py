"""Every event of a machine that has to close now, whichever of them the machine file names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.port import Audit
from kiosk.closing.bound import BoundUnusable, read_bound
from kiosk.closing.by_itself import deadline_of
from kiosk.closing.deadline import Judged, NobodyKnows
from kiosk.closing.making import half_made
from kiosk.closing.schedule import Due
from kiosk.config.places import EventPlace, is_event_id

_BOUND = ".key.bound"


@dataclass(frozen=True)
class Overdue:
    """``judged`` is None for an event of which nobody knows when it is over."""

    place: EventPlace
    judged: Judged | None


def overdue_events(data_dir: Path, key_dir: Path, audit: Audit, but: str | None = None) -> Iterator[Overdue]:
    """Each event below ``data_dir`` that is to close, or cannot be judged; ``but`` is left out. Raises OSError.

    An event whose folder was moved away has a key that is to go: its folder is made again, and its closing says that
    there was nothing in it.
    """
    folders = [path for path in sorted((data_dir / "events").glob("*")) if is_event_id(path.name) and path.is_dir()]
    events = [path.name for path in folders]
    for event_id in (*events, *_without_folder(data_dir, key_dir, frozenset(events))):
        place = EventPlace(data_dir, key_dir, event_id)
        if event_id == but:
            continue
        judged = _judged(place, audit)
        if judged is None or judged.due is Due.CLOSE:
            if not place.folder.is_dir():
                place.make_folders()
            yield Overdue(place, judged)


def _without_folder(data_dir: Path, key_dir: Path, events: frozenset[str]) -> Iterator[str]:
    """Ids of events that were bound in this data folder, have a key, and no folder; also none that is being made."""
    being_made = {place.event_id for place in half_made(data_dir, key_dir)}
    for path in sorted(key_dir.glob(f"*{_BOUND}")):
        place = EventPlace(data_dir, key_dir, path.name.removesuffix(_BOUND))
        if place.event_id in events | being_made or not is_event_id(place.event_id) or not place.key_file.exists():
            continue
        try:
            bound = read_bound(place)
        except BoundUnusable:
            continue
        if bound is not None and bound.data_dir == str(data_dir):
            yield place.event_id


def _judged(place: EventPlace, audit: Audit) -> Judged | None:
    try:
        return deadline_of(place, audit).look()
    except NobodyKnows:
        return None
