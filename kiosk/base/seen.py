"""What a desk can see of the whole venue: stations, both lanes, counts, calls, incidents, conflicts. Never kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.base.answers import Row
from kiosk.base.client import BaseClient
from kiosk.domain.incident import Incident
from kiosk.domain.lanes import GroupWaits, HeadCount, Staffing

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
    """One gate group; None where the base has nothing to say of it. ``longest_s``: since the first who waits waits."""

    gate_group: str
    waits: GroupWaits | None = None
    heads: HeadCount | None = None
    staffing: Staffing | None = None
    longest_s: float | None = None


@dataclass(frozen=True)
class CallSeen:
    """A call for staff that nobody has answered, and for how long."""

    station: str
    gate_group: str
    waits_s: float


@dataclass(frozen=True)
class VenueSeen:
    stations: tuple[StationSeen, ...]
    groups: tuple[GroupSeen, ...]
    calls: tuple[CallSeen, ...]
    incidents: tuple[Incident, ...]


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
        CallSeen(one.station, one.gate_group, max(0.0, base_now - one.called_at))
        for one in client.calls_waiting()
        if not one.care
    )
    return VenueSeen(stations, _groups(client, stations, base_now), calls, client.incidents_now())


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
    waits = {one.gate_group: one for one in client.queue_waits()}
    heads = {one.gate_group: one for one in (_heads(row) for row in client.head_count())}
    staffing = {one.gate_group: one for one in client.staffing_now()}
    names = {each.gate_group for each in stations} | waits.keys() | heads.keys()
    return tuple(
        GroupSeen(name, waits.get(name), heads.get(name), staffing.get(name), _longest_s(waits.get(name), base_now))
        for name in sorted(names)
    )


def _heads(row: dict[str, int | str]) -> HeadCount:
    numbers = (int(row[name]) for name in ("admitted", "exited", "doubled", "passed_in", "free_in"))
    return HeadCount(str(row["gate_group"]), *numbers)


def _longest_s(waits: GroupWaits | None, base_now: float) -> float | None:
    return None if waits is None or waits.since is None else max(0.0, base_now - waits.since)


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
