"""What gates and desks of a venue know of each other, and two rules about it (R-03, R-11). Pure.

Nothing here is about a person: whoever waits is a random number, and no reason goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.incident import Incident

NOTICED_WITHIN_S = 2.0
"""What a gate may need to hear that somebody left; it counts as part of the pause's time."""
SERVING, FACE_PAUSED, CLOSED = "serving", "face_paused", "closed"
"""What a gate says of itself at the base, where no incident holds."""
MANNED, UNMANNED = "manned", "unmanned"
"""What a desk says of itself: whether an officer works there."""
WORSE_SHARE, WORSE_S = 1.25, 60.0


@dataclass(frozen=True)
class Waiting:
    """Somebody a gate sent to staff, or who chose them, since ``since``, UTC seconds of the base."""

    entry: str
    station: str
    gate_group: str
    since: float


@dataclass(frozen=True)
class BaseCall:
    """A call for staff at the base. ``care``: nobody called; whoever comes from there should be compared with care."""

    call: str
    station: str
    gate_group: str
    called_at: float
    care: bool = False


@dataclass(frozen=True)
class Staffing:
    """A gate group's desks, how many are manned, and when an officer was last known to work at one (None: never)."""

    gate_group: str
    desks: int
    manned: int
    manned_at: float | None


@dataclass(frozen=True)
class GroupWaits:
    """Both lanes over ten minutes: seconds below which nine of ten waits lay, None where there were none."""

    gate_group: str
    waiting: int
    since: float | None
    staff_p90_s: float | None
    served: int
    face_p90_s: float | None
    face_checks: int


@dataclass(frozen=True)
class HeadCount:
    """Of a gate group. ``passed_in``: passages turnstiles saw while people were checked; ``free_in``: unchecked."""

    gate_group: str
    admitted: int
    exited: int
    doubled: int
    passed_in: int
    free_in: int

    @property
    def inside(self) -> int:
        """Everybody who was let in or walked in, less those who were seen going out."""
        return self.admitted + self.doubled + self.free_in - self.exited

    @property
    def without_admission(self) -> int:
        """More passages than admissions: somebody went in behind somebody else. 0 where there are fewer."""
        return max(0, self.passed_in - self.admitted - self.doubled)


@dataclass(frozen=True)
class Finished:
    """Somebody this gate had sent to staff was served. ``admission``: what let them in, "" for other endings."""

    entry: str
    outcome: str
    admission: str
    ago_s: float


@dataclass(frozen=True)
class LaneState:
    """What a station heard last. ``offset_s``: the base's clock less this machine's."""

    online: bool = False
    offset_s: float = 0.0
    incidents: tuple[Incident, ...] = ()
    staffing: tuple[Staffing, ...] = ()
    queue: tuple[Waiting, ...] = ()
    calls: tuple[BaseCall, ...] = ()
    waits: tuple[GroupWaits, ...] = ()


def unstaffed(staffing: Iterable[Staffing], now: float, pause_s: float) -> frozenset[str]:
    """Gate groups whose desks are all without an officer, at the latest ``pause_s`` after the last one left.

    A group without any desk is not among them: that an event has none is found when it is armed.
    """
    patience_s = max(0.0, pause_s - NOTICED_WITHIN_S)
    return frozenset(
        one.gate_group
        for one in staffing
        if not one.manned and (one.manned_at is None or now - one.manned_at >= patience_s)
    )


def staff_lane_is_worse(waits: GroupWaits) -> bool:
    """R-11: nine of ten staff waits lie below more than 1.25 times, and a minute more than, the face lane's."""
    if waits.staff_p90_s is None:
        return False
    face_s = waits.face_p90_s or 0.0
    return waits.staff_p90_s > max(WORSE_SHARE * face_s, face_s + WORSE_S)
