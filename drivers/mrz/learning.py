"""Learning from one test swipe how a reader frames its lines, so that no manual of the reader is needed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.mrz.framing import MAX_SWIPE_BYTES, SwipeFraming
from drivers.mrz.layout import LAYOUTS, Layout, MrzFormat
from drivers.mrz.parse import MrzRejected, parse

__all__ = ["Learned", "learn"]

_BETWEEN = r"[^A-Z0-9<]{0,4}"


@dataclass(frozen=True)
class Learned:
    """What one swipe showed. ``separator`` is told to the technician; the driver takes any."""

    framing: SwipeFraming
    format: MrzFormat
    separator: bytes


def learn(untrusted: bytes, silence_s: float = 0.2) -> Learned | None:
    """The framing of the zone in ``untrusted`` (everything one swipe sent); None when there is no zone that checks.

    What stood behind the zone becomes the ``end`` only if it cannot occur inside one.
    """
    text = untrusted[:MAX_SWIPE_BYTES].decode("latin-1")
    for layout in LAYOUTS.values():
        found = _zone(text, layout)
        if found is None:
            continue
        begin, end = (untrusted[: found.start()], untrusted[found.end() :])
        before_end = untrusted[: found.end()]
        separator = found[2].encode("latin-1")
        settled = end if end and end not in before_end and not end.startswith(separator or b"\x00") else _tail(end)
        return Learned(
            SwipeFraming(begin, settled if settled not in before_end else b"", silence_s), layout.format, separator
        )
    return None


def _tail(end: bytes) -> bytes:
    """The last byte alone: the line end in front of it also stands between lines."""
    return end[-1:]


def _zone(text: str, layout: Layout) -> re.Match[str] | None:
    """Where ``text`` holds a zone of this size that checks; groups 1, 3, 5 are the lines, 2 the first separator."""
    line = f"([A-Z0-9<]{{{layout.columns}}})"
    pattern = re.compile("(?=" + f"({_BETWEEN})".join([line] * layout.lines) + ")")
    for found in pattern.finditer(text):
        lines = found.groups()[::2]
        try:
            parse(lines)
        except MrzRejected:
            continue
        whole = re.compile(f"({_BETWEEN})".join([line] * layout.lines))
        return whole.match(text, found.start())
    return None
