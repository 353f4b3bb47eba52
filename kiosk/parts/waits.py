"""Waits in both lanes where the machine belongs to no venue; a venue's base measures them for all its machines."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.lanes import LaneState
from kiosk.parts.common import Common, event_place
from kiosk.station.desk_view import DeskView
from kiosk.station.ports import VisitLog
from kiosk.station.waits import DeskWaits, WaitedVisits
from kiosk.workers.calling import DeskCalls
from kiosk.workers.gate_lanes import ticking


def waited_visits(common: Common, further: VisitLog) -> VisitLog:
    """``further``, with a gate's waits noted on the way."""
    if common.lanes is not None:
        return further
    machine = common.config.machine
    folder = event_place(common.config).calls_folder
    return WaitedVisits(folder, machine.station, machine.gate_group, common.clock, further)


def watch_waits(common: Common, calls: DeskCalls, desk_heard: list[Callable[[DeskView], None]]) -> Callable[[], None]:
    """Compare the lanes once a second; the answer ends it."""
    if common.lanes is not None:
        return _nothing
    waits = DeskWaits(event_place(common.config).calls_folder, common.clock)
    desk_heard.append(waits.on_desk)
    timer = ticking(lambda: calls.on_state(LaneState(online=True, waits=waits.waits())))
    timer.start()
    return timer.stop


def _nothing() -> None:
    """The venue does it."""
