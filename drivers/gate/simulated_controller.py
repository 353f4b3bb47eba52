"""How the turnstile controller of ``controller_frames`` behaves, as bytes in and bytes out.

Its "relay" is the lock: on while somebody may pass. Not imported by any run-time module.
"""

from __future__ import annotations

from drivers.gate.controller_frames import COUNTER_RANGE, Command
from drivers.gate.simulated import RelayChange, Relays

__all__ = ["Controller"]

_COMMAND_BYTES = 8


class Controller:
    """Opens for the persons asked for, counts them, and locks again after the last or after
    ``time_out_s``.
    """

    def __init__(self, machine: int = 1, time_out_s: float = 5.0) -> None:
        self._machine = machine
        self._time_out_s = time_out_s
        self._lock = Relays(1)
        self._buffer = b""
        self._persons = 0
        self._side = 0
        self._locks_at_s = 0.0
        self.passed = [0, 0]
        self.fault = 0
        self.result = 0
        self.mute = False
        self.requests: list[bytes] = []

    @property
    def changes(self) -> list[RelayChange]:
        return self._lock.changes

    def receive(self, data: bytes, at_s: float) -> bytes:
        self.tick(at_s)
        self._buffer += data
        answers = b""
        while len(self._buffer) >= _COMMAND_BYTES:
            frame = self._buffer[:_COMMAND_BYTES]
            if frame[0] != 0x7E or sum(frame) & 0xFF != 0xFF:
                self._buffer = self._buffer[1:]
                continue
            self._buffer = self._buffer[_COMMAND_BYTES:]
            if frame[2] == self._machine:
                self.requests.append(frame)
                self._obey(frame[3], frame[4], at_s)
                answers += self._status()
        return b"" if self.mute else answers

    def tick(self, at_s: float) -> None:
        if self._persons and at_s >= self._locks_at_s:
            self._lock_again(at_s)

    def walk_through(self, at_s: float) -> None:
        """Somebody passes, if it is open."""
        if self._persons:
            self.passed[self._side] = (self.passed[self._side] + 1) % COUNTER_RANGE
            self._persons -= 1
            if not self._persons:
                self._lock_again(at_s)

    def _obey(self, code: int, d0: int, at_s: float) -> None:
        if code in (Command.OPEN_LEFT, Command.OPEN_RIGHT):
            self._side = int(code == Command.OPEN_RIGHT)
            self._persons, self._locks_at_s = d0, at_s + self._time_out_s
            self._lock.switch(0, True, at_s)
        elif code == Command.CLOSE:
            self._lock_again(at_s)

    def _lock_again(self, at_s: float) -> None:
        self._persons = 0
        self._lock.switch(0, False, at_s)

    def _status(self) -> bytes:
        left, right = (count.to_bytes(3, "big") for count in self.passed)
        head = bytes([0x7F, 1, self._machine, self.fault, int(self._lock.on[0]), 0])
        body = head + left + right + bytes([0, self.result, 0x18, 0, 0])
        return body + bytes([~sum(body) & 0xFF])
