"""The byte pipe every driver stands on."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


class Transport(Protocol):
    """A bidirectional byte stream to one device. Used by one thread at a time."""

    def read(self, timeout_s: float) -> bytes:
        """Return what has arrived, waiting at most ``timeout_s`` for the first byte; b"" on silence.

        Raises TransportLost when the port is gone.
        """

    def write(self, data: bytes) -> None:
        """Send all of ``data``. Raises TransportLost when the port is gone."""

    def flush_input(self) -> None:
        """Throw away what has arrived and was not read."""

    def close(self) -> None:
        """Release the port; calling twice is fine."""


@runtime_checkable
class WipeableReading(Protocol):
    """What a transport may offer besides: reading into the caller's buffer, so that nothing personal stays behind in
    copies that cannot be overwritten."""

    def read_into(self, buffer: bytearray, timeout_s: float) -> int:
        """Like ``read``, but into the beginning of ``buffer``; returns how many bytes, 0 on silence."""
