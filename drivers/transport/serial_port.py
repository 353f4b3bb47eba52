"""A serial line through pyserial. This is the one module that imports it.

8 data bits, no parity, 1 stop bit, no flow control: what every device family here uses. The modem lines are
left as the kernel sets them at open (DTR and RTS on) and never touched afterwards, because some readers are
powered or reset by them.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import termios
from collections.abc import Iterator

import serial

from drivers.errors import PortUnavailable, TransportLost

__all__ = ["SerialPort"]

WRITE_STALL_S = 2.0
"""A line without flow control drains by itself; one that does not in this time is dead."""


class SerialPort:
    """A ``Transport`` over the serial device at ``url`` (a device path, or any pyserial URL) at ``baud``
    bits/s.

    ``exclusive`` takes a lock, so that two programs cannot talk into the same line; the lock is advisory and
    ends with the process. Raises PortUnavailable when the port is absent, forbidden or locked, afterwards
    TransportLost when it goes away.
    """

    def __init__(self, url: str, baud: int = 115200, *, exclusive: bool = True) -> None:
        try:
            self._port = serial.serial_for_url(
                url,
                baudrate=baud,
                timeout=0,
                write_timeout=WRITE_STALL_S,
                exclusive=exclusive or None,
            )
        except (OSError, ValueError, termios.error) as error:
            raise PortUnavailable(f"{url}: {_reason(error)}") from error
        self.url = url

    @property
    def baud(self) -> int:
        """The line's rate in bits/s."""
        return int(self._port.baudrate)

    def set_baud(self, baud: int) -> None:
        """Change the rate of the open line. Raises TransportLost when the port is gone."""
        with _lost("set rate"):
            self._port.baudrate = baud

    def read(self, timeout_s: float) -> bytes:
        with _lost("read"):
            self._port.timeout = max(0.0, timeout_s)
            first = self._port.read(1)
            if not first:
                return b""
            waiting = self._port.in_waiting
            return bytes(first + self._port.read(waiting)) if waiting else bytes(first)

    def read_into(self, buffer: bytearray, timeout_s: float) -> int:
        """Past pyserial, whose own reading leaves copies of every chunk on the heap."""
        with _lost("read"):
            try:
                descriptor = self._port.fileno()
            except io.UnsupportedOperation:  # a URL without a device behind it
                data = self.read(timeout_s)[: len(buffer)]
                buffer[: len(data)] = data
                return len(data)
            if not select.select([descriptor], [], [], max(0.0, timeout_s))[0]:
                return 0
            try:
                count = os.readv(descriptor, [buffer])
            except BlockingIOError:
                return 0
            if count == 0:
                raise OSError(errno.EIO, "end of file")
            return count

    def write(self, data: bytes) -> None:
        with _lost("write"):
            self._port.write(data)

    def flush_input(self) -> None:
        with _lost("flush input"):
            self._port.reset_input_buffer()

    def close(self) -> None:
        with contextlib.suppress(OSError, termios.error):
            self._port.close()


@contextlib.contextmanager
def _lost(step: str) -> Iterator[None]:
    """pyserial reports a vanished port as OSError, termios.error or, once closed, as TypeError on the
    descriptor.
    """
    try:
        yield
    except (OSError, termios.error, TypeError) as error:
        raise TransportLost(step) from error


def _reason(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EACCES:
        return "no permission (is the user in the group that owns the device?)"
    if number == errno.ENOENT:
        return "no such device"
    if number in (errno.EAGAIN, errno.EBUSY):
        return "held by another program"
    return f"cannot be opened ({errno.errorcode.get(number, 'configuration') if number else 'configuration'})"
