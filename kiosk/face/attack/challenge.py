"""The active challenge: a few acts in an order nobody knows beforehand, each in its time, the face straight between.

Pure: turns and times come in, what is to be asked next comes out. Who the face belongs to is looked at by the caller,
at the frames this says; one challenge is about one followed face, and another face begins another.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from random import Random

from kiosk.domain.act import Act
from kiosk.face.attack.limits import FRONT_DEG, NOD_DEG, OFF_PLANE_MIN, RIGID_MIN, YAW_DEG
from kiosk.face.attack.pose import Turn

DRAWN = (Act.TURN_LEFT, Act.TURN_RIGHT, Act.NOD)
ACT_S = 4.0
"""From the moment an act is asked for until the face is straight again."""

ON_THE_WAY = (0.2, 0.85)
"""Of the way to an act, at least one frame is seen between these: a head turns, photographs are exchanged."""


class Step(Enum):
    """What a frame brought. DONE: the act was done, now back to the front. FRONT: straight again, and the next act is
    asked for, or all are done. OTHER: a different act was done. LATE: the time is over."""

    NOTHING = "nothing"
    DONE = "done"
    FRONT = "front"
    OTHER = "other_act"
    LATE = "time_over"


def draw_acts(count: int, chance: Random) -> tuple[Act, ...]:
    """``count`` different acts (1 to 3) in random order."""
    return tuple(chance.sample(DRAWN, count))


def share_of(turn: Turn) -> float:
    """How much of the way to the nearest act a turn is: 1 and more is far enough."""
    return max(abs(turn.yaw_deg) / YAW_DEG, turn.pitch_deg / NOD_DEG)


def act_of(turn: Turn) -> Act | None:
    """The act a turn is far enough for, if it cannot be explained by one plane that moved; else None."""
    if turn.off_plane < OFF_PLANE_MIN or turn.rigid < RIGID_MIN:
        return None
    if share_of(turn) < 1.0:
        return None
    if turn.pitch_deg / NOD_DEG > abs(turn.yaw_deg) / YAW_DEG:
        return Act.NOD
    return Act.TURN_LEFT if turn.yaw_deg > 0 else Act.TURN_RIGHT


def is_front(turn: Turn) -> bool:
    return abs(turn.yaw_deg) <= FRONT_DEG and abs(turn.pitch_deg) <= FRONT_DEG


class Challenge:
    """One subject's. ``asked`` is what the screen should say now; None once all acts are ``met`` or it has failed."""

    def __init__(self, acts: Sequence[Act], began_s: float) -> None:
        self._acts = tuple(acts)
        self._place = 0
        self._back = self._failed = self._on_the_way = False
        self._since_s = began_s

    @property
    def met(self) -> bool:
        return self._place == len(self._acts)

    @property
    def asked(self) -> Act | None:
        if self.met or self._failed:
            return None
        return Act.FRONT if self._back else self._acts[self._place]

    @property
    def step(self) -> int:
        """Which of the acts, from 1."""
        return min(self._place + 1, len(self._acts))

    @property
    def of(self) -> int:
        return len(self._acts)

    def take(self, turn: Turn | None, at_s: float, *, usable: bool = False) -> Step:
        """The frame of ``at_s``. ``turn``: since the straight frame, None where no face was to be seen. ``usable``: it
        is good enough to say whose face it is, which the way back to the front asks for."""
        if self.asked is None:
            return Step.NOTHING
        if at_s - self._since_s > ACT_S:
            self._failed = True
            return Step.LATE
        if turn is None:
            return Step.NOTHING
        return self._way_back(turn, at_s, usable) if self._back else self._act(turn)

    def _act(self, turn: Turn) -> Step:
        self._on_the_way = self._on_the_way or ON_THE_WAY[0] <= share_of(turn) <= ON_THE_WAY[1]
        done = act_of(turn)
        if done is None or not self._on_the_way:
            return Step.NOTHING
        self._back = done is self._acts[self._place]
        self._failed = not self._back
        return Step.DONE if self._back else Step.OTHER

    def _way_back(self, turn: Turn, at_s: float, usable: bool) -> Step:
        if not (usable and is_front(turn)):
            return Step.NOTHING
        self._back = self._on_the_way = False
        self._place += 1
        self._since_s = at_s
        return Step.FRONT
