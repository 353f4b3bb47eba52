"""Resident ID card readers that pass the SAM module's own protocol (SDT) through a serial line.

Capabilities (sheet sdt-id-card):

| what          | how                                                                                             |
| ------------- | ----------------------------------------------------------------------------------------------- |
| documents     | resident card; residence permit Hong Kong, Macau, Taiwan; foreign permanent resident 2017, 2023  |
| identity      | token, masked name, old enough, validity                                                        |
| portrait      | WLT block of 1,024 bytes; becomes pixels with the reader maker's library only                   |
| rate          | 115,200 bits/s; others by setting; searched with ``baud="auto"``                                |
| found by      | port name, pattern, or SAM status on every free port                                            |
| removal       | seen by *find*                                                                                  |
| sends         | SAM status, SAM number, find, select, read text + portrait, largest RF frame; nothing else      |

Not run on hardware: tried against the simulated reader, over pseudo-terminals.
USB-only readers (0400:C35A and HID) are not serial ports and not supported (sdt-id-card section 8).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from drivers.deadline import MonotonicClock
from drivers.discovery import AUTO, candidate_ports, find
from drivers.errors import DriverError, PortUnavailable
from drivers.port import DocumentEvent, ReadingRules
from drivers.reopening import BackOff, Reopening
from drivers.sdt.line import SdtLine, Timing
from drivers.sdt.session import Patience, SdtSession
from drivers.sdt.startup import STATUS_TRIES, await_status, limit_rf_frame, rates_to_try, read_sam_number
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["SdtReader", "SdtSettings", "open_reader"]

Baud = int | Literal["auto"]


@dataclass(frozen=True)
class SdtSettings:
    """How to reach and treat a reader.

    ``port`` is a port name or URL, a shell pattern, or "auto". ``search``: when nothing answers at a port
    given by name, ask the other free ports too. ``exclude`` are ports of other devices. ``rf_frame_bytes``
    (24 to 255) limits radio frames, which some antennas need.
    """

    port: str
    baud: Baud = 115200
    search: bool = False
    exclude: tuple[str, ...] = ()
    rf_frame_bytes: int | None = None
    timing: Timing = field(default_factory=Timing)
    patience: Patience = field(default_factory=Patience)

    candidates: Callable[[], Iterable[str]] = candidate_ports

    def ports_to_search(self) -> Iterable[str]:
        """Ports to ask besides the configured one."""
        by_name = self.port != AUTO and not any(sign in self.port for sign in "*?[")
        return () if by_name and not self.search else self.candidates()


OpenTransport = Callable[[str, int], Transport]


class SdtReader:
    """A ``DocumentReader``. Opens by itself at the first ``poll`` and again after unplugging.

    DeviceLost ends whatever document was on the reader; no DocumentRemoved follows it.
    """

    def __init__(
        self,
        settings: SdtSettings,
        rules: Callable[[], ReadingRules],
        *,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        open_transport: OpenTransport = SerialPort,
        back_off: BackOff | None = None,
    ) -> None:
        self._settings = settings
        self._rules = rules
        self._clock = clock
        self._pause = pause
        self._open_transport = open_transport
        self._last_good_baud: int | None = None
        self._reopening: Reopening[DocumentEvent, SdtSession] = Reopening(
            self._open_session,
            SdtSession.serve,
            SdtSession.close,
            back_off=back_off,
            clock=clock,
            pause=pause,
        )

    def poll(self) -> list[DocumentEvent]:
        return self._reopening.poll()

    def close(self) -> None:
        self._reopening.close()

    def _open_session(self) -> tuple[SdtSession, str]:
        """Find the port where a module answers, start it; (session, printed SAM number)."""
        lines: list[SdtLine] = []
        failures: list[DriverError] = []

        def probe(url: str) -> bool:
            try:
                lines.append(self._start(url))
            except DriverError as error:
                failures.append(error)
            return bool(lines)

        if find(self._settings.port, probe, candidates=self._settings.ports_to_search, exclude=self._settings.exclude):
            line = lines[0]
            try:
                identity = self._introduce(line)
            except DriverError:
                line.close()
                raise
            return SdtSession(
                line, self._rules, patience=self._settings.patience, clock=self._clock, pause=self._pause
            ), identity
        raise failures[0] if failures else PortUnavailable("no reader on any port")

    def _start(self, url: str) -> SdtLine:
        """A line at the rate where the module says it is ready. Raises the first rate's DriverError when none
        does.
        """
        failures: list[DriverError] = []
        rates = rates_to_try(self._settings.baud, self._last_good_baud)
        tries = STATUS_TRIES if len(rates) == 1 else 1
        for baud in rates:
            line = SdtLine(self._open_transport(url, baud), timing=self._settings.timing, clock=self._clock)
            try:
                await_status(line, tries)
            except DriverError as error:
                line.close()
                failures.append(error)
            else:
                self._last_good_baud = baud
                return line
        raise failures[0]

    def _introduce(self, line: SdtLine) -> str:
        identity = read_sam_number(line)
        if self._settings.rf_frame_bytes is not None:
            limit_rf_frame(line, self._settings.rf_frame_bytes)
        return identity


def open_reader(
    port_url: str,
    *,
    rules: Callable[[], ReadingRules],
    baud: Baud = 115200,
    search: bool = False,
    exclude: Iterable[str] = (),
    candidates: Callable[[], Iterable[str]] = candidate_ports,
    find_pause_s: float = 0.1,
    rf_frame_bytes: int | None = None,
    timing: Timing | None = None,
    clock: MonotonicClock = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> SdtReader:
    """A reader at ``port_url`` ("auto": wherever one answers). ``rules`` is called for every card.

    Never raises for an absent port: the reader says DeviceLost and keeps trying.
    """
    settings = SdtSettings(
        port=port_url,
        baud=baud,
        search=search,
        exclude=tuple(exclude),
        candidates=candidates,
        rf_frame_bytes=rf_frame_bytes,
        timing=timing or Timing(),
        patience=Patience(find_pause_s=find_pause_s),
    )
    return SdtReader(settings, rules, clock=clock, pause=pause)
