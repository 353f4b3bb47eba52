"""A DocumentReader without any port: for tests of whoever owns a reader. It passes the same contract as the
driver.
"""

from __future__ import annotations

import time

from drivers.port import (
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentPresented,
    DocumentRemoved,
    PortraitFormat,
    PortraitRead,
    ReadFailed,
    ReadFailure,
    ReadingRules,
)
from drivers.sdt.record import parse, split
from drivers.sdt.simulated_card import SimulatedCard
from drivers.secret import SensitiveBytes


class FakeReader:
    """Says what a reader would say when a card is put down, lifted, or the cable is pulled."""

    def __init__(self, rules: ReadingRules) -> None:
        self._rules = rules
        self._coming: list[DocumentEvent] = [DeviceReady("fake")]
        self._card: SimulatedCard | None = None
        self._plugged = True
        self._closed = False

    def put_card(self, card: SimulatedCard, *, readable: bool = True) -> None:
        self._card = card
        if self._plugged:
            self._read(card, readable)

    def lift_card(self) -> None:
        if self._card is not None and self._plugged:
            self._coming.append(DocumentRemoved())
        self._card = None

    def unplug(self) -> None:
        self._plugged = False
        self._coming.append(DeviceLost("transport_lost"))

    def replug(self) -> None:
        self._plugged = True
        self._coming.append(DeviceReady("fake"))
        if self._card is not None:
            self._read(self._card, True)

    def poll(self) -> list[DocumentEvent]:
        events, self._coming = self._coming, []
        return [] if self._closed else events

    def close(self) -> None:
        self._closed = True

    def _read(self, card: SimulatedCard, readable: bool) -> None:
        now_s = time.monotonic()
        self._coming.append(DocumentPresented(now_s))
        if not readable:
            self._coming.append(ReadFailed(ReadFailure.REFUSED, 0x41))
            return
        text, portrait = split(memoryview(card.record()))
        self._coming.append(parse(text, self._rules, now_s))
        self._coming.append(PortraitRead(PortraitFormat.WLT, SensitiveBytes(portrait), now_s))
