"""Finding swiped zones in the bytes of a swipe reader. No I/O; time is passed in.

No open protocol of these readers is known, but they agree in sending two or three lines of text (sheet mrz, section
2). So the driver is tolerant: what is no character of a zone separates lines or is dropped, lower case counts as
upper, and a run without separators is cut into lines by its length. A document is over at the framing's ``end``, when
its lines are complete, or after a watched silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.mrz.layout import LAYOUTS
from drivers.mrz.parse import format_of

__all__ = ["MAX_SWIPE_BYTES", "SwipeFraming", "SwipeReceiver", "UntrustedSwipe", "lines_of"]

MAX_SWIPE_BYTES = 512
"""Three lines, their separators and a reader's own frame are under 200."""
_SILENCE_RANGE_S = (0.02, 1.0)
_SEPARATORS = re.compile(r"[\x00-\x20\x7f]+")


@dataclass(frozen=True)
class SwipeFraming:
    """What a reader puts around a zone. ``begin`` is dropped in front of it, ``end`` closes it at once (both may be
    empty).

    ``silence_s`` closes a document of which nothing more comes.
    """

    begin: bytes = b""
    end: bytes = b""
    silence_s: float = 0.2

    def __post_init__(self) -> None:
        shortest_s, longest_s = _SILENCE_RANGE_S
        if not shortest_s <= self.silence_s <= longest_s:
            raise ValueError(f"silence_s must lie between {shortest_s} and {longest_s}")


@dataclass(frozen=True)
class UntrustedSwipe:
    """The lines of one swipe, not yet checked; () when it was too long to be one. Personal."""

    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return f"UntrustedSwipe({len(self.lines)} lines)"


class SwipeReceiver:
    """Bytes in, swipes out. What was received is overwritten when a swipe is over."""

    def __init__(self, framing: SwipeFraming | None = None) -> None:
        self._framing = framing or SwipeFraming()
        self._held = bytearray()
        self._skipping = False
        self._last_byte_at_s = 0.0

    def receive(self, data: bytes, at_s: float) -> list[UntrustedSwipe]:
        """Take what arrived at ``at_s`` (monotonic seconds)."""
        found: list[UntrustedSwipe] = []
        if data:
            self._last_byte_at_s = at_s
        for byte in data:
            if self._skipping:
                continue
            self._held.append(byte)
            if self._over():
                found += self._close()
            elif len(self._held) > MAX_SWIPE_BYTES:
                self._forget()
                self._skipping = True
                found.append(UntrustedSwipe(()))
        return found

    def silence(self, at_s: float) -> list[UntrustedSwipe]:
        """The line has been watched until ``at_s`` and nothing came."""
        if at_s - self._last_byte_at_s < self._framing.silence_s:
            return []
        self._skipping = False
        return self._close()

    def _over(self) -> bool:
        if self._framing.end:
            return self._held.endswith(self._framing.end)
        # Without separators a passport's two lines are the beginning of a card's three: only a line end settles it.
        return self._held[-1:] in b"\r\n\x03" and format_of(lines_of(bytes(self._held), self._framing)) is not None

    def _close(self) -> list[UntrustedSwipe]:
        lines = lines_of(bytes(self._held), self._framing)
        self._forget()
        return [UntrustedSwipe(lines)] if lines else []

    def _forget(self) -> None:
        self._held[:] = bytes(len(self._held))
        self._held.clear()


def lines_of(untrusted: bytes, framing: SwipeFraming) -> tuple[str, ...]:
    """The lines in ``untrusted``: separated as they came, or cut by length where nothing separated them."""
    text = untrusted.removeprefix(framing.begin).removesuffix(framing.end).decode("latin-1").upper()
    lines = tuple(line for line in _SEPARATORS.split(text) if line)
    if len(lines) != 1:
        return lines
    for layout in LAYOUTS.values():
        if len(lines[0]) == layout.lines * layout.columns:
            return tuple(lines[0][start : start + layout.columns] for start in range(0, len(lines[0]), layout.columns))
    return lines
