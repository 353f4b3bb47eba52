"""Whether an event has to close by itself now: what was bound, and the time that counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.closing import schedule
from kiosk.closing.bound import Bound, BoundUnusable, Terms, read_bound
from kiosk.closing.clock import Reading, Seen
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.journal import Because
from kiosk.closing.schedule import Due
from kiosk.closing.state import OVER, EventState, state_at
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace

NOT_BOUND, UNREADABLE = "not_bound", "unreadable"


class NobodyKnows(Exception):
    """Neither a bound record nor an event file says when the event is over."""


@dataclass(frozen=True)
class Judged:
    """``because`` only where something is due. ``changed``: codes of what is not as it was bound; the bound counts."""

    due: Due
    because: Because = Because.ASKED
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Settings:
    """The event's file at one moment: ``stamp`` of the file, None for ``event`` where it cannot be used."""

    stamp: tuple[int, ...]
    event: EventConfig | None


class Deadline:
    """One event's. One thread; it reads two small files, and writes one about once a minute."""

    def __init__(self, place: EventPlace, clock: ClockFile, audit: Audit | None = None) -> None:
        self._place, self._clock, self._audit = place, clock, audit or NoAudit()
        self._settings: _Settings | None = None
        self._last_good: EventConfig | None = None
        self._told: tuple[str, ...] = ()

    def look(self) -> Judged:
        """A closing that was begun is to be finished, whatever the time is; one that ended is not due again.

        Raises NobodyKnows, OSError.
        """
        state = state_at(self._place)
        if state in OVER:
            return Judged(Due.NOT_YET)
        if state is EventState.CLOSING:
            return Judged(Due.CLOSE)
        at_s, changed = self._at()
        self._tell(changed)
        judged = _judge(at_s)
        seen, now = self._clock.look(lambda seen, now: judged(seen, now) is Due.ASK)
        in_time = seen.time_s < at_s
        return Judged(judged(seen, now), Because.CLOCK if in_time else Because.DEADLINE, changed)

    @property
    def at_s(self) -> float:
        """When it is, UTC seconds since the epoch. Raises NobodyKnows."""
        return self._at()[0]

    @property
    def changed(self) -> tuple[str, ...]:
        """Codes of what is not as it was bound. Raises NobodyKnows."""
        return self._at()[1]

    def _at(self) -> tuple[float, tuple[str, ...]]:
        """The bound value counts. Without one the file's does, and that it does is a change of its own."""
        event = self._event()
        try:
            bound = read_bound(self._place)
        except BoundUnusable as unusable:
            return self._unbound(), (f"bound_{unusable.code}",)
        if bound is None:
            return self._unbound(), (NOT_BOUND,)
        return bound.at_s, differences(bound, event)

    def _event(self) -> EventConfig | None:
        """The file's settings, read again when it was touched; None where it cannot be used."""
        try:
            status = self._place.event_file.stat()
            stamp: tuple[int, ...] = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        except OSError:
            stamp = ()
        if self._settings is None or self._settings.stamp != stamp:
            self._settings = _Settings(stamp, _loaded(self._place))
            self._last_good = self._settings.event or self._last_good
        return self._settings.event

    def _unbound(self) -> float:
        """By the last file that could be used."""
        if self._last_good is None:
            raise NobodyKnows
        return schedule.deadline_s(self._last_good)

    def _tell(self, changed: tuple[str, ...]) -> None:
        """One record of each change as long as it lasts."""
        if changed and changed != self._told:
            with suppress(AuditUnavailable):
                code = ".".join(changed)
                self._audit.write(Kind.EVENT_CHANGED, "system", self._place.event_id, success=False, code=code)
        self._told = changed


def differences(bound: Bound, event: EventConfig | None) -> tuple[str, ...]:
    """Codes of what the event's file says otherwise; ``unreadable`` where it says nothing."""
    return (UNREADABLE,) if event is None else bound.terms.differences(Terms.of(event))


def _loaded(place: EventPlace) -> EventConfig | None:
    try:
        event = load_event(place.event_file)
    except (ConfigFaults, OSError):
        return None
    return event if event.id == place.event_id else None


def _judge(at_s: float) -> Callable[[Seen, Reading], Due]:
    return lambda seen, now: schedule.due(at_s, seen, now.wall_s)
