"""A station's part in its venue's shared lanes; None and nothing where the machine belongs to no venue."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk.domain.access import Action, Principal
from kiosk.domain.lanes import LaneState
from kiosk.parts.common import Common
from kiosk.ports import SystemTokens
from kiosk.station.desk import Desk
from kiosk.station.desk_login import DeskLogin
from kiosk.station.desk_queue import DeskQueue
from kiosk.station.desk_view import QueueView
from kiosk.station.lanes import GateHands, GateLanes, Where
from kiosk.station.venue_notices import VenueNotices
from kiosk.station.venue_sheets import VenueSheets
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.workers.calling import DeskCalls, GateCalls
from kiosk.workers.desk_lanes import CountedWaits, DeskPresence, RecordedIncidents, noticed, to_all
from kiosk.workers.gate_lanes import served, ticking


def gate_lanes(common: Common, hands: GateHands) -> GateLanes | None:
    """What a gate makes of what it hears."""
    if common.lanes is None:
        return None
    config = common.config
    where = Where(config.machine.gate_group, config.event.venue.face_rests_after_s)
    return GateLanes(common.lanes, hands, where, common.clock, SystemTokens())


def follow_at_gate(common: Common, lanes: GateLanes | None, calls: GateCalls) -> Callable[[], None]:
    """Begin to hear; the answer ends it."""
    if common.lanes is None or lanes is None:
        return _nothing
    listeners = common.lanes.listeners
    listeners.state, listeners.finished, listeners.answered = lanes.on_state, served(lanes), calls.on_answered
    return _started(ticking(lanes.look))


def desk_queue(common: Common, changed: Callable[[QueueView], None]) -> DeskQueue | None:
    """The people whom gates sent to this desk."""
    if common.lanes is None:
        return None

    def may() -> bool:
        return common.store.principal().may(Action.SERVE_QUEUE)

    return DeskQueue(common.lanes, common.lanes.serves, common.clock, changed, may)


def desk_calls(common: Common, changed: Callable[..., None]) -> DeskCalls:
    """Calls of this machine's gates, and in a venue of all."""
    event = common.config.event
    serves = tuple(one.id for one in event.gate_groups) if common.lanes is None else common.lanes.serves
    notices = VenueNotices(serves, event.venue.face_rests_after_s, common.clock, noticed(common.audit.note))
    return DeskCalls(common.calls, changed, common.lanes, notices)


def desk_presence(common: Common, login: DeskLogin | None) -> DeskPresence | None:
    """Whether somebody works here, told to the venue."""
    if common.lanes is None:
        return None
    return DeskPresence(common.lanes, lambda: login is None or login.staffed)


def venue_sheets(common: Common, window: DeskWindow, principal: Callable[[], Principal]) -> VenueSheets | None:
    """What a supervisor sees and does about the venue."""
    if common.lanes is None:
        return None
    event = common.config.event
    groups = tuple(group.id for group in event.gate_groups)
    return VenueSheets(
        window,
        common.lanes,
        incident_log(common),
        principal,
        lambda: Texts(window.language),
        groups,
        window.gate_name,
        common.clock,
    )


def incident_log(common: Common) -> RecordedIncidents:
    """Who began and ended what, on record."""
    return RecordedIncidents(common.audit.note)


def follow_at_desk(
    common: Common,
    queue: DeskQueue | None,
    calls: DeskCalls,
    presence: DeskPresence | None,
    sheets: VenueSheets | None,
    also: Callable[[LaneState], None],
) -> Callable[[], None]:
    """Begin to hear; the answer ends it."""
    if common.lanes is None or queue is None or presence is None or sheets is None:
        return _nothing
    listeners = common.lanes.listeners
    waits = CountedWaits(common.audit.note, common.clock)
    listeners.state = to_all((queue.on_state, calls.on_state, sheets.on_state, waits.on_state, also))
    listeners.heads = sheets.on_heads

    def look() -> None:
        queue.look()
        presence.look()

    return _started(ticking(look))


def wire_queue(window: DeskWindow, desk: Desk, queue: DeskQueue | None) -> None:
    """Buttons of the queue."""
    if queue is not None:
        window.take_tapped.connect(desk.on_next)
        window.take_tapped.connect(queue.on_take)
        window.aside_tapped.connect(queue.on_put_aside)


def _started(timer: QTimer) -> Callable[[], None]:
    timer.start()
    return timer.stop


def _nothing() -> None:
    """A station of no venue hears nothing."""
