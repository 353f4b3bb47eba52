"""What is known of a running event, as numbers, charts and marked lines of a page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from kiosk.audit.slots import SLOT_S
from kiosk.documents.common import words_or
from kiosk.documents.figures import FACE, NOT_ACQUIRED, NOT_MATCHED, STAFF
from kiosk.domain.lanes import staff_lane_is_worse
from kiosk.office.alerts import alert_words
from kiosk.office.live import Live
from kiosk.office.venue_words import duration
from kiosk.office.view import Bar, BarChart, BigNumber, BoardPage, Mark, Notes, Panel, QuarterChart, Told
from kiosk.text import Texts

MOST_QUARTERS = 16
MOST_ROWS = 8
MOST_LINES = 6


def board_page(live: Live, texts: Texts) -> BoardPage:
    """Exact numbers: whoever sees them is there."""
    lead = texts("dashboard.lead" if live.running else "dashboard.lead_quarters")
    make = (_admissions, _attention, _waits, _devices, _causes, _errors)
    panels = tuple(one(live, texts) for one in make)
    return BoardPage(texts("dashboard.title"), tuple(_numbers(live, texts)), panels, lead, _told(live, texts))


def _numbers(live: Live, texts: Texts) -> Iterable[BigNumber]:
    name = "let_in" if live.venue is None else "inside"
    yield BigNumber(texts(f"dashboard.number.{name}"), f"{_inside(live):,}")
    share = live.figures.opt_out_share
    yield BigNumber(texts("dashboard.number.opt_out"), "–" if share is None else f"{share:.0%}")
    to_staff = sum(live.figures.causes.values())
    visits = live.figures.visits
    yield BigNumber(texts("dashboard.number.to_staff"), f"{to_staff / visits:.0%}" if visits else "–")
    overrides = sum(count for (_, act), count in live.figures.acts.items() if act == "staff.override")
    yield BigNumber(texts("dashboard.number.overrides"), f"{overrides:,}")
    waiting = None if live.venue is None else sum(one.waits.waiting for one in live.venue.groups if one.waits)
    yield BigNumber(texts("dashboard.number.waiting"), "–" if waiting is None else f"{waiting:,}")
    lost = sum(not ready for ready in live.devices.values())
    yield BigNumber(texts("dashboard.number.devices_lost"), f"{lost:,}", Mark.BAD if lost else Mark.GOOD)


def _inside(live: Live) -> int:
    """By the base's count where there is one: it knows every machine's admissions, and who went out."""
    if live.venue is not None:
        return sum(group.heads.inside for group in live.venue.groups if group.heads)
    return sum(count for *_, count in live.admitted)


def _admissions(live: Live, texts: Texts) -> Panel:
    by_place: Counter[tuple[str, int]] = Counter()
    for quarter, station, _, count in live.admitted:
        by_place[station, quarter] += count
    quarters = _quarters([quarter for _, quarter in by_place])
    rows = tuple(
        (
            station,
            tuple(float(by_place[station, quarter]) for quarter in quarters),
            f"{sum(count for (at, _), count in by_place.items() if at == station):,}",
        )
        for station in sorted({station for station, _ in by_place})[:MOST_ROWS]
    )
    heading, empty = texts("dashboard.admissions"), texts("dashboard.none_yet")
    return QuarterChart(heading, tuple(map(_clock, quarters)), rows, empty)


def _waits(live: Live, texts: Texts) -> Panel:
    """Both lanes of each gate group now; without a base there is nobody who measures them."""
    bars = []
    for group in () if live.venue is None else live.venue.groups:
        waits = group.waits
        if waits is None:
            continue
        mark = Mark.LOOK if staff_lane_is_worse(waits) else Mark.NONE
        for lane, seconds in ((STAFF, waits.staff_p90_s), (FACE, waits.face_p90_s)):
            words = texts("dashboard.lane_of", group=group.gate_group, lane=texts(f"report.lane.{lane}"))
            bars.append(Bar(words, seconds or 0.0, duration(seconds or 0.0), mark if lane == STAFF else Mark.NONE))
    return BarChart(texts("dashboard.waits"), tuple(bars), texts("dashboard.no_waits"))


def _causes(live: Live, texts: Texts) -> Panel:
    total: Counter[str] = Counter()
    for (cause, _), count in live.figures.causes.items():
        total[cause] += count
    bars = tuple(
        Bar(words_or(texts, f"report.cause.{cause}", cause), float(count), f"{count:,}")
        for cause, count in total.most_common(MOST_ROWS)
    )
    return BarChart(texts("dashboard.causes"), bars, texts("dashboard.none_yet"))


def _errors(live: Live, texts: Texts) -> Panel:
    """Pictures that could not be taken beside faces that did not match, gate by gate: the first points at a camera."""
    stations = sorted({station for _, station in live.figures.causes})
    bars = []
    for station in stations[: MOST_ROWS // 2]:
        for cause in (NOT_ACQUIRED, NOT_MATCHED):
            count = live.figures.causes[cause, station]
            words = texts("dashboard.cause_of", station=station, cause=texts(f"report.cause.{cause}"))
            bars.append(Bar(words, float(count), f"{count:,}"))
    return BarChart(texts("dashboard.errors"), tuple(bars), texts("dashboard.none_yet"))


def _attention(live: Live, texts: Texts) -> Panel:
    lines = [(Mark.BAD, alert_words(alert, texts)) for alert in live.alerts]
    if live.venue is not None:
        lines += [
            (Mark.LOOK, texts("dashboard.calls", station=call.station, time=duration(call.waits_s)))
            for call in live.venue.calls
        ]
        worse = [one.gate_group for one in live.venue.groups if one.waits and staff_lane_is_worse(one.waits)]
        lines += [(Mark.LOOK, texts("dashboard.worse", group=group)) for group in worse]
    lines += [
        (Mark.LOOK, texts("dashboard.face_paused", station=station))
        for station, state in sorted(live.stations.items())
        if state == "face_paused"
    ]
    return Notes(texts("dashboard.attention"), tuple(lines[:MOST_LINES]), texts("dashboard.nothing_to_do"))


def _devices(live: Live, texts: Texts) -> Panel:
    """What is lost first; a device nobody ever missed is not listed."""
    lost_first = sorted(live.devices.items(), key=lambda item: (item[1], item[0]))
    lines = [
        (
            Mark.GOOD if ready else Mark.BAD,
            texts("dashboard.device_back" if ready else "dashboard.device_lost", station=station, device=device),
        )
        for (station, device), ready in lost_first
    ]
    return Notes(texts("dashboard.devices"), tuple(lines[:MOST_LINES]), texts("dashboard.all_well"))


def _told(live: Live, texts: Texts) -> Told | None:
    if live.state == "open":
        return None
    return Told(Mark.UNKNOWN, texts("dashboard.not_open", state=texts(f"office.event.states.{live.state}")))


def _quarters(seen: list[int]) -> list[int]:
    """The last ones without a gap, so that a quiet quarter is seen as one."""
    if not seen:
        return []
    last = max(seen)
    first = max(min(seen), last - (MOST_QUARTERS - 1) * int(SLOT_S))
    return list(range(first, last + 1, int(SLOT_S)))


def _clock(quarter: int) -> str:
    return f"{datetime.fromtimestamp(quarter).astimezone():%H:%M}"
