"""A station's part in its venue's shared lanes, on the follower's thread: tells what is asked for, hears, keeps up.

Window and gate ask from threads of their own and never wait. An ask carries its nonce, so that asking again after a
time-out is the same ask; one that cannot be told in its time is given back unanswered, because somebody stands there.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.base.answers import Answer, Change
from kiosk.base.client import BaseClient
from kiosk.base.errors import BaseRefused
from kiosk.base.lane_store import by_own_clock, keep_incidents, kept_incidents, note_passages, tell_passages
from kiosk.domain.incident import Incident
from kiosk.domain.lanes import CLOSED, MANNED, Finished, HeadCount, LaneState
from kiosk.ledger.store import StoreFile

REFRESH_S = 2.0
"""Notices wake; this is for what makes none: time, and a desk that fell silent."""
STAFF_HERE_S = 2.0
STEADY_S = 0.5
LOOKED_AT = frozenset({"incident_began", "incident_ended", "staffing"})
LOOKED_AT_BY_DESKS = LOOKED_AT | {"queue_joined", "queue_taken", "queue_finished", "called", "call_answered"}

Post = Callable[[Callable[[], None]], None]
Answered = Callable[[Answer | None], None]


@dataclass
class Listeners:
    """In the window's thread. ``finished`` and ``answered`` hear of this station's own alone."""

    state: Callable[[LaneState], None] = lambda state: None
    finished: Callable[[Finished], None] = lambda finished: None
    answered: Callable[[str], None] = lambda call: None
    heads: Callable[[tuple[HeadCount, ...]], None] = lambda heads: None


@dataclass(frozen=True)
class _Ask:
    ask: Callable[[], Answer]
    answered: Answered
    until: float
    still: Callable[[], bool]


class SharedLanes:
    """One station's. ``serves``: gate groups whose queue a desk serves, none at a gate."""

    def __init__(
        self,
        client: BaseClient,
        station: str,
        gate_group: str,
        serves: tuple[str, ...],
        post: Post,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self.station, self.gate_group, self.serves = client, station, gate_group, serves
        self._post, self._monotonic = post, monotonic
        self.listeners = Listeners()
        self.state_word = CLOSED
        self.poke: Callable[[], None] = lambda: None
        self._asks: deque[_Ask] = deque()
        self._passed = {"checked": 0, "free": 0}
        self._lock = threading.Lock()
        self._state: LaneState | None = None
        self._next_look = self._next_staff = self._next_heads = 0.0
        self._told_manned: bool | None = None
        self._heads_wanted = False
        self._base_now_s = 0.0

    # --- asking: any thread -------------------------------------------------------------------------------

    def join_queue(self, entry: str, answered: Answered, within_s: float) -> None:
        self._ask(lambda n: self._client.queue_join(n, self.station, self.gate_group, entry), answered, within_s)

    def take_next(self, gate_group: str, answered: Answered, within_s: float) -> None:
        self._ask(lambda n: self._client.queue_take(n, self.station, gate_group), answered, within_s)

    def finish(self, entry: str, outcome: str, answered: Answered, within_s: float) -> None:
        self._ask(lambda n: self._client.queue_finish(n, entry, outcome), answered, within_s)

    def admit(self, entry: str, admission: str, answered: Answered, within_s: float) -> None:
        self._ask(lambda n: self._client.queue_admit(n, entry, admission), answered, within_s)

    def call(
        self, call: str, about: str, answered: Answered, within_s: float, still: Callable[[], bool] = lambda: True
    ) -> None:
        def ask(nonce: str) -> Answer:
            return self._client.call_staff(nonce, self.station, self.gate_group, call, about)

        self._ask(ask, answered, within_s, still)

    def answer(self, call: str, answered: Answered, within_s: float) -> None:
        self._ask(lambda n: self._client.answer_call(n, self.station, call), answered, within_s)

    def begin(self, incident: Incident, answered: Answered, within_s: float) -> None:
        """``until`` by this machine's clock."""
        until = incident.until + (self._state.offset_s if self._state else 0.0)
        self._ask(
            lambda n: self._client.incident_begin(
                n,
                self.station,
                incident.gate_group,
                incident.incident,
                incident.mode,
                incident.why,
                incident.officer,
                until,
            ),
            answered,
            within_s,
        )

    def end(self, incident: str, officer: str, answered: Answered, within_s: float) -> None:
        self._ask(lambda n: self._client.incident_end(n, self.station, incident, officer), answered, within_s)

    def tell_wait(self, wait_s: float) -> None:
        """A face check's answer; one that cannot be told soon is no loss to a figure over ten minutes."""
        self._ask(lambda n: self._client.tell_wait(n, self.station, self.gate_group, wait_s), lambda answer: None, 60.0)

    def passed(self, *, free: bool) -> None:
        """The sensor saw somebody go in."""
        with self._lock:
            self._passed["free" if free else "checked"] += 1

    def want_heads(self, on: bool) -> None:
        """Whether head counts are looked at now: they take the base some work."""
        self._heads_wanted, self._next_heads = on, 0.0
        self.poke()

    def say(self, word: str) -> None:
        """What this station is doing now, for those who look at the venue."""
        if word != self.state_word:
            self.state_word = word
            self.poke()

    # --- kiosk.base.following.Duty: its thread --------------------------------------------------------------

    def heard(self, change: Change, base_now_s: float) -> None:
        if change.kind in (LOOKED_AT_BY_DESKS if self.serves else LOOKED_AT):
            self._next_look = 0.0
        if change.station != self.station:
            return
        listeners = self.listeners
        if change.kind == "queue_finished" and change.id:
            ago_s = max(0.0, base_now_s - change.at)
            finished = Finished(change.id, change.word or "", change.admission or "", ago_s)
            self._post(lambda: listeners.finished(finished))
        elif change.kind == "call_answered" and change.id:
            call = change.id
            self._post(lambda: listeners.answered(call))

    def do(self, db: StoreFile, base_now_s: float) -> None:
        self._base_now_s = base_now_s
        self._note_passages(db)
        self._tell_asks()
        self._tell_staffing()
        tell_passages(db, self._client, self.station, self.gate_group)
        now = self._monotonic()
        if now >= self._next_look:
            self._next_look = now + REFRESH_S
            self._look(db)
        if self._heads_wanted and now >= self._next_heads:
            self._next_heads = now + REFRESH_S
            self._look_at_heads()

    def away(self, db: StoreFile) -> None:
        self._note_passages(db)
        self._give_up_late_asks()
        before = self._state or LaneState(incidents=kept_incidents(db))
        self._next_look = 0.0
        self._told_manned = None
        self._show(replace(before, online=False))

    # --- steps ----------------------------------------------------------------------------------------------

    def _ask(
        self,
        ask: Callable[[str], Answer],
        answered: Answered,
        within_s: float,
        still: Callable[[], bool] = lambda: True,
    ) -> None:
        nonce = secrets.token_hex(16)
        with self._lock:
            self._asks.append(_Ask(lambda: ask(nonce), answered, self._monotonic() + within_s, still))
        self.poke()

    def _tell_asks(self) -> None:
        """In order. What the base refuses is answered with None, as is what came too late."""
        while self._asks:
            one = self._asks[0]
            answer: Answer | None = None
            if self._monotonic() <= one.until and one.still():
                try:
                    answer = one.ask()
                except BaseRefused:
                    answer = None
            with self._lock:
                self._asks.popleft()
            self._post(lambda answer=answer, one=one: one.answered(answer))  # type: ignore[misc]

    def _give_up_late_asks(self) -> None:
        now = self._monotonic()
        with self._lock:
            late = [one for one in self._asks if now > one.until]
            for one in late:
                self._asks.remove(one)
        for one in late:
            self._post(lambda one=one: one.answered(None))  # type: ignore[misc]

    def _tell_staffing(self) -> None:
        if not self.serves:
            return
        manned, now = self.state_word == MANNED, self._monotonic()
        if manned == self._told_manned and now < self._next_staff:
            return
        for group in self.serves:
            self._client.staff_here(self.station, group, manned=manned)
        self._told_manned, self._next_staff = manned, now + STAFF_HERE_S

    def _note_passages(self, db: StoreFile) -> None:
        with self._lock:
            seen = {how: count for how, count in self._passed.items() if count}
        for how, count in seen.items():
            note_passages(db, how, count)
            with self._lock:
                self._passed[how] -= count

    def _look(self, db: StoreFile) -> None:
        client, desk = self._client, bool(self.serves)
        offset_s = self._steady(self._base_now_s - time.time())
        incidents = by_own_clock(client.incidents_now(), offset_s)
        if [one.incident for one in incidents] != [one.incident for one in kept_incidents(db)]:
            keep_incidents(db, incidents)
        self._show(
            LaneState(
                True,
                offset_s,
                incidents,
                client.staffing_now(),
                client.queue_waiting() if desk else (),
                client.calls_waiting() if desk else (),
                client.queue_waits() if desk else (),
            )
        )

    def _steady(self, offset_s: float) -> float:
        """What is measured a little differently each time is no news."""
        known_s = self._state.offset_s if self._state is not None else offset_s
        return known_s if abs(known_s - offset_s) < STEADY_S else offset_s

    def _look_at_heads(self) -> None:
        heads = tuple(
            HeadCount(
                str(row["gate_group"]),
                *(int(row[name]) for name in ("admitted", "exited", "doubled", "passed_in", "free_in")),
            )
            for row in self._client.head_count()
        )
        self._post(lambda: self.listeners.heads(heads))

    def _show(self, state: LaneState) -> None:
        if state != self._state:
            self._state = state
            self._post(lambda: self.listeners.state(state))
