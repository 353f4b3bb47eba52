"""Where the dashboard's numbers are on a machine: its store, its log, the event's log, the venue's base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from kiosk.audit.alerts import recent
from kiosk.audit.catalogue import Kind
from kiosk.audit.detail import DetailLog
from kiosk.audit.reading import Listed, newest_first
from kiosk.audit.slots import Fact, Slots, uncounted
from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble
from kiosk.base.seen import VenueSeen
from kiosk.closing.state import state_at
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.documents.figures import figures_of
from kiosk.ledger.numbers import admitted_by_quarter
from kiosk.ledger.port import LedgerUnavailable
from kiosk.office.live import Live
from kiosk.vault.copies import protection_of
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection

_STATIONS = {Kind.STATION_OPEN: "open", Kind.STATION_PAUSED: "paused", Kind.FACE_LANE_PAUSED: "face_paused"}
_STATIONS |= {Kind.FACE_LANE_READY: "open", Kind.STATION_STOPPED: "stopped", Kind.STATION_STARTED: "paused"}


def live(place: EventPlace, now_s: float, venue: Callable[[], VenueSeen] | None = None) -> Live:
    """Everything at once. ``venue``: asks the base, where there is one. Raises OSError."""
    device = DevicePlace(place.data_dir, place.key_dir)
    state = state_at(place)
    records = list(_since_made(device, place.event_id))[::-1]
    facts = _running(place)
    figures = figures_of([*records, *_as_records(facts or ())], place.event_id)
    made = Live(
        state.value,
        tuple(_admitted(place)),
        figures,
        facts is not None,
        alerts=tuple(recent(newest_first(device.audit_file), now_s)),
        venue=_seen(venue),
    )
    for record in records:
        _note(made, record)
    return made


def _since_made(device: DevicePlace, event_id: str) -> Iterator[Listed]:
    """Newest first, back to where the event was made."""
    for record in newest_first(device.audit_file):
        yield record
        if record.kind == Kind.EVENT_CREATED and record.about == event_id:
            return


def _running(place: EventPlace) -> list[Fact] | None:
    """What no finished quarter has counted yet; None where the event's key is protected: nobody unlocks it to look."""
    try:
        if protection_of(place.key_file) is not Protection.FILE:
            return None
        keys = FileEventKeys.load(place.key_file, place.event_id)
    except (KeysDestroyed, KeyFileUnusable):
        return None
    try:
        facts = list(DetailLog(place.detail_file, keys).read())
    except OSError:
        return None
    finally:
        keys.forget()
    stations = {str((fact.entry.fields or {}).get("station", "")) for fact in facts}
    return [fact for station in sorted(stations) for fact in uncounted(station, facts)]


def _as_records(facts: list[Fact] | tuple[Fact, ...]) -> Iterator[Listed]:
    """Counted as the station will count them when the quarter is over."""
    by_station: dict[str, Slots] = {}
    for fact in facts:
        station = str((fact.entry.fields or {}).get("station", ""))
        by_station.setdefault(station, Slots(station, lambda entries: None)).add(fact)
    for slots in by_station.values():
        for _, entries in slots.take(None):
            for entry in entries:
                yield Listed(0, kind=str(entry.kind), by=entry.by, about=entry.about, fields=entry.fields or {})


def _admitted(place: EventPlace) -> list[tuple[int, str, str, int]]:
    if not place.ledger_file.exists():
        return []
    try:
        return admitted_by_quarter(place.ledger_file)
    except LedgerUnavailable:
        return []


def _seen(venue: Callable[[], VenueSeen] | None) -> VenueSeen | None:
    if venue is not None:
        with suppress(BaseAway, BaseRefused, BaseTrouble):
            return venue()
    return None


def _note(made: Live, record: Listed) -> None:
    if record.kind in {Kind.DEVICE_LOST, Kind.DEVICE_READY}:
        made.devices[record.by, str(record.fields.get("device", ""))] = record.kind == Kind.DEVICE_READY
    elif record.kind in _STATIONS:
        made.stations[record.by] = _STATIONS[Kind(record.kind)]
