"""Two transports wired to each other in memory, for tests of logic that needs no real port."""

from __future__ import annotations

import threading
import time

from drivers.errors import TransportLost

__all__ = ["NullModemEnd", "null_modem"]


class _Wire:
    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.cut = False


class NullModemEnd:
    """One end; a ``Transport``. What is written here can be read at ``other``. Threads may use one end
    each.
    """

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._arrived = bytearray()
        self.other: NullModemEnd = self

    def read(self, timeout_s: float) -> bytes:
        deadline_s = time.monotonic() + timeout_s
        with self._wire.changed:
            while not self._arrived:
                if self._wire.cut:
                    raise TransportLost("read")
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    return b""
                self._wire.changed.wait(left_s)
            data = bytes(self._arrived)
            self._arrived.clear()
            return data

    def write(self, data: bytes) -> None:
        with self._wire.changed:
            if self._wire.cut:
                raise TransportLost("write")
            self.other._arrived += data
            self._wire.changed.notify_all()

    def flush_input(self) -> None:
        with self._wire.changed:
            if self._wire.cut:
                raise TransportLost("flush input")
            self._arrived.clear()

    def close(self) -> None:
        """Pull the cable: both ends see TransportLost once they have read what had arrived."""
        with self._wire.changed:
            self._wire.cut = True
            self._wire.changed.notify_all()


def null_modem() -> tuple[NullModemEnd, NullModemEnd]:
    """A fresh pair."""
    wire = _Wire()
    here, there = NullModemEnd(wire), NullModemEnd(wire)
    here.other, there.other = there, here
    return here, there
