"""A turnstile behind a Modbus RTU relay board whose own timer ends the opening pulse.

Capabilities (sheet turnstiles section 2):

| ability             | how                                                               |
| ------------------- | ----------------------------------------------------------------- |
| open for one person | timed pulse (function 5, address 0200 + relay), acknowledged      |
| pulse ended by      | the board                                                         |
| passage             | one input, polled every ``poll_s``, debounced, rising edge        |
| alarm inputs        | read and told (``alarm_active``), never acted upon                |
| two lit buttons     | two inputs, debounced; two relays of their own for the lamps      |
| liveness            | the polling itself; three unanswered questions lose the device    |

Not run on hardware. A pulse without an answer is never repeated: it may have been carried out, and a
second one would let a second person through. Fire-alarm and emergency release must be wired into the
turnstile, past this program.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from dataclasses import dataclass, field

from drivers.deadline import MonotonicClock
from drivers.discovery import AUTO
from drivers.errors import DeadlineExceeded, DeviceRefused, PeerBrokeProtocol
from drivers.gate.buttons import ButtonWiring, PressWatch, WiredButton
from drivers.gate.inputs import RisingEdge
from drivers.gate.lamps import Lamps
from drivers.gate.modbus_frames import Request, find_answer, read_inputs, read_relays, timed_pulse, write_relay
from drivers.gate.polled import PolledLine
from drivers.port import ButtonFault, ButtonFaulty, ButtonSide, GateEvent, OpeningResult, PassageSeen
from drivers.reopening import Emit, Reopening
from drivers.transport.base import Transport
from drivers.transport.serial_port import SerialPort

__all__ = ["ModbusGate", "ModbusSettings", "open_gate"]

_QUIET_BITS = 3.5 * 11
"""Silence between frames: 3.5 characters of 11 bits (Modbus over serial line 2.5.1.1), fixed above 19200
baud.
"""
_QUIET_FAST_S = 0.00175
_FAST_BAUD = 19200
_ALIVE_POLL_S = 1.0


@dataclass(frozen=True)
class ModbusSettings:
    """One board. Relays and inputs count from 0. ``debounce_s`` shorter than ``poll_s`` accepts a passage
    that two polls in a row have seen. ``active_low``: inputs are active when the board reports 0. No relay and no
    input may have two purposes: a lamp's relay that is the lock's would open the gate.
    """

    baud: int = 9600
    unit: int = 1
    relay: int = 0
    pulse_ms: int = 500
    passage_input: int | None = None
    fire_alarm_input: int | None = None
    emergency_input: int | None = None
    buttons: ButtonWiring | None = None
    active_low: bool = False
    poll_s: float = 0.05
    debounce_s: float = 0.03

    def __post_init__(self) -> None:
        timed_pulse(self.unit, self.relay, self.pulse_ms)
        if not 1 <= self.unit <= 247 or any(not 0 <= relay <= 31 for relay in self.relays):
            raise ValueError("unit must lie between 1 and 247, relays between 0 and 31")
        if len(set(self.relays)) < len(self.relays):
            raise ValueError("relays must be different: the turnstile's and one for each lamp")
        if self.buttons is not None and len(set(self.watched_inputs)) < len(self.watched_inputs):
            raise ValueError("inputs must be different where there are buttons")
        if any(not 0 <= number <= 31 for number in self.watched_inputs):
            raise ValueError("inputs must lie between 0 and 31")
        if not 0.02 <= self.poll_s <= 1.0:
            raise ValueError("poll_s must lie between 0.02 and 1")

    @property
    def alarm_inputs(self) -> tuple[int, ...]:
        return tuple(number for number in (self.fire_alarm_input, self.emergency_input) if number is not None)

    @property
    def watched_inputs(self) -> tuple[int, ...]:
        passage = () if self.passage_input is None else (self.passage_input,)
        return passage + self.alarm_inputs + (self.buttons.inputs if self.buttons is not None else ())

    @property
    def relays(self) -> tuple[int, ...]:
        return (self.relay, *(self.buttons.lamp_relays if self.buttons is not None else ()))

    @property
    def quiet_s(self) -> float:
        return _QUIET_FAST_S if self.baud > _FAST_BAUD else _QUIET_BITS / self.baud


@dataclass(frozen=True)
class _Session:
    line: PolledLine
    passage: RisingEdge
    presses: PressWatch
    lamps: Lamps = field(default_factory=Lamps)


class ModbusGate:
    """A GateOutput and ButtonBoard that re-opens by itself. ``open_transport`` opens the port anew each time it is
    called.
    """

    self_timed = True

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        settings: ModbusSettings | None = None,
        *,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._open_transport = open_transport
        self._settings = settings or ModbusSettings()
        self._clock = clock
        self._pause = pause
        self._inputs: list[bool] | None = None
        self._lit: Set[ButtonSide] = frozenset()
        self._port: Reopening[GateEvent, _Session] = Reopening(
            self._open_session, self._serve, self._close_session, clock=clock, pause=pause
        )

    @property
    def alarm_active(self) -> bool | None:
        """Whether an alarm input was active at the last poll; None when there is none or it is unknown.
        For the screen only: the turnstile obeys the alarm by its own wiring.
        """
        if self._inputs is None or not self._settings.alarm_inputs:
            return None
        return any(self._active(self._inputs, number) for number in self._settings.alarm_inputs)

    def open_once(self) -> OpeningResult:
        """One timed pulse. UNCONFIRMED when the board stayed silent, FAILED when it refused or is away."""
        return self._port.use(self._pulse) or OpeningResult.FAILED

    def poll(self) -> list[GateEvent]:
        """Ask the inputs when that is due, else wait at most 0.1 s."""
        return list(self._port.poll())

    def light(self, lit: Set[ButtonSide]) -> None:
        """Kept, and told to the board again whenever it comes back. Without buttons it does nothing."""
        self._lit = frozenset(lit)

    def close(self) -> None:
        self._port.use(self._all_dark)
        self._port.close()

    def _open_session(self) -> tuple[_Session, str]:
        settings = self._settings
        line = PolledLine(
            self._open_transport(),
            quiet_s=settings.quiet_s,
            poll_s=settings.poll_s if settings.watched_inputs else _ALIVE_POLL_S,
            clock=self._clock,
            pause=self._pause,
        )
        try:
            # Reading cannot be answered by an echo of our own bytes, so it proves that a board is there.
            _ask(line, read_relays(settings.unit, _whole_bytes(settings.relay)))
            _ask(line, write_relay(settings.unit, settings.relay, False))
        except BaseException:
            line.close()
            raise
        return _Session(line, RisingEdge(settings.debounce_s), PressWatch(settings.debounce_s)), ""

    def _close_session(self, session: _Session) -> None:
        self._inputs = None
        session.line.close()

    def _serve(self, session: _Session, emit: Emit[GateEvent]) -> None:
        session.line.poll(lambda: self._look(session, emit))

    def _look(self, session: _Session, emit: Emit[GateEvent]) -> None:
        settings = self._settings
        if not settings.watched_inputs:
            _ask(session.line, read_relays(settings.unit, _whole_bytes(settings.relay)))
            return
        inputs = _ask(session.line, read_inputs(settings.unit, _whole_bytes(max(settings.watched_inputs))))
        self._inputs = inputs
        now_s = self._clock()
        number = settings.passage_input
        if number is not None and session.passage.feed(self._active(inputs, number), now_s):
            emit(PassageSeen(now_s))
        if settings.buttons is not None:
            buttons = settings.buttons
            down = {side: self._active(inputs, buttons.of(side).input) for side in ButtonSide}
            session.presses.feed(down, now_s, emit)
            self._light(session, buttons, self._lit, emit)

    def _light(self, session: _Session, buttons: ButtonWiring, lit: Set[ButtonSide], emit: Emit[GateEvent]) -> None:
        for side, on in session.lamps.due(lit, self._clock()):
            try:
                _ask(session.line, write_relay(self._settings.unit, buttons.of(side).lamp_relay, on))
            except DeviceRefused:
                session.lamps.refused(side)
                emit(ButtonFaulty(side, ButtonFault.LAMP))
            else:
                session.lamps.told(side, on, self._clock())

    def _all_dark(self, session: _Session) -> None:
        """Nobody is there any more to answer a press."""
        if self._settings.buttons is not None:
            self._light(session, self._settings.buttons, frozenset(), lambda event: None)

    def _pulse(self, session: _Session) -> OpeningResult:
        settings = self._settings
        try:
            _ask(session.line, timed_pulse(settings.unit, settings.relay, settings.pulse_ms))
        except DeadlineExceeded:
            return OpeningResult.UNCONFIRMED
        except DeviceRefused:
            return OpeningResult.FAILED
        return OpeningResult.REQUESTED

    def _active(self, inputs: list[bool], number: int) -> bool:
        return inputs[number] != self._settings.active_low


def open_gate(
    port_url: str,
    *,
    baud: int = 9600,
    unit: int = 1,
    relay: int = 0,
    pulse_ms: int = 500,
    passage_input: int | None = None,
    fire_alarm_input: int | None = None,
    emergency_input: int | None = None,
    left_button_input: int | None = None,
    left_lamp_relay: int | None = None,
    right_button_input: int | None = None,
    right_lamp_relay: int | None = None,
    active_low: bool = False,
    poll_s: float = 0.05,
    debounce_s: float = 0.03,
) -> ModbusGate:
    """A gate at ``port_url``. The port is opened by the first ``poll``. The four settings of the buttons are given
    together. Raises ValueError for a bad setting.
    """
    if port_url == AUTO:
        raise ValueError("the port of a gate must be named: asking every port could open something")
    settings = ModbusSettings(
        baud=baud,
        unit=unit,
        relay=relay,
        pulse_ms=pulse_ms,
        passage_input=passage_input,
        fire_alarm_input=fire_alarm_input,
        emergency_input=emergency_input,
        buttons=_wiring(left_button_input, left_lamp_relay, right_button_input, right_lamp_relay),
        active_low=active_low,
        poll_s=poll_s,
        debounce_s=debounce_s,
    )
    return ModbusGate(lambda: SerialPort(port_url, baud), settings)


def _wiring(*numbers: int | None) -> ButtonWiring | None:
    """Of left input, left lamp, right input, right lamp."""
    given = [number for number in numbers if number is not None]
    if not given:
        return None
    if len(given) < len(numbers):
        raise ValueError("buttons must be two, each with an input and the relay of its lamp")
    left_input, left_lamp, right_input, right_lamp = given
    return ButtonWiring(WiredButton(left_input, left_lamp), WiredButton(right_input, right_lamp))


def _ask(line: PolledLine, request: Request) -> list[bool]:
    """Raises DeadlineExceeded, DeviceRefused, PeerBrokeProtocol, TransportLost."""

    def find(arrived: bytes) -> list[bool] | None:
        answer = find_answer(arrived, request)
        if answer is None and request.wire in arrived:
            raise PeerBrokeProtocol("the serial adapter echoes what is sent; switch its echo off")
        return answer

    return line.ask(request.wire, find, f"modbus function {request.function}")


def _whole_bytes(highest: int) -> int:
    """How many relays or inputs to ask for: boards answer whole bytes, and some refuse other counts."""
    return (highest // 8 + 1) * 8
