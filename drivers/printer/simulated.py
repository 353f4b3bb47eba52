"""A simulated slip printer: reads the bytes of the line, prints into memory, and runs out of paper when told to."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["PrintedSlip", "SimulatedPrinter"]

_LENGTHS = {b"\x1b@": 2, b"\x1dV": 4, b"\x1dr": 3}


@dataclass(frozen=True)
class PrintedSlip:
    """What lies in the tray: rows of ``row_bytes`` bytes, 1 is black."""

    row_bytes: int
    data: bytes


@dataclass
class SimulatedPrinter:
    """The printer's side of the protocol, without I/O. ``rows_left``: of paper; None for plenty.

    Commands that it does not know are kept in ``unknown``, byte by byte, as a real one would print rubbish.
    """

    rows_left: int | None = None
    cover_open: bool = False
    offline: bool = False
    slips: list[PrintedSlip] = field(default_factory=list)
    unknown: bytearray = field(default_factory=bytearray)
    _waiting: bytearray = field(default_factory=bytearray)
    _paper: bytearray = field(default_factory=bytearray)
    _row_bytes: int = 0

    @property
    def stopped(self) -> bool:
        return self.offline or self.cover_open or self.rows_left == 0

    def receive(self, data: bytes) -> bytes:
        """What the printer answers to ``data``."""
        if 0x10 not in self._waiting[-2:] + data:
            self._waiting += data
            return self._work()
        answers = bytearray()
        for byte in data:
            self._waiting.append(byte)
            answers += self._real_time()
        return bytes(answers + self._work())

    def load_paper(self, rows: int | None = None) -> bytes:
        """A new roll; what waited is printed now, and its answers come."""
        self.rows_left = rows
        return self._work()

    def _real_time(self) -> bytes:
        """DLE commands are done at once, wherever they stand."""
        tail = bytes(self._waiting[-3:])
        if tail[:2] == b"\x10\x04" and len(tail) == 3:
            del self._waiting[-3:]
            return bytes([self._status(tail[2])])
        if tail == b"\x10\x05\x02":
            self._waiting.clear()
            self._paper.clear()
        return b""

    def _status(self, number: int) -> int:
        out = self.rows_left == 0
        marks = {
            1: 0x08 * self.stopped,
            2: 0x04 * self.cover_open | 0x20 * out,
            4: 0x60 * out,
        }
        return 0x12 | marks.get(number, 0)

    def _work(self) -> bytes:
        answers = bytearray()
        while self._waiting and not self.stopped:
            used, answer = self._one()
            if not used:
                break
            del self._waiting[:used]
            answers += answer
        return bytes(answers)

    def _one(self) -> tuple[int, bytes]:
        """Do the first command that waits: how many bytes it had (0: not all are here yet), and its answer."""
        waiting = bytes(self._waiting)
        head = waiting[:2]
        if len(head) < 2:
            return 0, b""
        if head == b"\x1dv":
            return self._picture(waiting), b""
        length = _LENGTHS.get(head)
        if length is None:
            self.unknown.append(waiting[0])
            return 1, b""
        if len(waiting) < length:
            return 0, b""
        if head == b"\x1b@":
            self._paper.clear()
        elif head == b"\x1dV":
            self.slips.append(PrintedSlip(self._row_bytes, bytes(self._paper)))
            self._paper.clear()
        return length, b"\x00" if head == b"\x1dr" else b""

    def _picture(self, waiting: bytes) -> int:
        if len(waiting) < 8:
            return 0
        row_bytes, rows = int.from_bytes(waiting[4:6], "little"), int.from_bytes(waiting[6:8], "little")
        whole = 8 + row_bytes * rows
        if len(waiting) < whole:
            return 0
        fits = rows if self.rows_left is None else min(rows, self.rows_left)
        self._row_bytes = row_bytes
        self._paper += waiting[8 : 8 + row_bytes * fits]
        if self.rows_left is not None:
            self.rows_left -= fits
        return whole
