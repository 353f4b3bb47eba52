"""What two gates and a desk do together, played by fingers, cards and a badge on real windows; each step is timed.

Somebody whom gate A sent to staff is served at the desk, and gate A opens; gate B calls staff and is answered; a
supervisor puts all gates into another mode and back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.base.cluster import connected
from kiosk.domain.incident import ALL_GROUPS, Mode
from kiosk.rehearsal.fleet_machine import EVENT
from kiosk.rehearsal.peers import Peer, PeerLost
from kiosk.rehearsal.stage import card_message
from kiosk.rehearsal.venue_windows import DESK, DESK_PX, GATE_PX, GATES, PIN, VenueWindows
from kiosk.rehearsal.wire import Message

SEEN_S, MODE_S = 2.0, 10.0
"""R-105: a call is seen; the issue of the venue: an incident mode holds everywhere."""
PATIENT_S = 30.0
LOOK_S = 1.0
"""What a person takes to see what has come up."""
_TOUCH_S = 20.0
_PORTRAIT = bytes(1024)


@dataclass(frozen=True)
class Step:
    """One thing that has to happen, within ``limit_s`` where there is a limit. ``took_s`` None: it did not."""

    what: str
    took_s: float | None
    limit_s: float | None = None

    @property
    def agrees(self) -> bool:
        return self.took_s is not None and (self.limit_s is None or self.took_s <= self.limit_s)


@dataclass
class Story:
    """``screens``: a folder for a picture of every window after each step, or None."""

    venue: VenueWindows
    screens: Path | None
    told: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)

    def play(self) -> bool:
        """Whether every step came out as it has to."""
        self._arrange()
        self._log_in()
        self._served_at_the_desk()
        self._call_answered()
        self._incident_and_back()
        return all(step.agrees for step in self.steps)

    # --- the parts ------------------------------------------------------------------------------------

    def _log_in(self) -> None:
        desk = self._desk
        self.venue.stages[DESK].ask({"scan": self.venue.badge})
        time.sleep(LOOK_S)
        for digit in PIN:
            _tap(desk, f"key-{digit}")
        _tap(desk, "login_enter")
        self._until("the supervisor is in", lambda: self._at_base("state", DESK) == "manned")

    def _served_at_the_desk(self) -> None:
        desk, gate, other = self._desk, self._gates[0], self._gates[1]
        _tap(gate, "choice_staff")
        self._wait(desk, lambda m: m.get("waiting") == 1, "the desk sees who comes", SEEN_S)
        time.sleep(LOOK_S)
        _tap(desk, "desk_take_next")
        time.sleep(LOOK_S)
        person = self.venue.visitors[0]
        gate.forget()
        other.forget()
        self.venue.stages[DESK].ask({"put": "desk", "card": card_message(person.card(_PORTRAIT))})
        self._wait(desk, lambda m: m.get("desk") == "facts" and m.get("outcome") == "valid", "the desk sees the ticket")
        _tap(desk, "desk_admit")
        self._wait(gate, lambda m: m.get("view") == "welcome", "gate A welcomes", SEEN_S)
        self._until("gate A's board was told to open, gate B's was not", lambda: self._board_opened(GATES[0]), SEEN_S)
        self.venue.stages[GATES[0]].ask({"walk": True})
        self.venue.stages[DESK].ask({"lift": "desk"})
        self._until("the base knows that gate A opened", lambda: self._gate_state() in {"opened", "passed"})

    def _call_answered(self) -> None:
        desk, gate = self._desk, self._gates[1]
        desk.forget()
        _tap(gate, "call_staff")
        self._wait(desk, lambda m: m.get("calls") == 1, "the desk sees gate B's call", SEEN_S)
        time.sleep(LOOK_S)  # a button that has just come up takes no touch yet
        _tap(desk, "desk_answer_call")
        self._until("the call is answered", lambda: self._at_base("answered", GATES[1]) == DESK, SEEN_S)

    def _incident_and_back(self) -> None:
        desk = self._desk
        _tap(desk, "desk_next")  # a sheet gives way to whatever the desk shows of a ticket
        _tap(desk, "desk_venue")
        _tap(desk, "office_venue_incidents")
        _tap(desk, ALL_GROUPS, "row")
        for gate in self._gates:
            gate.forget()
        _tap(desk, f"office_incident_begin.{Mode.ALL_MANUAL.value}", "hold")
        began_s = time.monotonic()
        for name, gate in zip("AB", self._gates, strict=True):
            self._wait(gate, lambda m: m.get("mode") == Mode.ALL_MANUAL, f"gate {name}: all to staff", MODE_S, began_s)
        _tap(desk, ALL_GROUPS, "row")
        for gate in self._gates:
            gate.forget()
        _tap(desk, "office_incident_end")
        began_s = time.monotonic()
        for name, gate in zip("AB", self._gates, strict=True):
            self._wait(
                gate, lambda m: "view" in m and not m.get("mode"), f"gate {name}: as always again", MODE_S, began_s
            )
        _tap(desk, "office_back")

    # --- waiting and looking ----------------------------------------------------------------------------

    @property
    def _desk(self) -> Peer:
        return self.venue.stations[DESK]

    @property
    def _gates(self) -> list[Peer]:
        return [self.venue.stations[name] for name in GATES]

    def _arrange(self) -> None:
        """Beside each other, so that a picture of the display shows all."""
        for number, gate in enumerate(self._gates):
            gate.send({"place": [number * GATE_PX[0], 0]})
        self._desk.send({"place": [len(GATES) * GATE_PX[0], (GATE_PX[1] - DESK_PX[1]) // 2]})

    def _wait(
        self,
        peer: Peer,
        fits: Callable[[Message], bool],
        what: str,
        limit_s: float | None = None,
        began_s: float | None = None,
    ) -> None:
        """``began_s``: since when the time counts, where that is not now."""
        began_s = time.monotonic() if began_s is None else began_s
        try:
            peer.wait(fits, PATIENT_S, what)
            took_s: float | None = time.monotonic() - began_s
        except PeerLost:
            took_s = None
        self._add(Step(what, took_s, limit_s))

    def _until(self, what: str, true: Callable[[], bool], limit_s: float | None = None) -> None:
        began_s = time.monotonic()
        while not true():
            if time.monotonic() - began_s > PATIENT_S:
                self._add(Step(what, None, limit_s))
                return
            time.sleep(0.05)
        self._add(Step(what, time.monotonic() - began_s, limit_s))

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        self.told(step)
        if self.screens is not None:
            for name, peer in self.venue.stations.items():
                path = str(self.screens / f"{len(self.steps):02d}-{name}.png")
                peer.send({"shot": path})
                peer.wait(lambda m, path=path: m.get("shot") == path, PATIENT_S, "picture")  # type: ignore[misc]

    def _at_base(self, what: str, station: str) -> str:
        """``state`` of a station, or who ``answered`` its last call; "" where there is none."""
        query = {
            "state": "SELECT state FROM venue.stations WHERE event = %s AND station = %s",
            "answered": "SELECT answered_by FROM venue.calls WHERE event = %s AND station = %s "
            "ORDER BY called_at DESC LIMIT 1",
        }[what]
        with connected(self.venue.place, self.venue.settings) as db:
            row = db.execute(query, (EVENT, station)).fetchone()
        return str(row[0]) if row and row[0] else ""

    def _gate_state(self) -> str:
        with connected(self.venue.place, self.venue.settings) as db:
            row = db.execute("SELECT gate_state FROM venue.admissions WHERE event = %s", (EVENT,)).fetchone()
        return str(row[0]) if row else ""

    def _board_opened(self, name: str) -> bool:
        openings = {gate: self.venue.stages[gate].ask({"tell": True})["openings"] for gate in GATES}
        return openings == {gate: int(gate == name) for gate in GATES}


def _tap(peer: Peer, name: str, how: str = "tap") -> None:
    """Until it was there to be touched. Raises TimeoutError."""
    deadline_s = time.monotonic() + _TOUCH_S
    while True:
        peer.send({how: name})
        if peer.wait(lambda m: m.get("tapped") == name, 5.0, f"touch of {name}")["ok"]:
            return
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"{peer.name}: no {name} to touch")
        time.sleep(0.05)
