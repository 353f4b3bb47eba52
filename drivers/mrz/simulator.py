"""A simulated swipe reader on a pseudo-terminal. A device of the stage: not imported by any run-time module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from drivers.transport.paced_pty import PacedPty

__all__ = ["SWIPE_STYLES", "SwipeSimulator", "SwipeStyle"]


@dataclass(frozen=True)
class SwipeStyle:
    """How one reader wraps the lines of a zone."""

    begin: bytes = b""
    separator: bytes = b"\r"
    end: bytes = b"\r"

    def framed(self, lines: Sequence[str]) -> bytes:
        return self.begin + self.separator.join(line.encode("ascii") for line in lines) + self.end


SWIPE_STYLES = {
    "lines": SwipeStyle(),
    "lines-crlf": SwipeStyle(b"", b"\r\n", b"\r\n"),
    "stx-etx": SwipeStyle(b"\x02", b"\r", b"\r\x03"),
    "one-separator": SwipeStyle(b"", b"\r", b""),
    "no-separator": SwipeStyle(b"", b"", b""),
    "named": SwipeStyle(b"MRZ1:", b"\n", b"\r\n"),
}


class SwipeSimulator:
    """A reader whose port is ``path``; ``baud`` None: as fast as possible. For one thread, with somebody reading."""

    def __init__(self, *, baud: int | None = 9600, link: Path | None = None, style: SwipeStyle | None = None) -> None:
        self._pty = PacedPty(baud, link=link)
        self._style = style or SwipeStyle()

    @property
    def path(self) -> str:
        return self._pty.path

    def swipe(self, lines: Sequence[str], chunk: int = 64) -> None:
        """Draw a document through the slot; returns when all of it is on the line."""
        self._pty.write(self._style.framed(lines), chunk)

    def unplug(self) -> None:
        self._pty.hang_up()

    def replug(self) -> None:
        self._pty.plug_in()

    def close(self) -> None:
        self._pty.close()

    def __enter__(self) -> SwipeSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
