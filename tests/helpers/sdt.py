"""What the SDT tests share: the vectors, rules, made-up cards, a clock that moves only when somebody
waits.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from drivers.errors import TransportLost
from drivers.port import DocumentEvent, DocumentKind, DocumentReader, IdToken, ReadingRules
from drivers.sdt.layout import CardType
from drivers.sdt.simulated_card import SimulatedCard, resident_number

VECTORS = Path(__file__).parent.parent / "data" / "vectors" / "sdt"

TYPE_OF_KIND = {
    "resident": CardType.RESIDENT,
    "hmt_residence_J": CardType.HMT_RESIDENCE,
    "foreign_pr_I": CardType.FOREIGN_2017,
    "foreign_pr_Y": CardType.FOREIGN_2023,
}


def vectors(name: str) -> Any:
    """One vector file."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def plain_token(kind: DocumentKind, issuing_state: str, number: str) -> IdToken:
    """A stand-in for the event's keyed token that tests can compute again."""
    return IdToken(hashlib.sha256(f"{kind}/{issuing_state}/{number}".encode()).digest())


RULES = ReadingRules(event_day=date(2026, 5, 1), tokenise=plain_token)


def a_card(name: str = "测试甲", birth: str = "19900101", order: int = 1) -> SimulatedCard:
    return SimulatedCard.resident(name, resident_number(birth, order))


def person_card(person: dict[str, Any]) -> SimulatedCard:
    """A vector person as a simulated card."""
    fields = dict(person["fields"])
    return SimulatedCard(TYPE_OF_KIND[person["kind"]], fields, bytes.fromhex(person["photo_hex"]))


class SteppingClock:
    """Monotonic seconds that pass only in ``sleep`` and in waiting reads."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


class Conversation:
    """A transport that expects requests in order and gives the arranged answers.

    ``steps`` are (request, [(seconds after the request, bytes), ...]). What is left over at the end fails the
    test.
    """

    def __init__(self, clock: SteppingClock, steps: Iterable[tuple[bytes, list[tuple[float, bytes]]]]) -> None:
        self._clock = clock
        self._steps = list(steps)
        self._coming: list[tuple[float, bytes]] = []
        self.unexpected: list[bytes] = []
        self.flushed = 0
        self.closed = False

    def read(self, timeout_s: float) -> bytes:
        if self.closed:
            raise TransportLost("read")
        until_s = self._clock.now_s + timeout_s
        if self._coming and self._coming[0][0] <= until_s:
            at_s, data = self._coming.pop(0)
            self._clock.now_s = max(self._clock.now_s, at_s)
            return data
        self._clock.now_s = until_s
        return b""

    def write(self, data: bytes) -> None:
        if not self._steps or self._steps[0][0] != data:
            self.unexpected.append(data)
            return
        _, answers = self._steps.pop(0)
        self._coming += [(self._clock.now_s + after_s, answer) for after_s, answer in answers]
        self._coming.sort(key=lambda coming: coming[0])

    def flush_input(self) -> None:
        arrived = [coming for coming in self._coming if coming[0] <= self._clock.now_s]
        self.flushed += sum(len(data) for _, data in arrived)
        self._coming = [coming for coming in self._coming if coming[0] > self._clock.now_s]

    def close(self) -> None:
        self.closed = True

    def assert_finished(self) -> None:
        assert self.unexpected == []
        assert self._steps == []


def poll_until(
    reader: DocumentReader,
    done: type[Any] | Callable[[list[DocumentEvent]], bool],
    timeout_s: float = 10.0,
) -> list[DocumentEvent]:
    """Poll until an event of a type came, or ``done`` holds for all so far; fails at the time-out."""
    events: list[DocumentEvent] = []
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        events += reader.poll()
        if isinstance(done, type):
            if any(isinstance(event, done) for event in events):
                return events
        elif done(events):
            return events
    raise AssertionError(f"not seen in {timeout_s} s; events: {[type(event).__name__ for event in events]}")
