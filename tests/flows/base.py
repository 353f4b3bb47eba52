"""The venue's base, played in memory for one gate and one desk; the real one is PostgreSQL (``tests/base``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk.base.answers import Answer
from kiosk.base.lanes import Listeners
from kiosk.domain.incident import Incident
from kiosk.domain.lanes import MANNED, BaseCall, Finished, HeadCount, LaneState, Staffing, Waiting

Answered = Callable[[Answer | None], None]
Post = Callable[[Callable[[], None]], None]


@dataclass
class Base:
    """What all stations of the venue know of each other. ``away``: nobody reaches it."""

    now: Callable[[], float]
    away: bool = False
    queue: list[Waiting] = field(default_factory=list)
    taken: dict[str, Waiting] = field(default_factory=dict)
    calls: list[BaseCall] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    stations: list[Lanes] = field(default_factory=list)
    manned_at: float | None = None

    def tell(self) -> None:
        """Everybody hears what there is now; while it is away, that it is away."""
        for station in self.stations:
            station.hear(self._state(station.state))

    def _state(self, before: LaneState) -> LaneState:
        if self.away:
            return replace(before, online=False)
        desks = [one for one in self.stations if one.serves]
        manned = sum(one.word == MANNED for one in desks)
        self.manned_at = self.now() if manned else self.manned_at
        staffing = (Staffing("A", len(desks), manned, self.manned_at),)
        return LaneState(True, 0.0, tuple(self.incidents), staffing, tuple(self.queue), tuple(self.calls))


class Lanes:
    """One station's part in it, in place of kiosk.base.lanes.SharedLanes; answers are posted, as there."""

    def __init__(self, base: Base, station: str, group: str, serves: tuple[str, ...], post: Post) -> None:
        self._base, self.station, self._group, self.serves, self._post = base, station, group, serves, post
        self.listeners, self.word, self.state = Listeners(), "", LaneState()
        self.passed_in = {"checked": 0, "free": 0}
        base.stations.append(self)

    def hear(self, state: LaneState) -> None:
        if state != self.state:
            self.state = state
            self._post(lambda: self.listeners.state(state))

    # --- kiosk.station.lanes.VenueLanes -------------------------------------------------------------------

    def join_queue(self, entry: str, answered: Answered, within_s: float) -> None:
        self._base.queue.append(Waiting(entry, self.station, self._group, self._base.now()))
        self._answer(answered, Answer("joined"))

    def take_next(self, gate_group: str, answered: Answered, within_s: float) -> None:
        if not self._base.queue:
            self._answer(answered, Answer("nobody"))
            return
        one = self._base.queue.pop(0)
        self._base.taken[one.entry] = one
        taken = Answer("taken", one.entry, one.since, one.station, one.gate_group)
        self._answer(answered, taken)

    def finish(self, entry: str, outcome: str, answered: Answered, within_s: float) -> None:
        self._finish(entry, outcome, "", answered)

    def admit(self, entry: str, admission: str, answered: Answered, within_s: float) -> None:
        self._finish(entry, "admitted", admission, answered)

    def call(
        self, call: str, about: str, answered: Answered, within_s: float, still: Callable[[], bool] = lambda: True
    ) -> None:
        care = about == "care"
        self._base.calls.append(BaseCall(call, self.station, self._group, self._base.now(), care))
        self._answer(answered, Answer("called", call))

    def answer(self, call: str, answered: Answered, within_s: float) -> None:
        for waiting in [one for one in self._base.calls if one.call == call]:
            self._base.calls.remove(waiting)
            self._of(waiting.station)._hear_answered(call)
        self._answer(answered, Answer("answered"))

    def begin(self, incident: Incident, answered: Answered, within_s: float) -> None:
        if not self._base.away:
            self._base.incidents.append(incident)
        self._answer(answered, Answer("begun"))

    def end(self, incident: str, officer: str, answered: Answered, within_s: float) -> None:
        if not self._base.away:
            self._base.incidents = [one for one in self._base.incidents if one.incident != incident]
        self._answer(answered, Answer("ended"))

    def tell_wait(self, wait_s: float) -> None:
        """Counted by the real base."""

    def want_heads(self, on: bool) -> None:
        gate = self._base.stations[0].passed_in
        heads = (HeadCount("A", gate["checked"], 0, 0, gate["checked"], gate["free"]),)
        self._post(lambda: self.listeners.heads(heads))

    def say(self, word: str) -> None:
        if word != self.word:
            self.word = word
            self._base.tell()

    def passed(self, *, free: bool) -> None:
        self.passed_in["free" if free else "checked"] += 1

    # --- steps --------------------------------------------------------------------------------------------

    def _finish(self, entry: str, outcome: str, admission: str, answered: Answered) -> None:
        one = self._base.taken.pop(entry)
        gate = self._of(one.station)
        gate._post(lambda: gate.listeners.finished(Finished(entry, outcome, admission, 0.0)))
        self._answer(answered, Answer("finished"))

    def _hear_answered(self, call: str) -> None:
        self._post(lambda: self.listeners.answered(call))

    def _of(self, station: str) -> Lanes:
        return next(one for one in self._base.stations if one.station == station)

    def _answer(self, answered: Answered, answer: Answer) -> None:
        away = self._base.away
        self._post(lambda: answered(None if away else answer))
        self._base.tell()
