"""The venue's shared lanes as a station sees them: what it can ask for, and what a gate makes of what it hears.

Pure: the base is behind ``VenueLanes``, which never waits; answers come in the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.base.answers import Answer
from kiosk.domain.incident import Incident, Mode, holding
from kiosk.domain.lanes import CLOSED, FACE_PAUSED, SERVING, LaneState, unstaffed
from kiosk.ports import Clock, TokenSource
from kiosk.station.ports import VisitFacts
from kiosk.visit.states import Cause

Answered = Callable[[Answer | None], None]
"""None: the base was not told in time, or refused it."""

JOIN_WITHIN_S = 60.0
"""Later the person has found the desk without being called up."""
ENTRY_FORGOTTEN_AFTER_S = 30 * 60.0
OPEN_WITHIN_S = 20.0
"""A gate that hears of an admission later than this does not open: whoever it was for has long been seen to."""
LET_IN_S = 30.0
"""How long somebody a desk admitted waits until the gate is free of whoever is served there."""
NOT_SENT = frozenset({Cause.NO_CHOICE, Cause.SERVICE_ENDED})
"""Endings with staff that send nobody to a desk."""


class VenueLanes(Protocol):
    """``within_s``: after that the ask is void. ``still``: asked again before it is told."""

    def join_queue(self, entry: str, answered: Answered, within_s: float) -> None: ...

    def take_next(self, gate_group: str, answered: Answered, within_s: float) -> None: ...

    def finish(self, entry: str, outcome: str, answered: Answered, within_s: float) -> None: ...

    def admit(self, entry: str, admission: str, answered: Answered, within_s: float) -> None:
        """The gate that sent the person opens for ``admission``."""

    def call(
        self, call: str, about: str, answered: Answered, within_s: float, still: Callable[[], bool] = lambda: True
    ) -> None: ...

    def answer(self, call: str, answered: Answered, within_s: float) -> None: ...

    def begin(self, incident: Incident, answered: Answered, within_s: float) -> None: ...

    def end(self, incident: str, officer: str, answered: Answered, within_s: float) -> None: ...

    def tell_wait(self, wait_s: float) -> None: ...

    def want_heads(self, on: bool) -> None: ...

    def say(self, word: str) -> None: ...


class GateHands(Protocol):
    """What the venue makes a gate do."""

    def mode(self, mode: Mode, incident: Incident | None) -> None: ...

    def unstaffed(self, on: bool) -> None:
        """No officer works for this gate group: no face check begins (R-03)."""

    def let_in(self, admission: str) -> None: ...

    def let_in_over(self, admission: str) -> None: ...


@dataclass(frozen=True)
class Where:
    """A gate's group, and when its face lane rests after the last officer has left, in seconds."""

    gate_group: str
    pause_s: float


class GateLanes:
    """One gate's. Window's thread; ``look`` once a second, because time alone ends incidents and patience."""

    def __init__(self, lanes: VenueLanes, hands: GateHands, where: Where, clock: Clock, tokens: TokenSource) -> None:
        self._lanes, self._hands, self._where = lanes, hands, where
        self._clock, self._tokens = clock, tokens
        self._let_in: dict[str, float] = {}
        self._state = LaneState()
        self._sent: dict[str, float] = {}
        self._mode, self._unstaffed, self._open = Mode.NONE, False, False

    def on_service(self, is_open: bool) -> None:
        self._open = is_open
        self.look()

    def on_state(self, state: LaneState) -> None:
        self._state = state
        self.look()

    def look(self) -> None:
        """What is heard holds while the base is away: the last incident until its time is over, the officers as they
        were."""
        now = self._clock.now()
        incident = holding(self._state.incidents, self._where.gate_group, now)
        mode = incident.mode if incident is not None else Mode.NONE
        if mode is not self._mode:
            self._mode = mode
            self._hands.mode(mode, incident)
        if self._state.online:
            self._look_at_staff(now)
        for admission in [each for each, until in self._let_in.items() if self._clock.monotonic() >= until]:
            del self._let_in[admission]
            self._hands.let_in_over(admission)
        resting = FACE_PAUSED if self._unstaffed else SERVING
        self._lanes.say(CLOSED if not self._open else mode.value or resting)

    def visit_ended(self, facts: VisitFacts) -> None:
        """Whoever goes to staff joins the queue; what was the matter with them is told nobody."""
        if facts.ending == "staff" and facts.cause not in NOT_SENT:
            self._forget_old()
            entry = self._tokens.fresh()
            self._sent[entry] = self._clock.monotonic()
            self._lanes.join_queue(entry, lambda answer: None, JOIN_WITHIN_S)
        elif "choice_to_verdict_s" in facts.stages:
            self._lanes.tell_wait(facts.stages["choice_to_verdict_s"])

    def on_served(self, entry: str, admission: str, ago_s: float) -> None:
        """A desk is done with somebody; it lets in only whom this gate, in this run, has sent."""
        if self._sent.pop(entry, None) is None or not admission:
            return
        if ago_s <= OPEN_WITHIN_S:  # else it stays on the desk's list of gates that were not seen to open
            self._let_in[admission] = self._clock.monotonic() + LET_IN_S
            self._hands.let_in(admission)

    def _look_at_staff(self, now: float) -> None:
        groups = unstaffed(self._state.staffing, now + self._state.offset_s, self._where.pause_s)
        nobody = self._where.gate_group in groups
        if nobody != self._unstaffed:
            self._unstaffed = nobody
            self._hands.unstaffed(nobody)

    def _forget_old(self) -> None:
        since = self._clock.monotonic() - ENTRY_FORGOTTEN_AFTER_S
        self._sent = {entry: at for entry, at in self._sent.items() if at >= since}
