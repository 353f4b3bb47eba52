"""A station of a rehearsed fleet without window, reader and camera: the product's ledger at the venue's base.

``python -m kiosk.rehearsal.fleet_station --config FILE --socket PATH --people N``. It reads its machine file as a
station does, serves invented people one after the other at the pace it is told, and says every admission after the
ledger gave it, so that whatever kills it cannot kill what was said. It obeys JSON lines.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.base.venue_ledger import VenueLedger
from kiosk.closing.keys import unlock_unattended
from kiosk.config.load import load_event, load_machine
from kiosk.config.machine import Role
from kiosk.config.places import EventPlace
from kiosk.config.station import combine
from kiosk.domain.lane import Lane
from kiosk.ledger.port import Admission, GateState, LedgerUnavailable, Place
from kiosk.parts.ledger import make_ledger
from kiosk.rehearsal.fleet_machine import GROUPS, SESSION, document_of
from kiosk.rehearsal.wire import Message, Wire

LEASE_S = 10.0
CONTESTED = 0.15
"""The share of attempts with a ticket that any station of the group may get: somebody tries it elsewhere, too."""
CONTESTED_PEOPLE = 0.1
"""The share of all people whose tickets are contested."""
UNDONE = 0.05
"""The share of admissions that a desk takes back."""
_IDLE_S = 0.02


@dataclass
class Seen:
    """Since the last ``tell``. Times in seconds; ``answers_s``: of each single call of the ledger; ``disk_s``: the
    slowest small write that was forced to this machine's disk beside them.
    """

    attempts: int = 0
    admitted: int = 0
    to_staff: int = 0
    answers_s: list[float] = field(default_factory=list)
    disk_s: float = 0.0

    def as_message(self) -> Message:
        return {
            "attempts": self.attempts,
            "admitted": self.admitted,
            "to_staff": self.to_staff,
            "answers_s": [round(each, 4) for each in self.answers_s],
            "disk_s": round(self.disk_s, 4),
        }


class FleetStation:
    """Everything but the wire runs on the thread that ``run`` is called on."""

    def __init__(self, config_file: Path, people: int, share: tuple[int, int]) -> None:
        """``share``: this station is the first of the two's number among the second's number of stations."""
        machine = load_machine(config_file)
        places = EventPlace(machine.data_dir, machine.key_dir, machine.event)
        self._config = combine(load_event(places.event_file), machine, str(config_file))
        self._keys = unlock_unattended(places)
        self._clock_off_s = 0.0
        ledger, _ = make_ledger(self._config, places, self._keys, lambda call: call(), self._now)
        if not isinstance(ledger, VenueLedger):
            raise TypeError("this station's machine file has no [base]")
        self._ledger = ledger
        self._disk_file = machine.data_dir / "disk"
        self._place = Place(machine.station, machine.gate_group, SESSION)
        self._lane = Lane.STAFF if machine.role is Role.DESK else Lane.FACE
        self._people = _people_of(machine.gate_group, people, share)
        self._chance = random.Random()  # noqa: S311 - whom to serve
        self._commands: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._pace_s, self._due_s = 0.0, 0.0
        self._over = False
        self._seen = Seen()
        self.wire: Wire | None = None

    def obey(self, message: Message) -> None:
        """Any thread."""
        self._commands.put(message)

    def run(self) -> None:
        while not self._over:
            wait_s = max(0.0, self._due_s - time.monotonic()) if self._pace_s else _IDLE_S
            try:
                self._obey(self._commands.get(timeout=min(wait_s, _IDLE_S)))
                continue
            except queue.Empty:
                pass
            if self._pace_s and time.monotonic() >= self._due_s:
                self._due_s = max(self._due_s + self._pace_s, time.monotonic() - self._pace_s)
                self._serve_one()
        self._ledger.close()

    def _obey(self, message: Message) -> None:
        match message:
            case {"serve": pace_per_s}:
                self._pace_s, self._due_s = 1.0 / float(pace_per_s), time.monotonic()
            case {"rest": _}:
                self._pace_s = 0.0
            case {"clock": off_s}:
                self._clock_off_s = float(off_s)
            case {"tell": _}:
                self._answer(message, {**self._seen.as_message(), **self._state()})
                self._seen = Seen()
                return
            case {"state": _}:
                self._answer(message, self._state())
                return
            case {"quit": _}:
                self._over = True
        self._answer(message, {})

    def _state(self) -> Message:
        """``pending`` -1: the store cannot be read now."""
        try:
            pending = self._ledger.pending()
        except LedgerUnavailable:
            pending = -1
        return {"pending": pending, "online": self._ledger.online}

    def _serve_one(self) -> None:
        person = (
            self._chance.choice(self._people.contested) if self._chance.random() < CONTESTED else next(self._people)
        )
        nonce = secrets.token_hex(12)
        self._seen.attempts += 1
        self._seen.disk_s = max(self._seen.disk_s, _forced_write_s(self._disk_file))
        try:
            admission = self._admitted(person, nonce)
            if admission is not None:
                self._after(admission, nonce)
        except LedgerUnavailable:
            self._seen.to_staff += 1

    def _admitted(self, person: int, nonce: str) -> Admission | None:
        """Hold, then commit, as a visit does. Raises LedgerUnavailable."""
        began_s = time.monotonic()
        try:
            held = self._ledger.hold(document_of(self._keys, person), self._place, nonce, LEASE_S, self._now())
        finally:
            self._seen.answers_s.append(time.monotonic() - began_s)
        if held.hold is None:
            return None
        began_s = time.monotonic()
        try:
            answer = self._ledger.commit(held.hold.hold_id, nonce, self._lane, self._now())
        finally:
            self._seen.answers_s.append(time.monotonic() - began_s)
        return answer if isinstance(answer, Admission) else None

    def _after(self, admission: Admission, nonce: str) -> None:
        self._seen.admitted += 1
        self._say({"said": "admitted", "admission": admission.admission_id})
        if self._lane is Lane.STAFF and self._chance.random() < UNDONE:
            if self._ledger.undo(admission.admission_id, f"{nonce}.undo", "rehearsal", "officer", self._now()):
                self._say({"said": "undone", "admission": admission.admission_id})
            return
        self._ledger.note_gate(admission.admission_id, GateState.PASSED, self._now())

    def _now(self) -> float:
        return time.time() + self._clock_off_s

    def _answer(self, message: Message, value: Message) -> None:
        self._say({"done": message.get("n"), **value})

    def _say(self, message: Message) -> None:
        if self.wire is not None:
            with suppress(OSError):  # the rehearsal is over
                self.wire.send(message)


class _People:
    """Whom a station serves: its own people one after the other, and those that come to any station."""

    def __init__(self, own: list[int], contested: list[int]) -> None:
        self.contested = contested
        self._own, self._place = own, random.randrange(len(own))  # noqa: S311 - begun again, not where it was killed

    def __next__(self) -> int:
        self._place = (self._place + 1) % len(self._own)
        return self._own[self._place]


def _forced_write_s(path: Path) -> float:
    """Seconds for one byte to be on the disk; 0 where the disk is full."""
    began_s = time.monotonic()
    try:
        with path.open("wb", buffering=0) as file:
            file.write(b"1")
            os.fsync(file.fileno())
    except OSError:
        return 0.0
    return time.monotonic() - began_s


def _people_of(group: str, people: int, share: tuple[int, int]) -> _People:
    of_group = list(range(GROUPS.index(group), people, len(GROUPS)))
    contested = max(1, int(len(of_group) * CONTESTED_PEOPLE))
    number, count = share
    return _People(of_group[contested:][number::count], of_group[:contested])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--hello", required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--share", type=int, nargs=2, required=True)
    options = parser.parse_args()
    station = FleetStation(options.config, options.people, tuple(options.share))
    wire = Wire.connect(options.socket, station.obey, lambda: station.obey({"quit": True}))
    station.wire = wire
    wire.start()
    wire.send({"hello": options.hello, "pid": os.getpid()})
    station.run()


if __name__ == "__main__":
    main()
