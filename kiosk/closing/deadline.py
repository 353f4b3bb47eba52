"""Whether an event has to close by itself now: its file, its extensions, and the time that counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.closing import schedule
from kiosk.closing.clock import Reading, Seen
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.extension import extended_h
from kiosk.closing.journal import Because
from kiosk.closing.schedule import Due
from kiosk.closing.state import EventState, state_at
from kiosk.config.event import EventConfig
from kiosk.config.places import EventPlace


@dataclass(frozen=True)
class Judged:
    """``because`` only where something is due."""

    due: Due
    because: Because = Because.ASKED


class Deadline:
    """One event's. Any thread; it reads two small files, and writes one about once a minute."""

    def __init__(self, place: EventPlace, event: EventConfig, clock: ClockFile) -> None:
        self._place, self._event, self._clock = place, event, clock

    def look(self) -> Judged:
        """A closing that was begun is to be finished, whatever the time is; one that ended is not due again."""
        state = state_at(self._place)
        if state is EventState.WIPED:
            return Judged(Due.NOT_YET)
        if state is EventState.CLOSING:
            return Judged(Due.CLOSE)
        judged = self._judge()
        seen, now = self._clock.look(lambda seen, now: judged(seen, now) is Due.ASK)
        due = judged(seen, now)
        in_time = seen.time_s < self.at_s
        return Judged(due, Because.CLOCK if in_time else Because.DEADLINE)

    @property
    def at_s(self) -> float:
        """When it is, UTC seconds since the epoch."""
        return schedule.deadline_s(self._event, extended_h(self._place))

    def _judge(self) -> Callable[[Seen, Reading], Due]:
        at_s = self.at_s
        return lambda seen, now: schedule.due(at_s, seen, now.wall_s)
