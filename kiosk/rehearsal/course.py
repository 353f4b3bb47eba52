"""The course of a training: tasks of staff, done when the stations say so. Pure: hears what a rehearsal's tell.

The desk's *Help* has a screen for each task; here is what counts as having done it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.domain.outcome import CheckOutcome
from kiosk.station.desk_view import DeskState

DESK, GATE = "desk", "gate"


class Task(StrEnum):
    """In the order in which they are best tried."""

    FACE = "face"  # a gate admits somebody by itself
    BY_HAND = "by_hand"  # somebody is checked and admitted at the desk
    USED = "used"  # a ticket that was used before: admitted with a reason, or passed to a supervisor
    FAMILY = "family"  # several come in by one act
    REFUSED = "refused"  # a supervisor says no, with a reason
    FAULT = "fault"  # the desk's reader goes away and comes back, and work goes on


@dataclass(frozen=True)
class Course:
    """``done`` so far, and what a task under way has seen already."""

    done: frozenset[Task] = frozenset()
    used_shown: bool = False
    reader_was_there: bool = False
    reader_lost: bool = False

    def heard(self, station: str, message: Mapping[str, Any]) -> Course:
        """The course after ``station`` told ``message``, as kiosk.rehearsal.link sends them."""
        visit = message.get("visit")
        if station == GATE and visit is not None:
            is_face = (visit.get("ending"), visit.get("cause")) == ("admitted", "face")
            return self._with(Task.FACE) if is_face else self
        if station == DESK and "desk" in message:
            return self._at_desk(message)
        return self

    def _at_desk(self, message: Mapping[str, Any]) -> Course:
        state, online = message["desk"], bool(message.get("reader_online"))
        course = self
        if state == DeskState.ADMITTED:
            course = course._admitted(message, online=online)
        elif state == DeskState.REFUSED:
            course = course._with(Task.REFUSED)
        elif state == DeskState.TO_SUPERVISOR and course.used_shown:
            course = course._with(Task.USED)
        used = state == DeskState.FACTS and message.get("outcome") == CheckOutcome.ALREADY_USED
        lost = course.reader_lost or (course.reader_was_there and not online)
        return Course(course.done, used, course.reader_was_there or online, lost)

    def _admitted(self, message: Mapping[str, Any], *, online: bool) -> Course:
        course = self._with(Task.FAMILY if message.get("heads", 1) > 1 else Task.BY_HAND)
        if self.used_shown:
            course = course._with(Task.USED)
        return course._with(Task.FAULT) if self.reader_lost and online else course

    def _with(self, task: Task) -> Course:
        return Course(self.done | {task}, self.used_shown, self.reader_was_there, self.reader_lost)
