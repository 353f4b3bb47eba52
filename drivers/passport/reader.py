"""Passports and identity cards with a chip (ICAO 9303), through a PN532 on a serial line.

Capabilities (sheets emrtd, pn532-uart, mrz):

| what          | how                                                                                             |
| ------------- | ----------------------------------------------------------------------------------------------- |
| documents     | TD1 and TD3 with the passport application; types A and B                                          |
| opens with    | zone swiped on a second port, or typed (zone or card access number); PACE, else BAC               |
| identity      | token, masked name, old enough, validity                                                          |
| portrait      | JPEG or JPEG 2000, seconds after the identity; progress is told meanwhile                         |
| proof         | signature of the State, proofs against copies; after the portrait                                 |
| rate          | line 115,200 to 921,600 bits/s by setting; radio up to 424 kbit/s where the document offers it    |
| found by      | port name                                                                                         |
| removal       | seen by listing cards anew                                                                        |
| never reads   | fingerprints, iris, signature, further personal details (DG3, 4, 7, 11, 12, 13)                   |

Not run on hardware: tried against the simulated front-end, swipe reader and documents, over pseudo-terminals.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.deadline import MonotonicClock
from drivers.discovery import AUTO
from drivers.emrtd.access_keys import AccessKey
from drivers.emrtd.trust import Trust
from drivers.mrz.entry import key_of
from drivers.mrz.reader import DEFAULT_BAUD as SWIPE_BAUD
from drivers.mrz.reader import MrzSwiped, SwipeReader, SwipeUnreadable, open_swipe_reader
from drivers.passport.keys import KEPT_S, HeldKey, access_key
from drivers.passport.session import PassportSession, Patience
from drivers.pn532.commands import BAUD_CODES
from drivers.pn532.field import Field
from drivers.pn532.line import Pn532Line
from drivers.pn532.startup import DEFAULT_BAUD, leave, start
from drivers.port import DocumentEvent, KeyTaken, KeyUnreadable, ReadingRules
from drivers.reopening import BackOff, Emit, Reopening
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["PassportReader", "PassportSettings", "open_reader"]

_RF_RATES = (106, 212, 424)
OpenTransport = Callable[[str, int], Transport]


@dataclass(frozen=True)
class PassportSettings:
    """``fastest_rf``: kbit/s. ``extended``: use long APDUs where a document announces them."""

    port: str
    baud: int = DEFAULT_BAUD
    fastest_rf: int = 424
    extended: bool = True
    key_kept_s: float = KEPT_S
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        if self.port == AUTO:
            raise ValueError("the port of a passport reader must be named: other devices must not hear its wake-up")
        if self.baud not in BAUD_CODES:
            raise ValueError(f"baud must be one of {', '.join(map(str, BAUD_CODES))}")
        if self.fastest_rf not in _RF_RATES:
            raise ValueError(f"rf_kbit_s must be one of {', '.join(map(str, _RF_RATES))}")


@dataclass(frozen=True)
class _Open:
    line: Pn532Line
    session: PassportSession


class PassportReader:
    """A ``DocumentReader``. ``offer_key`` and ``forget_key`` may be called from any thread, everything else from one.

    The key goes to the chip that lies there or comes within a minute. A swipe reader that is lost is opened again by
    itself and is no reason to call the document reader lost: a key can be typed.
    """

    def __init__(
        self,
        settings: PassportSettings,
        rules: Callable[[], ReadingRules],
        trust: Callable[[], Trust],
        swipe: SwipeReader | None = None,
        *,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        open_transport: OpenTransport = SerialPort,
        back_off: BackOff | None = None,
    ) -> None:
        self._settings, self._rules, self._trust = settings, rules, trust
        self._swipe = swipe
        self._clock, self._pause, self._open_transport = clock, pause, open_transport
        self._offered: queue.SimpleQueue[AccessKey | None] = queue.SimpleQueue()
        self._key = HeldKey(settings.key_kept_s, clock)
        self._closed = False
        self._port: Reopening[DocumentEvent, _Open] = Reopening(
            self._open_session, self._serve, self._leave, back_off=back_off, clock=clock, pause=pause
        )

    def poll(self) -> list[DocumentEvent]:
        if self._closed:
            return []
        return [*self._keys(), *self._port.poll()]

    def offer_key(self, key: AccessKey) -> None:
        """A zone or number that somebody typed."""
        self._offered.put(key)

    def forget_key(self) -> None:
        """Whoever swiped has gone: what comes next is somebody else's."""
        self._offered.put(None)

    def close(self) -> None:
        self._closed = True
        self._port.close()
        if self._swipe is not None:
            self._swipe.close()

    def _keys(self) -> list[DocumentEvent]:
        events: list[DocumentEvent] = []
        while not self._offered.empty():
            offered = self._offered.get()
            if offered is None:
                self._key.drop()
                continue
            self._key.put(offered)
            events.append(KeyTaken())
        for heard in self._swipe.poll() if self._swipe is not None else ():
            if isinstance(heard, MrzSwiped):
                self._key.put(access_key(key_of(heard.mrz)))
                events.append(KeyTaken())
            elif isinstance(heard, SwipeUnreadable):
                events.append(KeyUnreadable(heard.faults[0].line if heard.faults[0].field else -1))
        return events

    def _open_session(self) -> tuple[_Open, str]:
        settings = self._settings
        transport = self._open_transport(settings.port, DEFAULT_BAUD)
        line = Pn532Line(transport, clock=self._clock, pause=self._pause)
        try:
            start(line, settings.baud)
        except BaseException:
            line.close()
            raise
        antenna = Field(line, fastest_rf=settings.fastest_rf, extended=settings.extended)
        session = PassportSession(
            antenna,
            self._key,
            self._rules,
            self._trust,
            patience=settings.patience,
            clock=self._clock,
            pause=self._pause,
        )
        return _Open(line, session), ""  # the chip has no printed serial number

    def _serve(self, opened: _Open, emit: Emit[DocumentEvent]) -> None:
        opened.session.serve(emit)

    def _leave(self, opened: _Open) -> None:
        if self._closed:
            leave(opened.line)
        opened.line.close()


def open_reader(
    port_url: str,
    *,
    rules: Callable[[], ReadingRules],
    trust: Callable[[], Trust] = Trust,
    baud: int = DEFAULT_BAUD,
    rf_kbit_s: int = 424,
    extended: bool = True,
    swipe_port: str = "",
    swipe_baud: int = SWIPE_BAUD,
    swipe_begin: str = "",
    swipe_end: str = "",
    key_kept_s: float = KEPT_S,
    find_pause_s: float = 0.15,
    clock: MonotonicClock = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> PassportReader:
    """A reader at ``port_url``, with a swipe reader at ``swipe_port`` where there is one. ``rules`` and ``trust`` are
    called for every document; without ``trust`` every issuer is unknown. Raises ValueError for a bad setting.

    Never raises for an absent port: the reader says DeviceLost and keeps trying.
    """
    settings = PassportSettings(port_url, baud, rf_kbit_s, extended, key_kept_s, Patience(find_pause_s=find_pause_s))
    swipe = None
    if swipe_port:
        swipe = open_swipe_reader(swipe_port, baud=swipe_baud, begin=swipe_begin, end=swipe_end, turn_s=0.0)
    return PassportReader(settings, rules, trust, swipe, clock=clock, pause=pause)
