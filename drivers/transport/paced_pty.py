"""A pseudo-terminal that behaves like a serial line: what simulated devices speak on.

The simulator holds the master side; the product opens ``path`` like any serial port. Bytes appear at the
line's pace (10 bit times each: start, 8 data, stop), the plug can be pulled and put back, and a stable name
(a symbolic link, like those in /dev/serial/by-id) follows the device to its new pseudo-terminal.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
import time
import tty
from pathlib import Path

__all__ = ["BITS_PER_BYTE", "PacedPty"]

BITS_PER_BYTE = 10
_STALL_S = 1.0
"""Nobody reads: after this long the rest is dropped, as a line without flow control would."""


class PacedPty:
    """One end of a simulated line at ``baud`` bits/s (None: as fast as possible).

    ``link`` names the symbolic link kept pointing at the current pseudo-terminal. One thread may read and
    write while another pulls the plug.
    """

    def __init__(self, baud: int | None = None, *, link: Path | None = None) -> None:
        self.baud = baud
        self._link = link
        self._lock = threading.Lock()
        self._unplugged = threading.Event()
        self._master = -1
        self._slave = -1
        self._device_path = ""
        self.plug_in()

    @property
    def path(self) -> str:
        """The name to open: the stable link where there is one, else the pseudo-terminal itself."""
        return str(self._link) if self._link is not None else self._device_path

    @property
    def device_path(self) -> str:
        """The pseudo-terminal behind ``path`` (kept after hanging up)."""
        return self._device_path

    @property
    def plugged(self) -> bool:
        return not self._unplugged.is_set()

    def client_baud(self) -> int | None:
        """The rate the product has set on its side, or None when unplugged or unknown."""
        with self._lock:
            if self._slave < 0:
                return None
            speed = termios.tcgetattr(self._slave)[5]
        return _RATES.get(speed)

    def read(self, timeout_s: float) -> bytes:
        """What the product has sent, waiting at most ``timeout_s``; b"" on silence or when unplugged."""
        master = self._master
        if master < 0:
            self._unplugged.wait(timeout_s) if self.plugged else time.sleep(min(timeout_s, 0.01))
            return b""
        poller = select.poll()
        poller.register(master, select.POLLIN)
        if not poller.poll(timeout_s * 1000):
            return b""
        with self._lock:
            if self._master != master:
                return b""
            try:
                return os.read(master, 4096)
            except OSError:
                return b""

    def write(self, data: bytes, chunk: int = 64) -> int:
        """Send ``data`` in pieces of at most ``chunk`` bytes at the line's pace; returns how many went out.

        Fewer than all when the plug was pulled meanwhile or nobody read for a second.
        """
        sent = 0
        begun_s = time.monotonic()
        while sent < len(data) and self.plugged:
            piece = data[sent : sent + chunk]
            if self.baud is not None:
                due_s = begun_s + (sent + len(piece)) * BITS_PER_BYTE / self.baud
                if self._unplugged.wait(max(0.0, due_s - time.monotonic())):
                    break
            written = self._write_piece(piece)
            if written == 0:
                break
            sent += written
        return sent

    def discard_input(self) -> None:
        """Forget what the product has sent and was not read."""
        while self.read(0.0):
            pass

    def hang_up(self) -> None:
        """Pull the plug: the product's side sees its port vanish. Twice is fine."""
        self._unplugged.set()
        with self._lock:
            if self._link is not None:
                self._link.unlink(missing_ok=True)
            for descriptor in (self._master, self._slave):
                if descriptor >= 0:
                    os.close(descriptor)
            self._master = self._slave = -1

    def plug_in(self) -> None:
        """Put the plug in (again): a fresh pseudo-terminal; the stable name points to it."""
        with self._lock:
            if self._master >= 0:
                return
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._device_path = os.ttyname(self._slave)
            if self._link is not None:
                _point(self._link, self._device_path)
            self._unplugged.clear()

    def close(self) -> None:
        self.hang_up()

    def _write_piece(self, piece: bytes) -> int:
        deadline_s = time.monotonic() + _STALL_S
        while self.plugged:
            with self._lock, contextlib.suppress(BlockingIOError):
                return os.write(self._master, piece) if self._master >= 0 else 0
            if time.monotonic() >= deadline_s:
                return 0
            self._unplugged.wait(0.001)
        return 0


def _point(link: Path, target: str) -> None:
    """Re-point a symbolic link in one step, as udev does."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


_RATES = {
    getattr(termios, f"B{rate}"): rate
    for rate in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
}
