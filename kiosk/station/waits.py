"""Waits in both lanes of one machine that belongs to no venue (R-11), in small files beside the calls for staff.

A gate appends when it sent somebody to staff, and how long a face check took; the desk pairs whoever was sent first
with whose document is looked at next. Nobody's data is in it, no reason either. Whoever never comes is forgotten after
a quarter of an hour. The folder belongs to the event and goes with it.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections import deque
from pathlib import Path

from kiosk.domain.lanes import GroupWaits
from kiosk.ports import Clock
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.lanes import NOT_SENT
from kiosk.station.ports import VisitFacts, VisitLog

LOOKED_BACK_S = 600.0
FORGOTTEN_AFTER_S = 900.0
_TAIL_BYTES = 64 * 1024
_STAFF, _FACE = "staff", "face"


class WaitedVisits:
    """A gate's VisitLog: notes who goes to staff and how long face checks take; then passed on."""

    def __init__(self, folder: Path, station: str, gate_group: str, clock: Clock, further: VisitLog) -> None:
        self._path, self._group = folder / f"{station}.waits", gate_group
        self._clock, self._further = clock, further

    def visit_ended(self, facts: VisitFacts) -> None:
        if facts.ending == "staff" and facts.cause not in NOT_SENT:
            self._append(_STAFF, 0.0)
        elif "choice_to_verdict_s" in facts.stages:
            self._append(_FACE, facts.stages["choice_to_verdict_s"])
        self._further.visit_ended(facts)

    def _append(self, lane: str, wait_s: float) -> None:
        line = f"{self._group} {lane} {self._clock.now():.1f} {wait_s:.1f}\n"
        with contextlib.suppress(OSError):  # a visit goes on without it
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(self._path, flags, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(line)


class DeskWaits:
    """The desk's side. Reads what gates appended since it began. Window's thread."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._began = clock.now()
        self._taken: dict[str, int] = {}
        self._served: deque[tuple[float, str, float]] = deque()  # when, gate group, wait
        self._state = DeskState.WAITING

    def on_desk(self, view: DeskView) -> None:
        """Somebody's facts are shown: whoever was sent first has come. A party waited once."""
        before, self._state = self._state, view.state
        if view.state is DeskState.FACTS and before is not DeskState.FACTS and not view.party:
            waiting = self._waiting(self._lines())
            if waiting:
                at, group = waiting[0]
                self._taken[group] = self._taken.get(group, 0) + 1
                self._served.append((self._clock.now(), group, self._clock.now() - at))

    def waits(self) -> tuple[GroupWaits, ...]:
        """Of every gate group that anything is known of."""
        now, lines = self._clock.now(), self._lines()
        while self._served and self._served[0][0] < now - LOOKED_BACK_S:
            self._served.popleft()
        waiting = self._waiting(lines)
        face = [(group, wait_s) for group, lane, at, wait_s in lines if lane == _FACE and at >= now - LOOKED_BACK_S]
        groups = {group for _, group in waiting} | {group for _, group, _ in self._served} | {one for one, _ in face}
        found = []
        for group in sorted(groups):
            here = [at for at, of in waiting if of == group]
            served = [wait_s for _, of, wait_s in self._served if of == group]
            checks = [wait_s for of, wait_s in face if of == group]
            staff_s = _p90([*served, *(now - at for at in here)])
            first = here[0] if here else None
            found.append(GroupWaits(group, len(here), first, staff_s, len(served), _p90(checks), len(checks)))
        return tuple(found)

    def _waiting(self, lines: list[tuple[str, str, float, float]]) -> list[tuple[float, str]]:
        """(since, gate group) of those who were sent and have not come, oldest first."""
        left: list[tuple[float, str]] = []
        taken = dict(self._taken)
        for group, lane, at, _ in lines:
            if lane != _STAFF:
                continue
            if taken.get(group, 0) > 0:
                taken[group] -= 1
            elif at >= self._clock.now() - FORGOTTEN_AFTER_S:
                left.append((at, group))
        return left

    def _lines(self) -> list[tuple[str, str, float, float]]:
        """(gate group, lane, when, wait) since the desk began, in the order they happened. Never raises."""
        found = []
        with contextlib.suppress(OSError):
            for path in self._folder.glob("*.waits"):
                with contextlib.suppress(OSError):
                    found += [line for line in map(_parsed, _tail(path)) if line is not None]
        return sorted((line for line in found if line[2] >= self._began), key=lambda line: line[2])


def _tail(path: Path) -> list[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        return file.read(_TAIL_BYTES).split(b"\n")


def _parsed(untrusted_line: bytes) -> tuple[str, str, float, float] | None:
    try:
        group, lane, at, wait_s = untrusted_line.decode("ascii").split(" ")
        when, seconds = float(at), float(wait_s)
    except ValueError:
        return None
    if lane not in {_STAFF, _FACE} or not (math.isfinite(when) and math.isfinite(seconds)):
        return None
    return group, lane, when, seconds


def _p90(values: list[float]) -> float | None:
    """Below which nine of ten lie; as a base's percentile_cont has it."""
    if not values:
        return None
    ordered = sorted(values)
    place = 0.9 * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
