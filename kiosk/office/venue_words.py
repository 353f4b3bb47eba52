"""What a venue's base says of it, as words and marks of a page. Pure."""

from __future__ import annotations

from datetime import datetime

from kiosk.base.following import CLOCK_WRONG
from kiosk.base.seen import CallSeen, GroupSeen, StationSeen, VenueSeen
from kiosk.domain.incident import ALL_GROUPS, Incident
from kiosk.domain.lanes import MANNED, SERVING, staff_lane_is_worse
from kiosk.office.view import Act, Mark, PlanGroup, PlanPage, PlanTile, Told
from kiosk.text import Texts

QUIET_S = 10.0
"""A station says every two seconds that it lives; one that said nothing for so long is looked for."""
_CALM = frozenset({SERVING, MANNED})


def venue_page(seen: VenueSeen, texts: Texts, acts: tuple[Act, ...]) -> PlanPage:
    """Every station as a tile, those of a gate group together; what is wrong stands above, the worst first."""
    groups = tuple(_group(group, seen, texts) for group in seen.groups)
    title, lead = texts("office.venue.title"), texts("office.venue.lead") if seen.stations else ""
    return PlanPage(title, groups, lead, _told(seen, texts), acts, texts("office.venue.empty"))


def duration(seconds: float) -> str:
    """Minutes and seconds, ``4:07``; hours before them where there are any."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _group(group: GroupSeen, seen: VenueSeen, texts: Texts) -> PlanGroup:
    calling = {call.station: call for call in seen.calls}
    stations = [each for each in seen.stations if each.gate_group == group.gate_group]
    tiles = tuple(_tile(each, calling.get(each.station), texts) for each in stations)
    return PlanGroup(texts("office.venue.group", group=group.gate_group), _line(group, texts), tiles)


def _line(group: GroupSeen, texts: Texts) -> str:
    """Officers, both lanes, who is inside, and whether more people passed than were let in."""
    parts = []
    if group.staffing is not None:
        parts.append(texts("office.venue.officers", count=group.staffing.manned))
    waits, heads = group.waits, group.heads
    parts.append(texts("office.venue.waiting", count=0 if waits is None else waits.waiting))
    if group.longest_s is not None:
        parts.append(texts("office.venue.longest", time=duration(group.longest_s)))
    if waits is not None and waits.staff_p90_s is not None:
        parts.append(texts("office.venue.staff_wait", time=duration(waits.staff_p90_s)))
    if waits is not None and waits.face_p90_s is not None:
        parts.append(texts("office.venue.face_wait", time=duration(waits.face_p90_s)))
    if heads is not None:
        parts.append(texts("office.venue.inside", count=heads.inside))
        if heads.without_admission:
            parts.append(texts("office.venue.tailgating", count=heads.without_admission))
    return texts("office.venue.between").join(parts)


def _tile(station: StationSeen, call: CallSeen | None, texts: Texts) -> PlanTile:
    lines = [
        texts("office.venue.pending", count=station.pending),
        texts("office.venue.seen", time=duration(max(0.0, station.quiet_s))),
    ]
    if call is not None:
        return PlanTile(
            station.station,
            texts("office.venue.calls_since", time=duration(call.waits_s)),
            Mark.BAD if _is_quiet(station) else Mark.LOOK,
            tuple(lines),
        )
    return PlanTile(station.station, _state(station, texts), _mark(station), tuple(lines))


def _mark(station: StationSeen) -> Mark:
    if _is_quiet(station) or station.state == CLOCK_WRONG:
        return Mark.BAD
    return Mark.GOOD if station.state in _CALM and not station.pending else Mark.LOOK


def _state(station: StationSeen, texts: Texts) -> str:
    if _is_quiet(station):
        return texts("office.venue.quiet")
    for key in (f"office.venue.state.{station.state}", f"venue.mode.{station.state}"):
        if texts.has(key):
            return texts(key)
    return station.state.replace("_", " ")


def _is_quiet(station: StationSeen) -> bool:
    return station.quiet_s > QUIET_S


def _told(seen: VenueSeen, texts: Texts) -> Told | None:
    if seen.incidents:
        return Told(Mark.LOOK, texts("office.venue.between").join(_incident(each, texts) for each in seen.incidents))
    quiet = sum(_is_quiet(each) for each in seen.stations)
    if quiet:
        return Told(Mark.BAD, texts("office.venue.some_quiet", count=quiet))
    worse = [group.gate_group for group in seen.groups if group.waits is not None and staff_lane_is_worse(group.waits)]
    if worse:
        return Told(Mark.LOOK, texts("office.venue.staff_lane_worse", groups=", ".join(worse)))
    if seen.calls:
        return Told(Mark.LOOK, texts("office.venue.some_call", count=len(seen.calls)))
    return None


def _incident(incident: Incident, texts: Texts) -> str:
    where = (
        texts("office.venue.everywhere")
        if incident.gate_group == ALL_GROUPS
        else texts("office.venue.group", group=incident.gate_group)
    )
    until = f"{datetime.fromtimestamp(incident.until).astimezone():%H:%M}"
    mode, why = texts(f"venue.mode.{incident.mode}"), texts(f"venue.why.{incident.why}")
    return texts("office.venue.incident", where=where, mode=mode, why=why, until=until)
