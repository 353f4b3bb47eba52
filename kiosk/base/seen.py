"""What a desk can see of the whole venue: stations, waits, counts, calls, incidents, conflicts. Asked, never kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.base.client import BaseClient
from kiosk.base.link import Row

_BEGINNING = ("0", "0")
"""Before every session and every reference."""


@dataclass(frozen=True)
class StationSeen:
    """A station as it last said of itself. ``quiet_s``: since then. ``pending``: decisions the base has not heard."""

    device: str
    station: str
    gate_group: str
    state: str
    pending: int
    version: str
    quiet_s: float


@dataclass(frozen=True)
class GroupSeen:
    """One gate group. Who waits for staff and since when (seconds ago), how long nine in ten of those taken in the last
    ten minutes had waited, and how many were let in and seen to pass. None: nobody.
    """

    gate_group: str
    waiting: int = 0
    longest_s: float | None = None
    p90_s: float | None = None
    admitted: int = 0
    exited: int = 0
    doubled: int = 0
    passed_in: int = 0
    passed_out: int = 0


@dataclass(frozen=True)
class CallSeen:
    """A call for staff that nobody has answered, and for how long."""

    station: str
    gate_group: str
    waits_s: float


@dataclass(frozen=True)
class IncidentSeen:
    """An incident mode that holds; ``gate_group`` may be "all". ``until``: UTC seconds of the base."""

    gate_group: str
    mode: str
    why: str
    until: float


@dataclass(frozen=True)
class VenueSeen:
    stations: tuple[StationSeen, ...]
    groups: tuple[GroupSeen, ...]
    calls: tuple[CallSeen, ...]
    incidents: tuple[IncidentSeen, ...]


@dataclass(frozen=True)
class Use:
    """One admission of a ticket that has a conflict. ``offline``: decided without the base."""

    reference: str
    session: str
    station: str
    gate_group: str
    lane: str
    scanned_at: float
    offline: bool
    undone: bool
    kind: str


def look(client: BaseClient, now: Callable[[], float] = time.time) -> VenueSeen:
    """Everything at once; each question within the client's limit. Raises BaseAway, BaseRefused.

    ``now`` stands in for the base's clock where no station was heard of yet.
    """
    rows = client.seen("stations_seen")
    stations = tuple(_station(row) for row in rows)
    base_now = max((_number(row[6]) + _number(row[7]) for row in rows), default=now())
    calls = tuple(
        CallSeen(str(row[1]), str(row[2]), max(0.0, base_now - _number(row[3]))) for row in client.seen("calls_waiting")
    )
    incidents = tuple(
        IncidentSeen(str(row[1]), str(row[2]), str(row[3]), _number(row[6])) for row in client.seen("incidents_now")
    )
    return VenueSeen(stations, _groups(client, stations, base_now), calls, incidents)


def all_conflicts(client: BaseClient) -> list[Use]:
    """Every use of every ticket with a conflict, ticket by ticket, in the order of scans. Desks only.

    Raises BaseAway, BaseRefused.
    """
    uses: list[Use] = []
    session, reference = _BEGINNING
    while rows := client.seen("conflicts_seen", session, reference):
        uses += [_use(row) for row in rows]
        session, reference = uses[-1].session, uses[-1].reference
    return uses


def _groups(client: BaseClient, stations: tuple[StationSeen, ...], base_now: float) -> tuple[GroupSeen, ...]:
    """Every group that has a station, somebody who waits or an admission; in the order of their ids."""
    waits = {str(row[0]): row for row in client.seen("queue_waits")}
    counts = {str(row[0]): row for row in client.seen("head_count")}
    names = {each.gate_group for each in stations} | waits.keys() | counts.keys()
    return tuple(_group(name, waits.get(name), counts.get(name), base_now) for name in sorted(names))


def _group(name: str, waits: Row | None, counts: Row | None, base_now: float) -> GroupSeen:
    waiting, since, p90 = waits[1:4] if waits else (None, None, None)
    numbers = [int(_number(value)) for value in counts[1:]] if counts else [0] * 5
    return GroupSeen(
        name,
        int(_number(waiting)),
        None if since is None else max(0.0, base_now - _number(since)),
        None if p90 is None else _number(p90),
        *numbers,
    )


def _station(row: Row) -> StationSeen:
    device, station, group, state, pending, version, _, quiet_s = row
    return StationSeen(
        str(device), str(station), str(group), str(state), int(_number(pending)), str(version), _number(quiet_s)
    )


def _use(row: Row) -> Use:
    reference, session, station, group, lane, scanned_at, offline, undone, kind = row
    texts = (str(reference), str(session), str(station), str(group), str(lane))
    return Use(*texts, _number(scanned_at), offline == "t", undone == "t", str(kind))


def _number(text: str | None) -> float:
    return float(text or 0.0)
