"""A ticket scanner on a serial line.

Capabilities (sheet barcode-scanners):

| family    | default rate | code ends with       | host trigger | its answers                   |
| --------- | ------------ | -------------------- | ------------ | ----------------------------- |
| line      | 9600         | CR, LF, CRLF, silence | no          | none                          |
| honeywell | 115200       | same                 | SYN T / U    | menu answers are recognised   |
| zebra-ssi | 9600         | packet               | E4 / E5      | ACK, NAK, resending           |
| newland   | 9600         | as line              | SCNTRG1 / 0  | recognised                    |
| gm65      | 9600         | as line              | zone 0002    | recognised, CRC checked       |
| esc       | 9600         | as line              | ESC 1 / 0    | none                          |

Not run on hardware. Codes refused by the limits make no event; ``refusals`` counts them for the
technician's page.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from drivers.barcode.cleaning import AimPrefix, clean
from drivers.barcode.framing import CodeEnd
from drivers.barcode.outputs import Output, RawCode, Refusal, Refused, Send
from drivers.barcode.protocol import FAMILIES, ScannerFamily, ScannerProtocol, protocol_for
from drivers.barcode.repeats import RepeatFilter
from drivers.deadline import MonotonicClock
from drivers.discovery import AUTO
from drivers.port import CodeScanned, ScannerEvent
from drivers.reopening import Emit, Reopening
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["BarcodeScanner", "ScannerSettings", "open_scanner"]

_TRIGGER_AGAIN_S = 2.0
_IDLE_GAP_RANGE_S = (0.01, 0.5)


@dataclass(frozen=True)
class ScannerSettings:
    """How one scanner is set up. ``baud`` None: the family's default. ``repeat_s``: the same code again
    within that time is the same presentation. ``host_trigger``: scan only between ``trigger(True)`` and
    ``trigger(False)``.
    """

    family: ScannerFamily = ScannerFamily.LINE
    baud: int | None = None
    end: CodeEnd = CodeEnd.ANY
    idle_gap_s: float = 0.04
    aim: AimPrefix = AimPrefix.WHEN_PRESENT
    repeat_s: float = 3.0
    host_trigger: bool = False
    handshake: bool = True

    def __post_init__(self) -> None:
        shortest_s, longest_s = _IDLE_GAP_RANGE_S
        if not shortest_s <= self.idle_gap_s <= longest_s:
            raise ValueError(f"idle_gap_s must lie between {shortest_s} and {longest_s}")
        if self.repeat_s < 0:
            raise ValueError("repeat_s must not be negative")

    @property
    def line_baud(self) -> int:
        return self.baud or FAMILIES[self.family].baud


@dataclass
class _Session:
    """One opened port with the state of its byte stream."""

    transport: Transport
    protocol: ScannerProtocol


class BarcodeScanner:
    """A CodeScanner that re-opens by itself. ``open_transport`` opens the port anew each time it is
    called.
    """

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        settings: ScannerSettings | None = None,
        *,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._open_transport = open_transport
        self._settings = settings or ScannerSettings()
        self._clock = clock
        self._pause = pause
        self._repeats = RepeatFilter(self._settings.repeat_s)
        self._triggered = False
        self._trigger_again_at_s = 0.0
        self.refusals: Counter[Refusal] = Counter()
        self._port: Reopening[ScannerEvent, _Session] = Reopening(
            self._open_session,
            self._serve,
            lambda session: session.transport.close(),
            clock=clock,
            pause=pause,
        )

    def poll(self) -> list[ScannerEvent]:
        """Wait for codes, at most about the idle gap of the settings."""
        return list(self._port.poll())

    def trigger(self, on: bool) -> None:
        """Start or stop reading; kept in mind while the scanner is away and sent again when it is back.

        Scanners end a started read by themselves (after a good read, or after their own time limit), so the
        start is repeated until ``trigger(False)``.
        """
        if not self._settings.host_trigger or not (on or self._triggered):
            return
        self._triggered = on
        self._port.use(self._send_trigger)

    def close(self) -> None:
        if self._triggered:
            self.trigger(False)
        self._port.close()

    def _open_session(self) -> tuple[_Session, str]:
        settings = self._settings
        protocol = protocol_for(
            settings.family, idle_gap_s=settings.idle_gap_s, end=settings.end, handshake=settings.handshake
        )
        session = _Session(self._open_transport(), protocol)
        try:
            self._begin(session)
        except BaseException:
            session.transport.close()
            raise
        return session, ""

    def _begin(self, session: _Session) -> None:
        session.transport.flush_input()
        if self._settings.host_trigger:
            self._write(session, session.protocol.arm(self._clock()))
            if self._triggered:
                self._send_trigger(session)

    def _serve(self, session: _Session, emit: Emit[ScannerEvent]) -> None:
        data = session.transport.read(self._settings.idle_gap_s)
        now_s = self._clock()
        protocol = session.protocol
        self._handle(session, protocol.receive(data, now_s) if data else protocol.silence(now_s), emit)
        if not data and self._triggered and now_s >= self._trigger_again_at_s:
            self._send_trigger(session)
        self._repeats.forget_old(now_s)

    def _handle(self, session: _Session, outputs: Iterable[Output], emit: Emit[ScannerEvent]) -> None:
        for output in outputs:
            match output:
                case Send():
                    self._write(session, [output])
                case RawCode():
                    self._present(clean(output, self._settings.aim), emit)
                case Refused(reason):
                    self.refusals[reason] += 1

    def _present(self, code: CodeScanned | Refused, emit: Emit[ScannerEvent]) -> None:
        if isinstance(code, Refused):
            self.refusals[code.reason] += 1
        elif self._repeats.is_new(code.untrusted_code, self._clock()):
            emit(code)

    def _send_trigger(self, session: _Session) -> None:
        now_s = self._clock()
        self._trigger_again_at_s = now_s + _TRIGGER_AGAIN_S
        self._write(session, session.protocol.trigger(self._triggered, now_s))

    def _write(self, session: _Session, sends: Iterable[Send]) -> None:
        for send in sends:
            session.transport.write(send.data)
            if send.pause_s:
                self._pause(send.pause_s)


def open_scanner(
    port_url: str,
    *,
    protocol: str = ScannerFamily.LINE,
    baud: int | None = None,
    end: str = CodeEnd.ANY,
    idle_gap_s: float = 0.04,
    aim: str = AimPrefix.WHEN_PRESENT,
    repeat_s: float = 3.0,
    host_trigger: bool = False,
    handshake: bool = True,
) -> BarcodeScanner:
    """A scanner at ``port_url``. The port is opened by the first ``poll``. Raises ValueError for a bad
    setting.
    """
    if port_url == AUTO:
        raise ValueError("the port of a scanner must be named: most scanners cannot be asked who they are")
    settings = ScannerSettings(
        ScannerFamily(protocol),
        baud,
        CodeEnd(end),
        idle_gap_s,
        AimPrefix(aim),
        repeat_s,
        host_trigger,
        handshake,
    )
    return BarcodeScanner(lambda: SerialPort(port_url, settings.line_baud), settings)
